package io.segwatch.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.segwatch.config.Configuration;
import io.segwatch.contracts.Topic;
import io.segwatch.kafka.Kafka;
import io.segwatch.kafka.Sender;
import io.segwatch.kafka.TestKafka;
import io.segwatch.kafka.TopicReader;
import io.segwatch.secrets.Credentials;
import io.segwatch.v1.Camera;
import io.segwatch.v1.CameraStatus;
import io.segwatch.v1.CameraStatus.State;
import io.segwatch.v1.Frame;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.producer.Producer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Cameras that are slow, come in bursts, or have settings of their own. */
class StreamSettingsIT {
    private static final String MJPEG = "multipart/x-mixed-replace; boundary=frame";

    @RegisterExtension
    static final TestKafka KAFKA = new TestKafka(3);

    @TempDir
    static Path folder;

    Set<String> ids = new TreeSet<>();
    IngestRole role;
    Sender<Camera> cameras;
    Producer<String, byte[]> producer;
    TopicReader<Frame> frames;
    TopicReader<CameraStatus> statuses;

    @BeforeEach
    void startRole() throws Exception {
        Kafka kafka = KAFKA.kafka();
        producer = KAFKA.producer();
        cameras = Kafka.sender(Topic.CAMERAS, producer, "test");
        frames = new TopicReader<>(kafka, Topic.FRAMES);
        statuses = new TopicReader<>(kafka, Topic.CAMERA_STATUS);
        IngestConfig config = Configuration.of(Map.of(
                        "segwatch.ingest.pixels", "65536",
                        "segwatch.ingest.connect-timeout", "5s",
                        "segwatch.ingest.read-timeout", "2s",
                        "segwatch.ingest.stall-after", "1s",
                        "segwatch.ingest.retry-first", "100ms",
                        "segwatch.ingest.retry-most", "400ms",
                        "segwatch.ingest.file-roots", folder.toString()))
                .get(IngestConfig.class);
        role = IngestRole.start(kafka, config, new Credentials(folder.resolve("credentials.properties")));
    }

    @AfterEach
    void stopRole() throws Exception {
        ids.forEach(cameras::delete);
        producer.flush();
        role.close();
        frames.close();
        statuses.close();
    }

    private void put(Camera.Builder camera) {
        ids.add(camera.getId());
        cameras.send(camera.getId(), camera.build());
        producer.flush();
    }

    private static StreamServer.Body every(long ms, int atOnce) {
        return out -> {
            for (int n = 0; ; n++) {
                out.write(StreamServer.part(StreamServer.jpeg(n)));
                if (n % atOnce == atOnce - 1) {
                    out.flush();
                    Thread.sleep(ms);
                }
            }
        };
    }

    @Test
    void learnsHowSlowACameraIsAndStaysConnected() throws Exception {
        try (StreamServer server = StreamServer.start(MJPEG, every(3_000, 1))) {
            put(Camera.newBuilder().setId("slow").setUrl(server.url()));
            CameraStatus slow = statuses.await(
                    "slow",
                    status -> status.getState() == State.LIVE
                            && status.getReason().contains("Slow: 3 s"));
            assertThat(slow.getReason()).contains("stream.readTimeoutMs");
            int seen = frames.of("slow").size();
            await().atMost(Duration.ofSeconds(30)).until(() -> frames.of("slow").size() >= seen + 3);
            assertThat(statuses.of("slow").stream().filter(status -> status.getReconnects() > 1))
                    .isEmpty();
            assertThat(server.connections()).isLessThanOrEqualTo(2);
            assertThat(frames.of("slow").get(seen + 1).getTargetFps()).isLessThan(0.5);
        }
    }

    @Test
    void givesASlowCameraTheTimeThatIsSetForIt() throws Exception {
        try (StreamServer server = StreamServer.start(MJPEG, every(4_000, 1))) {
            Camera.Builder camera = Camera.newBuilder().setId("set").setUrl(server.url());
            put(camera.setStream(Camera.Stream.newBuilder().setReadTimeoutMs(20_000)));
            await().atMost(Duration.ofSeconds(30)).until(() -> frames.of("set").size() >= 3);
            assertThat(server.connections()).isEqualTo(1);
            assertThat(statuses.of("set")).noneMatch(status -> status.getState() == State.OFFLINE);
        }
    }

    @Test
    void spreadsPicturesWithoutTimestampsThatComeAllAtOnce() throws Exception {
        try (StreamServer server = StreamServer.start(MJPEG, every(1_500, 8))) {
            put(Camera.newBuilder().setId("bursts").setUrl(server.url()).setTargetFps(10));
            await().atMost(Duration.ofSeconds(40))
                    .until(() -> frames.of("bursts").size() >= 40);
            List<Frame> got = frames.of("bursts").subList(15, 40);
            for (int i = 1; i < got.size(); i++) {
                assertThat(got.get(i).getCapturedAtMs() - got.get(i - 1).getCapturedAtMs())
                        .isGreaterThan(60);
            }
            assertThat(statuses.of("bursts")).noneMatch(status -> status.getState() == State.OFFLINE);
        }
    }

    @Test
    void takesChangedSettingsWithoutANewConnection() throws Exception {
        Path clip = Clips.h264(folder.resolve("clip.mp4"), 640, 360, 25, 50);
        Camera.Builder camera = Camera.newBuilder()
                .setId("shaped")
                .setUrl(clip.toUri().toString().replace("file:///", "file:/"));
        put(camera);
        Frame before = frames.await("shaped", frame -> frame.getSourceWidth() == 640);
        put(camera.setStream(Camera.Stream.newBuilder().setAspect("4:3").setReadTimeoutMs(5_000)));
        Frame after = frames.await("shaped", frame -> frame.getSourceWidth() == 480);
        assertThat(after.getSourceHeight()).isEqualTo(360);
        assertThat(after.getId().getEpoch()).isEqualTo(before.getId().getEpoch());
        put(camera.setStream(Camera.Stream.newBuilder().putOptions("skip_frame", "nokey")));
        frames.await(
                "shaped", frame -> frame.getId().getEpoch() > before.getId().getEpoch());
    }

    @Test
    void fetchesAStillPictureAtTheIntervalThatIsSet() throws Exception {
        byte[] jpeg = StreamServer.jpeg(1);
        try (StreamServer server = StreamServer.start("image/jpeg", out -> out.write(jpeg))) {
            Camera.Builder camera = Camera.newBuilder().setId("still").setUrl(server.url());
            put(camera.setStream(Camera.Stream.newBuilder().setIntervalMs(1_500)));
            // That an answer without a declared length is one picture alone shows at its end.
            frames.await("still", frame -> frame.getTargetFps() > 0.6 && frame.getTargetFps() < 0.7);
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> frames.of("still").size() >= 4);
            List<Frame> got = frames.of("still");
            assertThat(got.get(3).getCapturedAtMs() - got.get(0).getCapturedAtMs())
                    .isGreaterThanOrEqualTo(4_300);
            assertThat(statuses.of("still")).noneMatch(status -> status.getState() == State.OFFLINE);
        }
    }

    @Test
    void saysByFieldThatNothingKnowsAnOption() throws Exception {
        byte[] jpeg = StreamServer.jpeg(1);
        try (StreamServer server = StreamServer.start("image/jpeg", out -> out.write(jpeg))) {
            Camera.Builder camera = Camera.newBuilder().setId("unknown").setUrl(server.url());
            put(camera.setStream(Camera.Stream.newBuilder().putOptions("live_start_index", "-1")));
            CameraStatus offline = statuses.await("unknown", status -> status.getState() == State.OFFLINE);
            assertThat(offline.getReason()).contains("stream.options.live_start_index", "Leave it out");
        }
    }
}
