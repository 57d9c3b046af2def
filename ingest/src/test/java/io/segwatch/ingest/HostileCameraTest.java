package io.segwatch.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.segwatch.config.Configuration;
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
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import javax.imageio.ImageIO;
import org.bytedeco.ffmpeg.global.avcodec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What HTTP servers that are broken or hostile can make ingest do. */
@Timeout(60)
class HostileCameraTest {
    private static final String MULTIPART = "multipart/x-mixed-replace; boundary=x";
    private static final String PART = "\r\n--x\r\nContent-Type: image/jpeg\r\n";
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    /** What sockets hold in between, at most. */
    private static final long BUFFERS = 16 << 20;

    @TempDir
    static Path folder;

    static final AtomicLong sent = new AtomicLong();
    static final CountDownLatch over = new CountDownLatch(1);
    static HttpServer server;
    static IngestConfig config;

    @BeforeAll
    static void startServer() throws Exception {
        NativeLog.install();
        config = Configuration.of(Map.of("segwatch.ingest.picture-bytes", "4MiB"))
                .get(IngestConfig.class);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task);
            thread.setDaemon(true);
            return thread;
        }));
        server.createContext("/part", exchange -> flood(exchange, MULTIPART, PART + "\r\n\u00ff\u00d8", "x"));
        server.createContext(
                "/declared",
                exchange -> flood(exchange, MULTIPART, PART + "Content-Length: 2000000000\r\n\r\n\u00ff\u00d8", "x"));
        server.createContext(
                "/playlist",
                exchange -> flood(
                        exchange,
                        "application/vnd.apple.mpegurl",
                        "#EXTM3U\n#EXT-X-TARGETDURATION:2\n",
                        "#EXTINF:2,\nsegment.ts\n"));
        BufferedImage large = new BufferedImage(8_000, 8_000, BufferedImage.TYPE_BYTE_BINARY);
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(large, "png", png);
        server.createContext("/picture.png", exchange -> give(exchange, png.toByteArray(), false));
        byte[] magic = Files.readAllBytes(
                Clips.record(folder.resolve("magic.avi"), avcodec.AV_CODEC_ID_MAGICYUV, 320, 192, 25, 5));
        server.createContext("/magic.avi", exchange -> give(exchange, magic, false));
        byte[] clip = Files.readAllBytes(Clips.h264(folder.resolve("clip.ts"), 320, 192, 25, 50));
        server.createContext("/frozen", exchange -> give(exchange, clip, true));
        server.start();
    }

    @AfterAll
    static void stopServer() {
        over.countDown();
        server.stop(0);
    }

    private static void flood(HttpExchange exchange, String type, String head, String line) throws IOException {
        byte[] block = line.repeat(65_536 / line.length()).getBytes(StandardCharsets.ISO_8859_1);
        exchange.getResponseHeaders().add("Content-Type", type);
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream body = exchange.getResponseBody()) {
            body.write(head.getBytes(StandardCharsets.ISO_8859_1));
            while (over.getCount() > 0) {
                body.write(block);
                sent.addAndGet(block.length);
            }
        }
    }

    /** Sends everything, or half of it and nothing more while the connection stays. */
    private static void give(HttpExchange exchange, byte[] content, boolean freeze) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream body = exchange.getResponseBody()) {
            body.write(content, 0, freeze ? content.length / 2 : content.length);
            body.flush();
            if (freeze) {
                over.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static InputSpec source(String path) throws GrabException {
        String url = "http://127.0.0.1:" + server.getAddress().getPort() + path;
        return InputSpec.of(Camera.newBuilder().setUrl(url).build(), config, new Credentials(folder.resolve("none")));
    }

    private static void play(String path) throws GrabException {
        try (Deadline deadline = new Deadline(config.pictureBytes().bytes());
                VideoReader video = VideoReader.open(source(path), deadline, PATIENCE)) {
            while (video.next(PATIENCE)) {
                assertThat(video.picture().width()).isPositive();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/part", "/declared"})
    void endsAConnectionThatSendsWithoutEndAndWithoutAPicture(String path) {
        sent.set(0);
        assertThatThrownBy(() -> play(path))
                .hasMessageContaining("sent 4MiB without a picture")
                .hasMessageContaining("segwatch.ingest.picture-bytes")
                .isInstanceOfSatisfying(
                        GrabException.class, e -> assertThat(e.retry).isEqualTo(GrabException.Retry.RARELY));
        // Once to find the streams and once for the first picture.
        assertThat(sent.get()).isLessThan((8 << 20) + BUFFERS);
    }

    @Test
    void readsNoPlaylistWithoutEnd() {
        sent.set(0);
        assertThatThrownBy(() -> play("/playlist"))
                .hasMessageContaining("sent a playlist of more than 512 KiB")
                .isInstanceOfSatisfying(
                        GrabException.class, e -> assertThat(e.retry).isEqualTo(GrabException.Retry.RARELY));
        assertThat(sent.get()).isLessThan((512 << 10) + BUFFERS);
    }

    @Test
    void decodesNoPictureOfMorePixelsThanAllowed() {
        assertThatThrownBy(() -> play("/picture.png"))
                .hasMessageContaining("8000x8000")
                .hasMessageContaining("segwatch.ingest.max-pixels (20971520)");
    }

    @Test
    void opensNoDecoderThatIsNotOnTheList() {
        assertThatThrownBy(() -> play("/magic.avi"))
                .hasMessageContaining("codec magicyuv is not allowed")
                .hasMessageContaining("segwatch.ingest.codecs");
    }

    @Test
    void takesWhatAFrozenServerLeftInTheParserForNoNewPicture() throws Exception {
        Duration timeout = Duration.ofSeconds(2);
        try (Deadline deadline = new Deadline(config.pictureBytes().bytes());
                VideoReader video = VideoReader.open(source("/frozen"), deadline, PATIENCE)) {
            assertThatThrownBy(() -> {
                        while (video.next(timeout)) {
                            assertThat(deadline.passed())
                                    .as("a picture after the time limit")
                                    .isFalse();
                        }
                    })
                    .hasMessageContaining("no picture within 2000 ms");
        }
    }
}
