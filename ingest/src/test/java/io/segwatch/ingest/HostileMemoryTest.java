package io.segwatch.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.segwatch.config.Configuration;
import io.segwatch.secrets.Credentials;
import io.segwatch.v1.Camera;
import java.awt.image.BufferedImage;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How much memory a camera can make ingest take in one attempt, by the most that the process was given of it. */
@Timeout(120)
class HostileMemoryTest {
    private static final long MOST = 64 << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String OK = "HTTP/1.1 200 OK\r\n";
    private static final String HLS =
            OK + "Content-Type: application/vnd.apple.mpegurl\r\n\r\n#EXTM3U\n" + "#EXT-X-TARGETDURATION:2\n";
    private static final String MULTIPART = OK + "Content-Type: multipart/x-mixed-replace; boundary=x\r\n\r\n"
            + "\r\n--x\r\nContent-Type: image/jpeg\r\n";

    @TempDir
    static Path folder;

    static ServerSocket server;
    static byte[] clip;
    static byte[] picture;
    static byte[] bomb;
    static final IngestConfig config = Configuration.of(Map.of()).get(IngestConfig.class);

    @BeforeAll
    static void startServer() throws Exception {
        NativeLog.install();
        clip = Files.readAllBytes(Clips.h264(folder.resolve("clip.ts"), 320, 192, 25, 50));
        server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
        daemon(HostileMemoryTest::accept);
        picture = png();
        bomb = gzip();
        // Whatever is loaded once is loaded now.
        play("http://", "/good");
        play("rtsp://", "/none");
    }

    @AfterAll
    static void stopServer() throws IOException {
        server.close();
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        thread.start();
    }

    private static void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                daemon(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private static void serve(Socket socket) {
        try (socket) {
            var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
            String path = in.readLine().split(" ")[1].replaceFirst("rtsp://[^/]*", "");
            for (String line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
                // Only the path matters.
            }
            answer(path, socket.getOutputStream());
        } catch (IOException | NullPointerException e) {
            // The reader has seen enough.
        }
    }

    private static void answer(String path, OutputStream out) throws IOException {
        switch (path) {
            case "/good" -> send(out, OK + "\r\n", clip, 1);
            case "/part" -> send(out, MULTIPART + "\r\n\u00ff\u00d8", "x".repeat(8_192));
            case "/declared" ->
                send(out, MULTIPART + "Content-Length: 2000000000\r\n\r\n\u00ff\u00d8", "x".repeat(8_192));
            case "/boundary" -> send(out, OK + "Content-Type: multipart/x-mixed-replace\r\n\r\n--", "x".repeat(8_192));
            case "/playlist" -> send(out, HLS, "#EXTINF:2,\ns.ts\n".repeat(500));
            case "/line" -> send(out, HLS, "x".repeat(8_192));
            case "/variants" -> send(out, HLS, "#EXT-X-STREAM-INF:BANDWIDTH=1\nplaylist\n".repeat(200));
            case "/deep" ->
                send(out, HLS + ("#EXT-X-STREAM-INF:BANDWIDTH=1\nmany?" + "y".repeat(900) + "\n").repeat(60), "");
            case "/segments" -> send(out, HLS + "#EXTINF:2,\nnulls\n", "");
            case "/nulls" -> send(out, OK + "\r\n", "G\u001f\u00ff\u0010" + "\u00ff".repeat(184));
            case "/headers" -> send(out, OK, "X-Filler: y\r\n".repeat(500));
            case "/header" -> send(out, OK + "X-Filler: ", "y".repeat(8_192));
            case "/moov" ->
                send(out, OK + "\r\n\0\0\0\u0018ftypisom\0\0\2\0isomiso2\u007f\0\0\0moov", "\0\0\0\u0008free");
            case "/mp4" -> send(out, OK + "\r\n", HostileMp4.file(60, 2_700_000), 1);
            case "/gzip" -> send(out, OK + "Content-Encoding: gzip\r\nContent-Type: text/plain\r\n\r\n", bomb, 1);
            case "/png" -> send(out, OK + "Content-Type: image/png\r\n\r\n", picture, 1);
            case "/rtsp-headers" -> send(out, "RTSP/1.0 200 OK\r\n", "X-Filler: y\r\n".repeat(500));
            case "/rtsp-sdp" ->
                send(
                        out,
                        "RTSP/1.0 200 OK\r\nContent-Length: 2000000000\r\n\r\n",
                        "m=video 0 RTP/AVP 96\r\n".repeat(300));
            default -> {
                boolean playlist = path.startsWith("/many");
                send(out, playlist ? HLS + "#EXTINF:2,\ns.ts\n".repeat(4_900) : "HTTP/1.1 404 No\r\n\r\n", "");
            }
        }
    }

    private static void send(OutputStream out, String head, String line) throws IOException {
        send(out, head, line.getBytes(StandardCharsets.ISO_8859_1), line.isEmpty() ? 0 : Integer.MAX_VALUE);
    }

    private static void send(OutputStream out, String head, byte[] block, int times) throws IOException {
        out.write(head.getBytes(StandardCharsets.ISO_8859_1));
        for (int i = 0; i < times; i++) {
            out.write(block);
        }
        out.flush();
    }

    private static byte[] gzip() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            byte[] nothing = new byte[1 << 16];
            for (int i = 0; i < 3_200; i++) {
                gzip.write(nothing);
            }
        }
        return bytes.toByteArray();
    }

    private static byte[] png() throws IOException {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(8_000, 8_000, BufferedImage.TYPE_BYTE_BINARY), "png", png);
        return png.toByteArray();
    }

    private static GrabException play(String scheme, String path) {
        return attempt(scheme + "127.0.0.1:" + server.getLocalPort() + path);
    }

    private static GrabException attempt(String url) {
        return catchThrowableOfType(GrabException.class, () -> {
            InputSpec source = InputSpec.of(
                    Camera.newBuilder().setUrl(url).build(), config, new Credentials(folder.resolve("none")));
            try (Deadline deadline = new Deadline(config.pictureBytes().bytes());
                    VideoReader video = VideoReader.open(source, deadline, PATIENCE)) {
                for (int i = 0; i < 10 && video.next(PATIENCE); i++) {
                    assertThat(video.picture().width()).isPositive();
                }
            }
        });
    }

    private static long resident(String field) {
        try {
            String line = Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(each -> each.startsWith(field))
                    .findFirst()
                    .orElseThrow();
            return Long.parseLong(line.replaceAll("\\D", "")) << 10;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The most that the process held in the meantime over what it held before. */
    private static long measured(Runnable attempt) throws IOException {
        System.gc();
        // What the allocator kept of the attempts before would hide what this one takes.
        Pointer.trimMemory();
        Files.writeString(Path.of("/proc/self/clear_refs"), "5");
        long before = resident("VmRSS");
        attempt.run();
        return resident("VmHWM") - before;
    }

    @ParameterizedTest
    @CsvSource({
        "http, /part, sent 8MiB without a picture",
        "http, /declared, sent 8MiB without a picture",
        "http, /boundary, sent 8MiB without a picture",
        "http, /playlist, sent a playlist of more than 512 KiB",
        "http, /line, sent a playlist of more than 512 KiB",
        "http, /variants, without a picture",
        "http, /deep, sent more or longer playlists than are kept",
        "http, /segments, sent 8MiB without a picture",
        "http, /nulls, sent 8MiB without a picture",
        "http, /headers, cannot be read",
        "http, /header, cannot be read",
        "http, /moov, sent 8MiB without a picture",
        "http, /mp4, declares an MP4 index of",
        "http, /gzip, is no video",
        "http, /png, 8000x8000",
        "rtsp, /rtsp-headers, sent headers of more than 16 KiB without a picture",
        "rtsp, /rtsp-sdp, 'sent a description (SDP) of 2000000000 bytes without a picture'"
    })
    void anAttemptTakesLittleAndSaysWhatWasSent(String scheme, String path, String reason) throws Exception {
        GrabException[] failure = new GrabException[1];
        long taken = measured(() -> failure[0] = play(scheme + "://", path));
        assertThat(failure[0]).hasMessageContaining(reason);
        assertThat(taken).as("resident memory of " + path).isLessThan(MOST);
    }

    @Test
    void aFloodOfMediaWithoutAPictureIsEnded() throws Exception {
        byte[] units = ("\0\0\0\1\u0006" + "z".repeat(1_300)).repeat(1_000).getBytes(StandardCharsets.ISO_8859_1);
        try (OddRtspServer flood = new OddRtspServer("127.0.0.1", units, request -> null)) {
            GrabException[] failure = new GrabException[1];
            long taken = measured(() -> failure[0] = attempt("rtsp://127.0.0.1:" + flood.port() + "/"));
            assertThat(failure[0]).hasMessageContaining("sent 8MiB without a picture");
            assertThat(taken).isLessThan(MOST);
        }
    }
}
