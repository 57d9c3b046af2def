package io.segwatch.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.segwatch.config.Configuration;
import io.segwatch.contracts.WorkingSize;
import io.segwatch.secrets.Credentials;
import io.segwatch.v1.Camera;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What FFmpeg makes of real files and of an HTTP server. */
@Timeout(60)
class VideoReaderTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @TempDir
    static Path folder;

    static HttpServer server;
    static Credentials credentials;
    static byte[] picture;

    @BeforeAll
    static void startServer() throws Exception {
        Clips.mpeg4(folder.resolve("clip.avi"), 320, 192, 25, 5);
        credentials = new Credentials(folder.resolve("credentials.properties"));
        ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(320, 192, BufferedImage.TYPE_3BYTE_BGR), "jpg", jpeg);
        picture = jpeg.toByteArray();
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task);
            thread.setDaemon(true);
            return thread;
        }));
        server.createContext("/mjpeg", VideoReaderTest::mjpeg);
        server.createContext("/drip", VideoReaderTest::drip);
        server.createContext("/protected", VideoReaderTest::guarded);
        server.createContext("/playlist", VideoReaderTest::playlist);
        server.createContext("/snapshot.jpg", VideoReaderTest::snapshot);
        server.createContext("/segments.m3u8", VideoReaderTest::segments);
        byte[] segment = Files.readAllBytes(Clips.h264(folder.resolve("segment.ts"), 320, 192, 25, 50));
        server.createContext("/get", exchange -> whole(exchange, "image/jpeg", segment));
        server.start();
    }

    @AfterAll
    static void stopServer() {
        server.stop(0);
    }

    /** Pictures of a cheap camera: one part each, no timestamps. */
    private static void mjpeg(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().add("Content-Type", "multipart/x-mixed-replace; boundary=frame");
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream body = exchange.getResponseBody()) {
            for (int i = 0; i < 20; i++) {
                String head = "--frame\r\nContent-Type: image/jpeg\r\nContent-Length: " + picture.length + "\r\n\r\n";
                body.write(head.getBytes(StandardCharsets.US_ASCII));
                body.write(picture);
                body.write("\r\n".getBytes(StandardCharsets.US_ASCII));
                body.flush();
            }
        }
    }

    /** A byte now and then, for ever: no single read takes long. */
    private static void drip(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        CountDownLatch never = new CountDownLatch(1);
        try (OutputStream body = exchange.getResponseBody()) {
            while (!never.await(50, TimeUnit.MILLISECONDS)) {
                body.write('x');
                body.flush();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void guarded(HttpExchange exchange) throws IOException {
        String expected = "Basic " + Base64.getEncoder().encodeToString("ann:s@cret".getBytes(StandardCharsets.UTF_8));
        if (expected.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            mjpeg(exchange);
        } else {
            exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=\"camera\"");
            exchange.sendResponseHeaders(401, -1);
            exchange.close();
        }
    }

    private static void playlist(HttpExchange exchange) throws IOException {
        String list = "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:" + folder.resolve("clip.avi")
                + "\n#EXT-X-ENDLIST\n";
        exchange.getResponseHeaders().add("Content-Type", "application/vnd.apple.mpegurl");
        exchange.sendResponseHeaders(200, list.length());
        try (OutputStream body = exchange.getResponseBody()) {
            body.write(list.getBytes(StandardCharsets.US_ASCII));
        }
    }

    private static void snapshot(HttpExchange exchange) throws IOException {
        whole(exchange, "image/jpeg", picture);
    }

    /** Segments without the suffix of a video. */
    private static void segments(HttpExchange exchange) throws IOException {
        String list = "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nget/1.jpg\n#EXTINF:2,\nget?seg=2&t=a/b\n";
        whole(exchange, "application/vnd.apple.mpegurl", list.getBytes(StandardCharsets.US_ASCII));
    }

    private static void whole(HttpExchange exchange, String type, byte[] content) throws IOException {
        exchange.getResponseHeaders().add("Content-Type", type);
        exchange.sendResponseHeaders(200, content.length);
        try (OutputStream body = exchange.getResponseBody()) {
            body.write(content);
        }
    }

    private static InputSpec http(String path, String name) throws GrabException {
        return source("http://127.0.0.1:" + server.getAddress().getPort() + path, name);
    }

    private static InputSpec file(Path file) throws GrabException {
        return source(file.toUri().toString(), "");
    }

    private static InputSpec source(String url, String name) throws GrabException {
        Camera camera = Camera.newBuilder().setUrl(url).setCredentials(name).build();
        if (name.equals("right")) {
            TestLogin.put(credentials, name, url, "ann", "s@cret");
        }
        IngestConfig config = Configuration.of(Map.of("segwatch.ingest.file-roots", folder.toString()))
                .get(IngestConfig.class);
        return InputSpec.of(camera, config, credentials);
    }

    /** Opens it, decodes it to its end, and says how many pictures there were. */
    private static int play(InputSpec source, Duration timeout) throws GrabException {
        int pictures = 0;
        try (Deadline deadline = new Deadline(32 << 20);
                VideoReader video = VideoReader.open(source, deadline, timeout)) {
            while (video.next(timeout)) {
                pictures++;
            }
        }
        return pictures;
    }

    @Test
    void decodesEveryPictureOfAFileThatEndsInTheMiddle() throws Exception {
        assertThat(play(file(folder.resolve("clip.avi")), SECOND)).isEqualTo(5);
        Path stream = Clips.h264(folder.resolve("clip.ts"), 320, 192, 25, 50);
        byte[] whole = Files.readAllBytes(stream);
        Path half = Files.write(folder.resolve("half.ts"), Arrays.copyOf(whole, whole.length / 2));
        assertThat(play(file(half), SECOND)).isBetween(15, 49);
    }

    @Test
    void decodesAStreamOfJpegsWithoutTimestamps() throws Exception {
        try (Deadline deadline = new Deadline(32 << 20);
                VideoReader video = VideoReader.open(http("/mjpeg", ""), deadline, Duration.ofSeconds(5))) {
            assertThat(video.next(SECOND)).isTrue();
            assertThat(video.codec()).isEqualTo("mjpeg");
            assertThat(video.recorded()).isFalse();
            assertThat(video.timestamp()).isEqualTo(Long.MIN_VALUE);
        }
    }

    @Test
    void tellsAStillPictureFromAStream() throws Exception {
        try (Deadline deadline = new Deadline(32 << 20);
                VideoReader video = VideoReader.open(http("/snapshot.jpg", ""), deadline, Duration.ofSeconds(5))) {
            assertThat(video.still()).isTrue();
            assertThat(video.recorded()).isFalse();
            assertThat(video.next(SECOND)).isTrue();
            assertThat(video.next(SECOND)).isFalse();
        }
    }

    @Test
    void playsSegmentsWhateverTheirName() throws Exception {
        try (Deadline deadline = new Deadline(32 << 20);
                VideoReader video = VideoReader.open(http("/segments.m3u8", ""), deadline, Duration.ofSeconds(5))) {
            assertThat(video.segmented()).isTrue();
            for (int i = 0; i < 60; i++) {
                assertThat(video.next(Duration.ofSeconds(5))).isTrue();
            }
        }
    }

    @Test
    void signsInOverHttp() throws Exception {
        assertThatThrownBy(() -> play(http("/protected", "right"), SECOND)).hasMessageContaining("has ended");
        assertThatThrownBy(() -> play(http("/protected", ""), SECOND)).hasMessageContaining("asks for a user");
    }

    @Test
    void givesUpOnAServerThatSendsAByteNowAndThen() throws Exception {
        InputSpec source = http("/drip", "");
        assertThatThrownBy(() -> play(source, Duration.ofMillis(400))).hasMessageContaining("no picture within 400 ms");
    }

    @Test
    void endsAReadThatIsCancelledFromAnotherThread() throws Exception {
        InputSpec source = http("/drip", "");
        try (Deadline deadline = new Deadline(32 << 20)) {
            var opening = CompletableFuture.runAsync(() -> {
                assertThatThrownBy(() -> VideoReader.open(source, deadline, Duration.ofMinutes(5)));
            });
            assertThat(opening).isNotDone();
            deadline.cancel();
            opening.get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void readsNoLocalFileThatAPlaylistNames() {
        assertThatThrownBy(() -> play(http("/playlist", ""), SECOND)).isInstanceOf(GrabException.class);
    }

    @Test
    void saysThatACodecIsUnknown() throws Exception {
        String clip = Files.readString(folder.resolve("clip.avi"), StandardCharsets.ISO_8859_1);
        Path unknown = folder.resolve("unknown.avi");
        Files.writeString(unknown, clip.replace("FMP4", "ZZZZ"), StandardCharsets.ISO_8859_1);
        assertThatThrownBy(() -> play(file(unknown), SECOND)).hasMessageContaining("codec is not known");
    }

    @Test
    void refusesAPictureThatIsTooLarge() throws Exception {
        ImageIO.write(
                new BufferedImage(9_000, 20, BufferedImage.TYPE_BYTE_GRAY),
                "png",
                folder.resolve("wide.png").toFile());
        assertThatThrownBy(() -> play(file(folder.resolve("wide.png")), SECOND))
                .hasMessageContaining("9000x20 is larger than 8192");
    }

    @Test
    void scalesStillPicturesOfEveryKind() throws Exception {
        for (int type : new int[] {BufferedImage.TYPE_BYTE_GRAY, BufferedImage.TYPE_INT_ARGB}) {
            Path file = folder.resolve("still-" + type + ".png");
            ImageIO.write(new BufferedImage(200, 800, type), "png", file.toFile());
            try (Deadline deadline = new Deadline(32 << 20);
                    VideoReader video = VideoReader.open(file(file), deadline, SECOND);
                    JpegEncoder jpeg = new JpegEncoder(new WorkingSize(64, 256), Orientation.UPRIGHT, 85)) {
                assertThat(video.next(SECOND)).isTrue();
                assertThat(jpeg.encode(video.picture(), List.of())).isNotEmpty();
            }
        }
    }
}
