package io.segwatch.inference.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.segwatch.config.Configuration;
import io.segwatch.contracts.Topic;
import io.segwatch.inference.ModelFolder;
import io.segwatch.inference.TinyModel;
import io.segwatch.inference.features.FeatureVectors;
import io.segwatch.inference.model.JpegHeader;
import io.segwatch.kafka.Kafka;
import io.segwatch.kafka.TestKafka;
import io.segwatch.kafka.TopicReader;
import io.segwatch.v1.Camera;
import io.segwatch.v1.Features;
import io.segwatch.v1.Frame;
import io.segwatch.v1.Observation;
import io.segwatch.v1.Point;
import io.segwatch.v1.PrivacyMask;
import io.segwatch.v1.Ring;
import io.segwatch.v1.Thumbnail;
import io.segwatch.v1.WorkerStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import org.apache.kafka.clients.producer.Producer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class FeatureLogIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @RegisterExtension
    static final TestKafka KAFKA = new TestKafka(1);

    private static Kafka kafka;
    private static Producer<String, byte[]> producer;
    private static InferenceRole role;

    @BeforeAll
    static void start() throws Exception {
        kafka = KAFKA.kafka();
        producer = KAFKA.producer();
        define(Camera.newBuilder().setId("yard").setUrl("file:/yard.mp4").build());
        define(Camera.newBuilder()
                .setId("door")
                .setUrl("file:/door.mp4")
                .addPrivacyMasks(PrivacyMask.newBuilder().setOutline(leftHalf()))
                .build());
        role = start(TinyModel.FOLDER);
    }

    private static InferenceRole start(Path model) throws Exception {
        InferenceRole started = InferenceRole.start(
                kafka,
                Configuration.of(Map.of("segwatch.inference.model", model.toString()))
                        .get(InferenceConfig.class));
        await().atMost(PATIENCE).until(() -> started.notReady().isEmpty());
        return started;
    }

    @AfterAll
    static void stop() {
        role.close();
    }

    @Test
    void aFrameIsKeptWithItsVectorsAndASmallPicture() throws Exception {
        try (TopicReader<Features> features = new TopicReader<>(kafka, Topic.FEATURES);
                TopicReader<Thumbnail> thumbnails = new TopicReader<>(kafka, Topic.THUMBNAILS)) {
            Frame frame = Pictures.frame("yard", 1, 0, 256, 192);
            send(frame);
            await().atMost(PATIENCE)
                    .until(() -> !features.of("yard").isEmpty()
                            && !thumbnails.of("yard").isEmpty());
            Features kept = features.last("yard");
            assertThat(kept.getFrame()).isEqualTo(frame.getId());
            assertThat(kept.getCapturedAtMs()).isEqualTo(frame.getCapturedAtMs());
            assertThat(kept.getModel()).isEqualTo("segwatch-tiny@0");
            assertThat(kept.getValidMs()).isBetween(5_000L, 10_000L);
            assertThat(kept.getSerializedSize()).isLessThanOrEqualTo(FeatureVectors.MOST_BYTES);
            FeatureVectors vectors = read(kept);
            assertThat(vectors.columns()).isEqualTo(8);
            assertThat(vectors.rows()).isEqualTo(6);
            assertThat(vectors.cells()).isEqualTo(48);
            Thumbnail picture = thumbnails.last("yard");
            assertThat(picture.getFrame()).isEqualTo(frame.getId());
            assertThat(picture.getJpeg().size()).isLessThanOrEqualTo(12 << 10);
            assertThat(JpegHeader.read(picture.getJpeg().asReadOnlyByteBuffer()).width())
                    .isEqualTo(256);
        }
    }

    @Test
    void cellsThatAPrivacyMaskTouchesAreAbsent() throws Exception {
        try (TopicReader<Features> features = new TopicReader<>(kafka, Topic.FEATURES)) {
            send(Pictures.frame("door", 1, 0, 256, 192));
            await().atMost(PATIENCE).until(() -> !features.of("door").isEmpty());
            FeatureVectors vectors = read(features.last("door"));
            assertThat(Arrays.stream(vectors.places()).limit(vectors.cells()).boxed())
                    .hasSize(6 * 3)
                    .allMatch(place -> place % 8 > 4);
        }
    }

    @Test
    void framesInARowAreNotAllKeptAndThoseOfACameraThatIsNotDefinedNever() throws Exception {
        try (TopicReader<Features> features = new TopicReader<>(kafka, Topic.FEATURES);
                TopicReader<Observation> observations = new TopicReader<>(kafka, Topic.OBSERVATIONS)) {
            for (long sequence = 0; sequence < 6; sequence++) {
                long at = sequence;
                send(Pictures.frame("yard", 2, sequence, 256, 192));
                send(Pictures.frame("nobody", 2, sequence, 256, 192));
                await().atMost(PATIENCE)
                        .until(() -> observations.of("yard").stream()
                                .anyMatch(seen -> seen.getFrame().getEpoch() == 2
                                        && seen.getFrame().getSequence() == at));
            }
            await().atMost(PATIENCE).until(() -> !observations.of("nobody").isEmpty());
            send(Pictures.frame("yard", 3, 0, 256, 192));
            await().atMost(PATIENCE)
                    .until(() -> features.of("yard").stream()
                            .anyMatch(kept -> kept.getFrame().getEpoch() == 3));
            assertThat(features.of("yard").stream()
                            .filter(kept -> kept.getFrame().getEpoch() == 2)
                            .map(kept -> kept.getFrame().getSequence()))
                    .containsExactly(0L);
            assertThat(features.of("nobody")).isEmpty();
        }
    }

    @Test
    void aWorkerWhoseModelHasNoBasisSaysSo(@TempDir Path folder) throws Exception {
        ModelFolder old = ModelFolder.copyTo(folder).remove("feature_basis.f32");
        try (TopicReader<WorkerStatus> statuses = new TopicReader<>(kafka, Topic.WORKER_STATUS)) {
            InferenceRole without = start(old.path());
            try {
                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(statuses.values())
                                .extracting(WorkerStatus::getFeatureLogRemark)
                                .anyMatch(remark -> remark.contains("has no feature_basis.f32"))
                                .anyMatch(String::isEmpty));
            } finally {
                without.close();
            }
        }
    }

    private static FeatureVectors read(Features record) {
        FeatureVectors vectors = new FeatureVectors(8, 16);
        vectors.read(record);
        return vectors;
    }

    private static Ring leftHalf() {
        return Ring.newBuilder()
                .addPoints(at(0, 0))
                .addPoints(at(0.5, 0))
                .addPoints(at(0.5, 1))
                .addPoints(at(0, 1))
                .build();
    }

    private static Point at(double x, double y) {
        return Point.newBuilder().setX(x).setY(y).build();
    }

    private static void define(Camera camera) throws Exception {
        Kafka.sender(Topic.CAMERAS, producer, "test")
                .send(camera.getId(), camera)
                .get();
    }

    private static void send(Frame frame) throws Exception {
        Kafka.sender(Topic.FRAMES, producer, "test")
                .send(frame.getId().getCamera(), frame)
                .get();
    }
}
