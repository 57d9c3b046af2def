package io.segwatch.ingest;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.slf4j.MDC;

/**
 * Stands between FFmpeg and an RTSP camera. FFmpeg connects to this machine; the camera is connected to from here, at
 * an address that was checked. Here requests are signed, redirects followed, and what comes is counted: FFmpeg knows
 * neither the camera's address nor its password, and would follow every redirect with both. UDP packets go past it.
 */
final class RtspRelay implements AutoCloseable {
    private static final int BUFFER = 64 << 10;
    private static final long TEARDOWN_MS = 200;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final InputSpec source;
    private final Deadline deadline;
    private final RtspRoute route;
    private final ServerSocket door;
    /** What FFmpeg takes for the camera's address; others on this machine cannot guess it. */
    private final String local;

    private final Thread requests;
    private final Thread answers;
    private volatile Socket ffmpeg;
    private volatile GrabException failure;
    private volatile boolean udp;
    /** The request that the next answer is about; guarded by this. */
    private RtspMessage pending;
    /** How many requests more the camera has seen than FFmpeg sent; guarded by this. */
    private int repeated;

    /** Connects to the camera; FFmpeg is expected at {@link #url}. */
    RtspRelay(InputSpec source, Deadline deadline) throws GrabException {
        this.source = source;
        this.deadline = deadline;
        this.route = new RtspRoute(source, deadline);
        boolean six = route.address() instanceof Inet6Address;
        try {
            this.door = new ServerSocket(0, 4, InetAddress.getByName(six ? "::1" : "127.0.0.1"));
        } catch (IOException e) {
            route.close();
            throw new GrabException("This machine lets no connection to itself be made (" + e.getMessage() + ").");
        }
        byte[] secret = new byte[16];
        RANDOM.nextBytes(secret);
        this.local = "rtsp://" + (six ? "[::1]" : "127.0.0.1") + ":" + door.getLocalPort() + "/"
                + HexFormat.of().formatHex(secret);
        String camera = MDC.get("camera");
        this.requests = thread("rtsp-requests", camera, this::passRequests);
        this.answers = thread("rtsp-answers", camera, this::passAnswers);
        this.requests.start();
    }

    private static Thread thread(String name, String camera, Runnable task) {
        Thread thread = new Thread(
                () -> {
                    MDC.put("camera", camera);
                    task.run();
                },
                name);
        thread.setDaemon(true);
        return thread;
    }

    /** The address for FFmpeg. */
    String url() {
        return local;
    }

    /** What went wrong between here and the camera, or null. */
    GrabException failure() {
        return failure;
    }

    /** Whether media comes by UDP, and so not through here. */
    boolean udp() {
        return udp;
    }

    private void passRequests() {
        try (door) {
            BufferedInputStream in = accepted();
            for (int first = in.read(); first >= 0; first = in.read()) {
                if (first == '$') {
                    passPacket(in, route::sendPacket);
                } else {
                    send(RtspMessage.read(first, in));
                }
            }
        } catch (IOException e) {
            fail(e);
        }
    }

    /** FFmpeg's connection, whose first request names the secret; whoever else connects is sent away. */
    private BufferedInputStream accepted() throws IOException {
        while (true) {
            door.setSoTimeout(deadline.leftMs());
            Socket socket = door.accept();
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(deadline.leftMs());
            BufferedInputStream in = new BufferedInputStream(socket.getInputStream(), BUFFER);
            try {
                RtspMessage first = RtspMessage.read(in.read(), in);
                if (first != null && first.target().startsWith(local)) {
                    socket.setSoTimeout(0);
                    ffmpeg = socket;
                    send(first);
                    answers.start();
                    return in;
                }
            } catch (IOException e) {
                if (ffmpeg != null || deadline.passed()) {
                    throw e;
                }
            }
            socket.close();
        }
    }

    private synchronized void send(RtspMessage request) throws IOException {
        if (request != null) {
            pending = request;
            sendPending();
        }
    }

    private void sendPending() throws IOException {
        String target = pending.target();
        String address = target.startsWith(local) ? route.url() + target.substring(local.length()) : target;
        RtspMessage request = pending.withStartLine(pending.method() + " " + address + " RTSP/1.0")
                .with("CSeq", Integer.toString(number(pending) + repeated))
                .with("User-Agent", source.userAgent());
        String signature = route.signature(pending.method(), address);
        route.send(signature.isEmpty() ? request : request.with("Authorization", signature));
    }

    private static int number(RtspMessage message) {
        String text = message.header("CSeq").orElse("0");
        return text.matches("\\d{1,9}") ? Integer.parseInt(text) : 0;
    }

    private void passAnswers() {
        // What went wrong is known before FFmpeg sees the end of its connection.
        try (Socket socket = ffmpeg) {
            try {
                passAnswers(new BufferedOutputStream(socket.getOutputStream(), BUFFER));
            } catch (RtspMessage.TooLong e) {
                deadline.refuse(new GrabException(
                        source + ": sent " + e.getMessage() + " without a picture. Check that the address is a"
                                + " camera's.",
                        GrabException.Retry.RARELY));
            } catch (GrabException e) {
                deadline.refuse(e);
            } catch (IOException e) {
                fail(e);
            }
        } catch (IOException e) {
            fail(e);
        }
        route.close();
    }

    private void passAnswers(OutputStream out) throws IOException, GrabException {
        while (true) {
            InputStream in = route.in();
            int first = in.read();
            if (first == '$') {
                passPacket(in, (packet, length) -> out.write(packet, 0, length));
            } else {
                RtspMessage answer = first < 0 ? null : RtspMessage.read(first, in);
                if (answer == null) {
                    return;
                }
                passAnswer(answer, out);
            }
            // A redirect has put another one in its place.
            if (route.in().available() == 0) {
                out.flush();
            }
        }
    }

    private void passAnswer(RtspMessage answer, OutputStream out) throws IOException, GrabException {
        synchronized (this) {
            if (answer.status() == 401 && route.challenged(answer.headers("WWW-Authenticate"))
                    || answer.status() >= 300 && answer.status() < 400 && route.redirected(answer, pending)) {
                repeated++;
                sendPending();
                return;
            }
        }
        if (answer.status() == 401) {
            failure = route.refusal();
        }
        RtspMessage passed = answer.without("WWW-Authenticate");
        if (answer.status() != 0) {
            passed = passed.with("CSeq", Integer.toString(number(answer) - repeated));
        }
        String transport = answer.header("Transport").orElse("");
        if (!transport.isEmpty() && !transport.contains("TCP")) {
            udp = true;
            passed = passed.with("Transport", fromCamera(transport));
        }
        passed.write(out);
    }

    /** FFmpeg answers UDP packets to where the camera says, which must be itself. */
    private String fromCamera(String transport) {
        return transport.replaceAll("(?i);\\s*(source|destination)=[^;,]*", "") + ";source="
                + route.address().getHostAddress().replaceFirst("%.*", "");
    }

    /** Takes a packet with its four bytes of head. */
    private interface PacketSink {
        void put(byte[] packet, int length) throws IOException;
    }

    private static void passPacket(InputStream in, PacketSink sink) throws IOException {
        byte[] packet = PACKETS.get();
        packet[0] = '$';
        if (in.readNBytes(packet, 1, 3) == 3) {
            int length = (packet[2] & 0xff) << 8 | packet[3] & 0xff;
            if (in.readNBytes(packet, 4, length) == length) {
                sink.put(packet, length + 4);
            }
        }
    }

    /** Of the two threads of a relay. */
    private static final ThreadLocal<byte[]> PACKETS = ThreadLocal.withInitial(() -> new byte[4 + 65_535]);

    private void fail(IOException e) {
        if (failure == null && !deadline.passed() && !door.isClosed()) {
            failure = ConnectionErrors.of(e, source, source.url);
        }
    }

    /** Lets FFmpeg's last request through, and ends both connections. */
    @Override
    public void close() {
        boolean interrupted = false;
        try {
            requests.join(ffmpeg == null ? 1 : TEARDOWN_MS);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        close(door);
        close(ffmpeg);
        route.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void close(Closeable connection) {
        try {
            if (connection != null) {
                connection.close();
            }
        } catch (IOException e) {
            // It is gone.
        }
    }
}
