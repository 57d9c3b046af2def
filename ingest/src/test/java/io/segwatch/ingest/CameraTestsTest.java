package io.segwatch.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.segwatch.config.Configuration;
import io.segwatch.contracts.AddressSecrets;
import io.segwatch.contracts.Login;
import io.segwatch.secrets.Credentials;
import io.segwatch.v1.Camera;
import io.segwatch.v1.CameraTest;
import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(90)
class CameraTestsTest {
    @TempDir
    static Path folder;

    private static CameraTests tests(String networks) {
        return new CameraTests(Configuration.of(
                        Map.of("segwatch.ingest.file-roots", folder.toString(), "segwatch.ingest.networks", networks))
                .get(IngestConfig.class));
    }

    private static CameraTest test(String url, String networks, Credentials credentials) throws Exception {
        Camera camera = Camera.newBuilder()
                .setId("tried")
                .setUrl(url)
                .setCredentials("tried")
                .build();
        return tests(networks).test(camera, credentials).toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    private static Credentials guest(String authority) {
        return Credentials.only("tried", authority, AddressSecrets.of(new Login("guest", "s3cretword")));
    }

    @Test
    void tellsPictureSizeCodecAndRateOfAVideo() throws Exception {
        Path clip = Clips.mpeg4(folder.resolve("clip.avi"), 320, 192, 25, 5);
        CameraTest test = test("file:" + clip, "loopback", guest(""));
        assertThat(test.getReason()).isEmpty();
        assertThat(test.getWorks()).isTrue();
        assertThat(test.getWidth()).isEqualTo(320);
        assertThat(test.getHeight()).isEqualTo(192);
        assertThat(test.getCodec()).isEqualTo("mpeg4");
        assertThat(test.getFps()).isEqualTo(25);
        assertThat(ImageIO.read(new ByteArrayInputStream(test.getJpeg().toByteArray())))
                .isNotNull();
    }

    @Test
    void saysWhyThereIsNoPictureAndNothingOfTheLogin() throws Exception {
        int closed;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = socket.getLocalPort();
        }
        String url = "rtsp://127.0.0.1:" + closed + "/live";
        CameraTest test = test(url, "loopback", guest("rtsp://127.0.0.1:" + closed));
        assertThat(test.getWorks()).isFalse();
        assertThat(test.getReason()).contains("refused").doesNotContain("s3cretword");
        assertThat(test.getJpeg().isEmpty()).isTrue();
    }

    @Test
    void connectsOnlyToWhereACameraMayBe() throws Exception {
        CameraTest test = test("rtsp://127.0.0.1:9/live", "private", guest("rtsp://127.0.0.1:9"));
        assertThat(test.getWorks()).isFalse();
        assertThat(test.getReason()).contains("segwatch.ingest.networks");
    }

    @Test
    void aFileOutsideTheFoldersIsNotRead() throws Exception {
        assertThat(test("file:/etc/hostname", "loopback", guest("")).getReason())
                .contains("segwatch.ingest.file-roots");
    }

    @Test
    void onlyAFewAreTriedAtATime() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            CameraTests tests = tests("loopback");
            List<CompletableFuture<CameraTest>> all = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                Camera camera = Camera.newBuilder()
                        .setId("tried")
                        .setUrl("http://127.0.0.1:" + silent.getLocalPort() + "/mjpeg")
                        .setStream(Camera.Stream.newBuilder().setConnectTimeoutMs(1_000))
                        .build();
                all.add(tests.test(camera, Credentials.only("none", "", AddressSecrets.NONE))
                        .toCompletableFuture());
            }
            assertThat(all.get(2).get(10, TimeUnit.SECONDS).getReason()).contains("Others are being tried");
            assertThat(all.get(0).get(60, TimeUnit.SECONDS).getWorks()).isFalse();
        }
    }
}
