package io.segwatch.inference.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.MessageLite;
import io.segwatch.config.Configuration;
import io.segwatch.contracts.Topic;
import io.segwatch.inference.ModelFolder;
import io.segwatch.inference.TinyModel;
import io.segwatch.inference.model.SegmentationModel;
import io.segwatch.kafka.Kafka;
import io.segwatch.kafka.TestKafka;
import io.segwatch.kafka.TopicReader;
import io.segwatch.v1.AreaComparison;
import io.segwatch.v1.Camera;
import io.segwatch.v1.CandidateStatus;
import io.segwatch.v1.Features;
import io.segwatch.v1.ModelRollout;
import io.segwatch.v1.ModelRollout.State;
import io.segwatch.v1.Observation;
import io.segwatch.v1.Point;
import io.segwatch.v1.Query;
import io.segwatch.v1.Ring;
import io.segwatch.v1.WorkerStatus;
import io.segwatch.v1.Zone;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class ModelRolloutIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String RUNNING = "segwatch-tiny@0";
    private static final String CANDIDATE = "segwatch-tiny@1";

    @RegisterExtension
    static final TestKafka KAFKA = new TestKafka(2);

    @TempDir
    Path folder;

    private Path candidate;
    private InferenceRole role;
    private TopicReader<Observation> observations;
    private TopicReader<WorkerStatus> statuses;
    private long sequence;

    @BeforeEach
    void define() throws Exception {
        candidate = Files.createDirectories(folder.resolve("candidate"));
        // The same network, which is surer of all that it sees.
        ModelFolder.copyTo(candidate).set("version", "1").set("calibration.bias", 30);
        send(Topic.CAMERAS, "gate", camera("gate"));
        send(Topic.CAMERAS, "yard", camera("yard"));
        send(
                Topic.QUERIES,
                "person",
                Query.newBuilder().setId("person").setText("person").build());
        send(Topic.MODEL_ROLLOUTS, "model", null);
        observations = new TopicReader<>(KAFKA.kafka(), Topic.OBSERVATIONS);
        statuses = new TopicReader<>(KAFKA.kafka(), Topic.WORKER_STATUS);
    }

    @AfterEach
    void stop() {
        if (role != null) {
            role.close();
        }
        observations.close();
        statuses.close();
    }

    @Test
    void aCandidateIsComparedObservesOneCameraThenAllAndGivesThemBack() throws Exception {
        start(Map.of());
        assertThat(observedBy("gate")).isEqualTo(RUNNING);
        await().atMost(PATIENCE).until(() -> status().getModel().equals(CANDIDATE));
        assertThat(status().getLoaded()).isFalse();

        rollout(State.SHADOW);
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(observedBy("gate")).isEqualTo(RUNNING);
            assertThat(observedBy("yard")).isEqualTo(RUNNING);
            assertThat(comparison("gate", "").getFrames()).isGreaterThanOrEqualTo(3);
            assertThat(comparison("gate", "left").getFrames()).isGreaterThanOrEqualTo(3);
            assertThat(comparison("yard", "").getFrames()).isPositive();
        });
        AreaComparison whole = comparison("gate", "");
        assertThat(whole.getQuery()).isEqualTo("person");
        assertThat(whole.getCandidateMeanShare()).isGreaterThan(whole.getMeanShare());
        assertThat(whole.getMeanDifference())
                .isEqualTo(whole.getCandidateMeanShare() - whole.getMeanShare(), within(1e-9));
        assertThat(whole.getIou()).isLessThan(1);

        rollout(State.CANARY, "gate");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(observedBy("gate")).isEqualTo(CANDIDATE));
        assertThat(observedBy("yard")).isEqualTo(RUNNING);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(status().getCamerasList()).containsExactly("gate"));

        rollout(State.SWITCHED);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(observedBy("yard")).isEqualTo(CANDIDATE));
        assertThat(observedBy("gate")).isEqualTo(CANDIDATE);

        rollout(State.ROLLED_BACK);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(observedBy("gate")).isEqualTo(RUNNING));
        assertThat(observedBy("yard")).isEqualTo(RUNNING);
        await().atMost(PATIENCE).until(() -> !status().getLoaded());
        assertThat(role.alive()).isTrue();
        assertInOrder("gate");
        assertInOrder("yard");
    }

    @Test
    void aWorkerThatStartsGoesByTheRolloutFromItsFirstFrame() throws Exception {
        rollout(State.SWITCHED);
        start(Map.of());
        assertThat(observedBy("gate")).isEqualTo(CANDIDATE);
        role.close();
        // As an upgrade ends: the candidate has become the model that is configured.
        start(Map.of("segwatch.inference.model", candidate.toString(), "segwatch.inference.candidate-model", ""));
        assertThat(observedBy("gate")).isEqualTo(CANDIDATE);
    }

    @Test
    void vectorsOfTheFeatureLogNameTheModelThatMadeThem() throws Exception {
        rollout(State.CANARY, "gate");
        start(Map.of("segwatch.inference.features.interval", "1s"));
        try (TopicReader<Features> features = new TopicReader<>(KAFKA.kafka(), Topic.FEATURES)) {
            await().atMost(PATIENCE).untilAsserted(() -> {
                observedBy("gate");
                observedBy("yard");
                assertThat(features.of("gate")).extracting(Features::getModel).contains(CANDIDATE);
                assertThat(features.of("yard")).extracting(Features::getModel).contains(RUNNING);
            });
            assertThat(features.of("gate")).extracting(Features::getModel).containsOnly(CANDIDATE);
            assertThat(features.of("yard")).extracting(Features::getModel).containsOnly(RUNNING);
        }
    }

    @Test
    void whatKeepsACandidateFromBeingUsedIsSaidAndTheRunningModelGoesOn() throws Exception {
        start(Map.of());
        rollout(rollout(State.SWITCHED, List.of())
                .setFingerprint("0".repeat(64))
                .build());
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(status().getFault())
                        .contains("0".repeat(12), "copy the same directory to every inference process"));
        assertThat(observedBy("gate")).isEqualTo(RUNNING);

        Files.delete(candidate.resolve("image_encoder.onnx"));
        rollout(State.SWITCHED);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(status().getFault()).contains("image_encoder.onnx is missing"));
        assertThat(observedBy("gate")).isEqualTo(RUNNING);
        role.close();

        start(Map.of("segwatch.inference.candidate-model", ""));
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(status().getFault()).contains("segwatch.inference.candidate-model is empty"));
        role.close();

        start(Map.of(
                "segwatch.inference.candidate-model", folder.resolve("nowhere").toString()));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(status().getFault()).contains("model.json is missing"));
        role.close();

        start(Map.of("segwatch.inference.candidate-model", TinyModel.FOLDER.toString()));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(status().getFault()).contains("is the model that runs"));
    }

    private void start(Map<String, String> settings) throws Exception {
        Map<String, String> all = new HashMap<>(Map.of(
                "segwatch.inference.model",
                TinyModel.FOLDER.toString(),
                "segwatch.inference.candidate-model",
                candidate.toString(),
                "segwatch.inference.candidate-interval",
                "100ms",
                "segwatch.inference.candidate-share",
                "1"));
        all.putAll(settings);
        role = InferenceRole.start(KAFKA.kafka(), Configuration.of(all).get(InferenceConfig.class));
        await().atMost(PATIENCE).until(() -> role.notReady().isEmpty());
    }

    private void rollout(State state, String... canaries) throws Exception {
        rollout(rollout(state, List.of(canaries)).build());
    }

    private static void rollout(ModelRollout rollout) throws Exception {
        send(Topic.MODEL_ROLLOUTS, "model", rollout);
    }

    private ModelRollout.Builder rollout(State state, List<String> canaries) {
        return ModelRollout.newBuilder()
                .setId("model")
                .setModel(CANDIDATE)
                .setFingerprint(SegmentationModel.fingerprint(candidate))
                .setState(state)
                .addAllCanaries(canaries)
                .setStartedAtMs(1);
    }

    /** The model of a frame that is sent now. */
    private String observedBy(String camera) throws Exception {
        long sent = sequence++;
        send(Topic.FRAMES, camera, Pictures.frame(camera, 1, sent, 256, 192));
        await().atMost(PATIENCE)
                .until(() -> observations.of(camera).stream()
                        .anyMatch(seen -> seen.getFrame().getSequence() == sent));
        return observations.of(camera).stream()
                .filter(seen -> seen.getFrame().getSequence() == sent && !seen.getBackfill())
                .findFirst()
                .orElseThrow()
                .getModel();
    }

    private void assertInOrder(String camera) {
        assertThat(observations.of(camera).stream()
                        .filter(seen -> !seen.getBackfill())
                        .map(seen -> seen.getFrame().getSequence()))
                .isSorted()
                .doesNotHaveDuplicates();
    }

    private CandidateStatus status() {
        List<WorkerStatus> all = statuses.values();
        return all.isEmpty()
                ? CandidateStatus.getDefaultInstance()
                : all.get(all.size() - 1).getCandidate();
    }

    private AreaComparison comparison(String camera, String zone) {
        return status().getComparisonsList().stream()
                .filter(each ->
                        each.getCamera().equals(camera) && each.getZone().equals(zone))
                .findFirst()
                .orElse(AreaComparison.getDefaultInstance());
    }

    private static Camera camera(String id) {
        Ring left = Ring.newBuilder()
                .addPoints(Point.newBuilder())
                .addPoints(Point.newBuilder().setX(0.5))
                .addPoints(Point.newBuilder().setX(0.5).setY(1))
                .addPoints(Point.newBuilder().setY(1))
                .build();
        return Camera.newBuilder()
                .setId(id)
                .setUrl("file:/" + id + ".mp4")
                .addZones(Zone.newBuilder().setId("left").setName("Left").addRings(left))
                .build();
    }

    private static <T extends MessageLite> void send(Topic<T> topic, String key, T value) throws Exception {
        if (value == null) {
            Kafka.sender(topic, KAFKA.producer(), "test").delete(key).get();
        } else {
            Kafka.sender(topic, KAFKA.producer(), "test").send(key, value).get();
        }
    }
}
