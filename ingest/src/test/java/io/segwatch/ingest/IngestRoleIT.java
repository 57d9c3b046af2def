package io.segwatch.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.segwatch.broker.EmbeddedBroker;
import io.segwatch.contracts.Credentials;
import io.segwatch.contracts.KafkaAddress;
import io.segwatch.contracts.Sender;
import io.segwatch.contracts.Topic;
import io.segwatch.v1.Camera;
import io.segwatch.v1.CameraStatus;
import io.segwatch.v1.CameraStatus.State;
import io.segwatch.v1.Frame;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.producer.Producer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IngestRoleIT {
    @TempDir
    static Path folder;

    static Path clip;
    static EmbeddedBroker broker;
    static KafkaAddress kafka;
    static Producer<String, byte[]> producer;
    static Sender<Camera> cameras;
    static IngestConfig config;

    IngestRole role;
    Watched<Frame> frames;
    Watched<CameraStatus> statuses;

    @BeforeAll
    static void startBroker() throws Exception {
        clip = Clips.h264(folder.resolve("clip.mp4"), 640, 360, 25, 50);
        broker = EmbeddedBroker.start(folder.resolve("broker"), 0);
        kafka = KafkaAddress.local(broker.bootstrapServers(), 3);
        kafka.createTopics();
        producer = kafka.producer("test");
        cameras = KafkaAddress.sender(Topic.CAMERAS, producer, "test");
        config = config(8);
    }

    private static IngestConfig config(int maxCameras) {
        return new IngestConfig(
                10,
                65_536,
                32,
                64,
                1_536,
                85,
                maxCameras,
                0,
                1,
                Duration.ofSeconds(5),
                Duration.ofSeconds(5),
                Duration.ofSeconds(1),
                Duration.ofMillis(100),
                Duration.ofMillis(400),
                4,
                List.of(folder),
                false);
    }

    @AfterAll
    static void stopBroker() {
        producer.close();
        broker.close();
    }

    @BeforeEach
    void startRole() {
        frames = new Watched<>(kafka, Topic.FRAMES);
        statuses = new Watched<>(kafka, Topic.CAMERA_STATUS);
        role = IngestRole.start(kafka, config, new Credentials(folder.resolve("credentials.properties")));
    }

    @AfterEach
    void stopRole() throws Exception {
        if (role != null) {
            role.close();
        }
        frames.close();
        statuses.close();
    }

    private static Camera.Builder camera(String id, Path file) {
        return Camera.newBuilder().setId(id).setUrl(file.toUri().toString().replace("file:///", "file:/"));
    }

    private static void put(Camera.Builder camera) {
        cameras.send(camera.getId(), camera.build());
        producer.flush();
    }

    private static void delete(String id) {
        cameras.delete(id);
        producer.flush();
    }

    @Test
    void publishesALoopedFileEvenlyAtTheTargetRate() throws Exception {
        put(camera("looped", clip));
        await().atMost(Duration.ofSeconds(30)).until(() -> frames.of("looped").size() >= 45);
        List<Frame> got = frames.of("looped").subList(0, 45);
        delete("looped");

        Frame first = got.get(0);
        for (int i = 0; i < got.size(); i++) {
            assertThat(got.get(i).getId().getEpoch()).isEqualTo(first.getId().getEpoch());
            assertThat(got.get(i).getId().getSequence()).isEqualTo(i);
        }
        // Two passes of 2 s and the beginning of a third.
        long span = got.get(40).getCapturedAtMs() - first.getCapturedAtMs();
        assertThat(span).isBetween(3_950L, 4_500L);
        assertThat(first.getWidth()).isEqualTo(352);
        assertThat(first.getHeight()).isEqualTo(192);
        assertThat(first.getSourceWidth()).isEqualTo(640);
        assertThat(first.getTargetFps()).isEqualTo(10);
        var picture = ImageIO.read(new ByteArrayInputStream(first.getJpeg().toByteArray()));
        assertThat(picture.getWidth()).isEqualTo(352);
        assertThat(picture.getHeight()).isEqualTo(192);

        statuses.awaitDeletion("looped");
        CameraStatus live = statuses.await("looped", status -> status.getState() == State.LIVE && status.getFps() > 5);
        assertThat(live.getCodec()).isEqualTo("h264");
        assertThat(live.getReason()).isEmpty();
    }

    @Test
    void endsACameraWhoseFileIsPlayedOnce() {
        put(camera("once", clip).setOnce(true));
        CameraStatus ended = statuses.await("once", status -> status.getState() == State.ENDED);
        delete("once");
        assertThat(ended.getFramesDecoded()).isEqualTo(50);
        await().until(() -> frames.of("once").size() == 20);
    }
}
