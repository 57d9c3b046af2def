package io.segwatch.ingest;

import io.segwatch.contracts.AddressKind;
import io.segwatch.contracts.CameraUrl;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The connection to an RTSP camera, and to where it redirects: at addresses that cameras may be at, with TLS for rtsps,
 * and with user and password for the camera alone.
 */
final class RtspRoute implements AutoCloseable {
    private static final int MAX_REDIRECTS = 5;
    private static final int BUFFER = 64 << 10;

    private final InputSpec source;
    private final Deadline deadline;
    private final SignIn signIn;
    private final Set<String> seen = new HashSet<>();
    private AddressKind innermost = AddressKind.LOOPBACK;
    private CameraUrl target;
    private volatile Socket socket;
    private volatile InputStream in;
    private OutputStream out;

    RtspRoute(InputSpec source, Deadline deadline) throws GrabException {
        this.source = source;
        this.deadline = deadline;
        this.signIn = source.login.map(SignIn::new).orElse(null);
        connect(source.url);
    }

    private void connect(CameraUrl url) throws GrabException {
        List<InetAddress> addresses = source.networks.checked(url, source, innermost);
        innermost = CameraNetworks.reached(addresses, innermost);
        target = url;
        seen.add(url.withoutLogin());
        IOException last = null;
        for (InetAddress address : addresses) {
            GuardedSocket plain = new GuardedSocket(deadline);
            try {
                plain.setTcpNoDelay(true);
                plain.connect(new InetSocketAddress(address, port()));
                socket = url.scheme().equals("rtsps") ? source.tls.over(plain, url.host(), port()) : plain;
                in = new BufferedInputStream(socket.getInputStream(), BUFFER);
                out = socket.getOutputStream();
                return;
            } catch (IOException e) {
                close(plain);
                last = e;
            }
        }
        throw ConnectionErrors.of(last, source, url, deadline);
    }

    private int port() {
        return target.port().orElse(target.scheme().equals("rtsps") ? 322 : 554);
    }

    InetAddress address() {
        return socket.getInetAddress();
    }

    /** Where requests about the stream itself go. */
    String url() {
        String url = target.withoutLogin();
        String host = target.scheme() + "://" + target.host();
        return target.port().isPresent() ? url : host + ":" + port() + url.substring(host.length());
    }

    InputStream in() {
        return in;
    }

    synchronized void send(RtspMessage request) throws IOException {
        request.write(out);
    }

    synchronized void sendPacket(byte[] packet, int length) throws IOException {
        out.write(packet, 0, length);
    }

    private boolean own() {
        return signIn != null && target.origin().equals(source.url.origin());
    }

    /** The Authorization header's value, or empty. */
    String signature(String method, String address) {
        return own() ? signIn.header(method, address).orElse("") : "";
    }

    /** Whether the request is to be sent again, signed. */
    boolean challenged(List<String> challenges) {
        return own() && signIn.challenged(challenges);
    }

    /** Why a 401 ends the attempt. */
    GrabException refusal() {
        if (signIn == null) {
            return FfmpegErrors.ofHttp(401, source, "");
        }
        return new GrabException(source + ": "
                + (own()
                        ? signIn.refusal(source.refused) + "."
                        : "led to " + target.origin() + ", where user and password are asked for (401), which"
                                + " are told to no other host. Give that address for the camera."));
    }

    /**
     * Connects to where an answer redirects.
     *
     * @return whether the request is to be sent again, there
     * @throws GrabException when it leads astray
     */
    boolean redirected(RtspMessage answer, RtspMessage request) throws GrabException {
        String location = answer.header("Location").orElse("");
        CameraUrl next = null;
        try {
            next = CameraUrl.parse(CameraUrl.parse(
                            target.uri().resolve(Playlist.legal(location)).toString())
                    .withoutLogin());
        } catch (IllegalArgumentException e) {
            // Said below.
        }
        if (next == null || !next.scheme().startsWith("rtsp")) {
            throw new GrabException(source + ": redirects to "
                    + (next == null ? "an address that cannot be read" : next.origin() + ", which is no RTSP address")
                    + ". Give the address at which the stream is.");
        } else if (seen.contains(next.withoutLogin()) || seen.size() > MAX_REDIRECTS) {
            throw new GrabException(source + ": redirects in a circle, or more than " + MAX_REDIRECTS
                    + " times; the last one is to " + next.origin() + ". Give the address at which the stream is.");
        } else if (!List.of("OPTIONS", "DESCRIBE").contains(request.method())) {
            throw new GrabException(source + ": redirects to " + next.origin() + " in the midst of connecting. Give"
                    + " the address at which the stream is.");
        }
        close(socket);
        connect(next);
        return true;
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is gone.
        }
    }

    @Override
    public void close() {
        close(socket);
    }
}
