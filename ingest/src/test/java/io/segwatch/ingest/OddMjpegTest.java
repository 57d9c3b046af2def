package io.segwatch.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.segwatch.config.Configuration;
import io.segwatch.secrets.Credentials;
import io.segwatch.v1.Camera;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** MJPEG as small cameras send it is read picture by picture, each as soon as it is there. */
@Timeout(60)
class OddMjpegTest {
    private static final Duration SECONDS = Duration.ofSeconds(20);
    private static final String MULTIPART = "multipart/x-mixed-replace; boundary=frame";

    @TempDir
    static Path folder;

    static IngestConfig config;

    @BeforeAll
    static void configure() {
        NativeLog.install();
        config = Configuration.of(Map.of()).get(IngestConfig.class);
    }

    private static InputSpec source(StreamServer server) throws GrabException {
        Camera camera = Camera.newBuilder().setUrl(server.url()).build();
        return InputSpec.of(camera, config, new Credentials(folder.resolve("none")));
    }

    private static void text(OutputStream out, String text) throws IOException {
        out.write(text.replace("|", "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    }

    /** What stands before the first picture and before each other one; the connection stays open behind the last. */
    @ParameterizedTest
    @CsvSource({
        "'multipart/x-mixed-replace; boundary=frame', '--frame|Content-Type: image/jpeg||', '|--frame|Content-Type: image/jpeg||'",
        "'multipart/x-mixed-replace; boundary=\"--frame\"', 'Content-Type: image/jpeg||', '|--frame|Content-Type: image/jpeg||'",
        "'multipart/x-mixed-replace; boundary=frame', '--frame||', '|--frame||'",
        "'multipart/x-mixed-replace', '', ''",
        "'text/html', '--frame|Content-Type: image/jpeg||', '|--frame|Content-Type: image/jpeg||'",
        "'', 'Content-Type: image/jpeg||', '|--other|Content-Length: 3||'",
        "'video/x-motion-jpeg', '', '||'",
        "'image/jpeg', '', ''",
        "'multipart/mixed; boundary=x', '--x|Content-Type: text/plain||motion|--x|Content-Type: image/jpeg||', '|--x|Content-Type: text/plain||none|--x||'"
    })
    void readsEachPictureAsSoonAsItIsThere(String type, String first, String between) throws Exception {
        Semaphore wanted = new Semaphore(1);
        StreamServer.Body body = out -> {
            for (int n = 0; ; n++) {
                wanted.acquire();
                text(out, n == 0 ? first : between);
                out.write(StreamServer.jpeg(n));
                out.flush();
            }
        };
        try (StreamServer server = StreamServer.start(type == null ? "" : type, body);
                Deadline deadline = new Deadline(32 << 20);
                VideoReader video = VideoReader.open(source(server), deadline, SECONDS)) {
            assertThat(video.codec()).isEqualTo("mjpeg");
            assertThat(video.declaredFps()).isZero();
            for (int n = 0; n < 5; n++) {
                assertThat(video.next(SECONDS)).isTrue();
                assertThat(video.timestamp()).isEqualTo(Long.MIN_VALUE);
                assertThat(video.still()).isFalse();
                // No further picture is sent before this one has been read.
                wanted.release();
            }
        }
    }

    @Test
    void takesOnePictureWithoutALengthForAStillOne() throws Exception {
        try (StreamServer server = StreamServer.start("image/jpeg", out -> out.write(StreamServer.jpeg(1)));
                Deadline deadline = new Deadline(32 << 20);
                VideoReader video = VideoReader.open(source(server), deadline, SECONDS)) {
            assertThat(video.next(SECONDS)).isTrue();
            assertThat(video.next(SECONDS)).isFalse();
            assertThat(video.still()).isTrue();
        }
    }

    @Test
    void saysWhatPartsAreOfThatAreNoJpegs() throws Exception {
        StreamServer.Body body = out -> {
            for (int n = 0; n < 20; n++) {
                text(out, "--frame|Content-Type: image/png||\u0089PNG|no picture|");
            }
        };
        try (StreamServer server = StreamServer.start(MULTIPART, body);
                Deadline deadline = new Deadline(32 << 20)) {
            assertThatThrownBy(() ->
                            VideoReader.open(source(server), deadline, SECONDS).close())
                    .hasMessageContaining("its parts are of image/png")
                    .hasMessageContaining("choose MJPEG in the camera");
        }
    }
}
