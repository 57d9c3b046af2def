package io.segwatch.ingest;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;

/** An RTSP camera that does what no ordinary server can be told to. It plays H.264 over TCP, one packet a NAL unit. */
final class OddRtspServer implements AutoCloseable {
    static final String USER = "admin";
    static final String PASSWORD = "secret";

    /** What to do instead of answering DESCRIBE as usual; null as usual. */
    interface Description {
        String answer(String request);
    }

    final List<String> requests = new CopyOnWriteArrayList<>();
    private final ServerSocket server;
    private final List<byte[]> units;
    private final Description description;

    /** @param clip raw H.264 */
    OddRtspServer(String address, byte[] clip, Description description) throws IOException {
        this(new ServerSocket(0, 8, InetAddress.getByName(address)), clip, description);
    }

    /** One of rtsps://, at 127.0.0.1. */
    OddRtspServer(SSLContext tls, byte[] clip, Description description) throws IOException {
        this(
                tls.getServerSocketFactory().createServerSocket(0, 8, InetAddress.getByName("127.0.0.1")),
                clip,
                description);
    }

    private OddRtspServer(ServerSocket server, byte[] clip, Description description) {
        this.server = server;
        this.units = units(clip);
        this.description = description;
        start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    /** A description that asks for Digest in these algorithms, in this order. */
    static Description digest(String... algorithms) {
        return request -> signed(request) ? null : challenge(algorithms);
    }

    private static String challenge(String... algorithms) {
        StringBuilder answer = new StringBuilder("RTSP/1.0 401 Unauthorized\r\n");
        for (String algorithm : algorithms) {
            answer.append("WWW-Authenticate: Digest realm=\"odd\", nonce=\"4711\", algorithm=")
                    .append(algorithm)
                    .append(", qop=\"auth\"\r\n");
        }
        return answer.toString();
    }

    /** Whether a request of RTSP or HTTP, its lines ended by \n, is signed by Digest as it must be. */
    static boolean signed(String request) {
        String header = field(request, "(?m)^Authorization: (Digest .*)$");
        String algorithm = field(header, "algorithm=\"?([A-Z0-9-]+)");
        if (header.isEmpty()) {
            return false;
        }
        String one = hash(algorithm, USER + ":odd:" + PASSWORD);
        String two = hash(algorithm, field(request, "^(\\S+)") + ":" + field(header, "uri=\"([^\"]*)"));
        String middle = field(header, "nonce=\"([^\"]*)") + ":" + field(header, "nc=(\\w+)") + ":"
                + field(header, "cnonce=\"([^\"]*)") + ":auth";
        return field(header, "response=\"([^\"]*)").equals(hash(algorithm, one + ":" + middle + ":" + two));
    }

    private static String hash(String algorithm, String text) {
        try {
            byte[] digest = MessageDigest.getInstance(algorithm).digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String field(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        return matcher.find() ? matcher.group(1) : "";
    }

    /** NAL units of Annex B. */
    private static List<byte[]> units(byte[] clip) {
        List<byte[]> units = new ArrayList<>();
        String text = new String(clip, StandardCharsets.ISO_8859_1);
        for (String unit : text.split("\0\0\0?\1")) {
            if (!unit.isEmpty()) {
                units.add(unit.getBytes(StandardCharsets.ISO_8859_1));
            }
        }
        return units;
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                start(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
            OutputStream out = socket.getOutputStream();
            StringBuilder request = new StringBuilder();
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (!line.isEmpty()) {
                    request.append(line).append('\n');
                    continue;
                }
                requests.add(request.toString());
                answer(request.toString(), out);
                if (request.toString().startsWith("PLAY")) {
                    play(out);
                }
                request.setLength(0);
            }
        } catch (IOException e) {
            // The reader has gone.
        }
    }

    private void answer(String request, OutputStream out) throws IOException {
        String method = field(request, "^(\\S+)");
        String own = method.equals("OPTIONS") ? null : description.answer(request);
        String head = own != null
                ? own
                : switch (method) {
                    case "DESCRIBE" -> "RTSP/1.0 200 OK\r\nContent-Type: application/sdp\r\n";
                    case "SETUP" ->
                        "RTSP/1.0 200 OK\r\nTransport: RTP/AVP/TCP;unicast;interleaved=0-1\r\nSession: 1\r\n";
                    default -> "RTSP/1.0 200 OK\r\nPublic: OPTIONS, DESCRIBE, SETUP, PLAY\r\nSession: 1\r\n";
                };
        String body = own == null && method.equals("DESCRIBE") ? sdp() : "";
        if (!body.isEmpty()) {
            head += "Content-Length: " + body.length() + "\r\n";
        }
        String number = "CSeq: " + field(request, "(?m)^CSeq: (\\d+)") + "\r\n";
        out.write((head + number + "\r\n" + body).getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    private static String sdp() {
        return "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=odd\r\nc=IN IP4 0.0.0.0\r\nt=0 0\r\nm=video 0 RTP/AVP 96\r\n"
                + "a=rtpmap:96 H264/90000\r\na=fmtp:96 packetization-mode=1\r\na=control:track1\r\n";
    }

    private void play(OutputStream out) throws IOException {
        List<ByteBuffer> packets = units.stream().map(OddRtspServer::packet).toList();
        int sequence = 0;
        for (int round = 0; round < 100; round++) {
            for (ByteBuffer packet : packets) {
                packet.putShort(6, (short) sequence).putInt(8, 3_600 * sequence);
                sequence++;
                out.write(packet.array());
            }
            out.flush();
        }
    }

    private static ByteBuffer packet(byte[] unit) {
        boolean picture = (unit[0] & 31) <= 5;
        return ByteBuffer.allocate(16 + unit.length)
                .put((byte) '$')
                .put((byte) 0)
                .putShort((short) (12 + unit.length))
                .put((byte) 0x80)
                .put((byte) (picture ? 0x80 | 96 : 96))
                .putShort((short) 0)
                .putInt(0)
                .putInt(1)
                .put(unit);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
