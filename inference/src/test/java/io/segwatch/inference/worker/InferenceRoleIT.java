package io.segwatch.inference.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.segwatch.config.Configuration;
import io.segwatch.contracts.Rle;
import io.segwatch.contracts.Topic;
import io.segwatch.inference.TinyModel;
import io.segwatch.kafka.Kafka;
import io.segwatch.kafka.Sender;
import io.segwatch.kafka.TestKafka;
import io.segwatch.kafka.TopicReader;
import io.segwatch.v1.Box;
import io.segwatch.v1.DeadLetter;
import io.segwatch.v1.Frame;
import io.segwatch.v1.FrameId;
import io.segwatch.v1.InstanceMask;
import io.segwatch.v1.Observation;
import io.segwatch.v1.Point;
import io.segwatch.v1.Prompt;
import io.segwatch.v1.PromptPoint;
import io.segwatch.v1.Query;
import io.segwatch.v1.WorkerStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class InferenceRoleIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @RegisterExtension
    static final TestKafka KAFKA = new TestKafka(2);

    private static Kafka kafka;
    private static Producer<String, byte[]> producer;
    private static InferenceRole role;

    @BeforeAll
    static void start() throws Exception {
        kafka = KAFKA.kafka();
        producer = KAFKA.producer();
        role = InferenceRole.start(
                kafka,
                Configuration.of(Map.of("segwatch.inference.model", TinyModel.FOLDER.toString()))
                        .get(InferenceConfig.class));
        await().atMost(PATIENCE).until(() -> role.notReady().isEmpty());
    }

    @AfterAll
    static void stop() {
        role.close();
    }

    @Test
    void aFrameBecomesAnObservationOfEveryQueryOfItsCamera() throws Exception {
        try (TopicReader<Observation> observations = new TopicReader<>(kafka, Topic.OBSERVATIONS)) {
            put(query("person-1", "person").addCameras("yard").build());
            put(query("sky-1", "sky").addCameras("street").build());
            put(query("off-1", "car").addCameras("yard").setDisabled(true).build());
            await().atMost(PATIENCE).untilAsserted(() -> {
                send(frame("yard", 1, nextSequence()));
                Observation seen = observations.last("yard");
                assertThat(seen.getQueriesList()).extracting("query").containsExactly("person-1");
                assertThat(seen.getQueries(0).getMask().getWidth()
                                * seen.getQueries(0).getMask().getHeight())
                        .isEqualTo(64 * 48);
                assertThat(Rle.area(seen.getQueries(0).getMask()) / (64.0 * 48))
                        .isEqualTo(seen.getQueries(0).getShare());
                assertThat(seen.getModel()).isEqualTo("segwatch-tiny@0");
                assertThat(seen.getBackfill()).isFalse();
            });
        }
    }

    @Test
    void aNewQueryIsAnsweredForTheFramesThatAreKeptTooWithoutEncodingThemAgain() throws Exception {
        try (TopicReader<Observation> observations = new TopicReader<>(kafka, Topic.OBSERVATIONS)) {
            for (int i = 0; i < 5; i++) {
                long sequence = i;
                send(frame("past", 7, sequence));
                await().atMost(PATIENCE)
                        .until(() -> observations.of("past").stream()
                                .anyMatch(seen -> seen.getFrame().getSequence() == sequence));
            }
            double encoded = InferenceMetrics.ENCODED.get();
            put(query("late-1", "road").addCameras("past").build());
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(observations.of("past").stream()
                                    .filter(Observation::getBackfill)
                                    .map(seen -> seen.getFrame().getSequence()))
                            .containsExactly(0L, 1L, 2L, 3L, 4L));
            assertThat(observations.of("past").stream().filter(Observation::getBackfill))
                    .allSatisfy(seen -> assertThat(seen.getQueriesList())
                            .extracting("query")
                            .containsExactly("late-1"));
            assertThat(InferenceMetrics.ENCODED.get()).isEqualTo(encoded);
        }
    }

    @Test
    void aPromptIsAnsweredWithAMaskOfTheFrameItIsAbout() throws Exception {
        try (TopicReader<Observation> observations = new TopicReader<>(kafka, Topic.OBSERVATIONS);
                TopicReader<InstanceMask> masks = new TopicReader<>(kafka, Topic.INSTANCE_MASKS)) {
            send(frame("door", 3, 0));
            send(frame("door", 3, 1));
            await().atMost(PATIENCE).until(() -> !observations.of("door").isEmpty());
            FrameId seen = observations.last("door").getFrame();
            send(prompt("click", seen).addPoints(point(0.5, 0.5)).build());
            send(prompt("box", seen)
                    .setBox(Box.newBuilder().setX0(0.2).setY0(0.2).setX1(0.7).setY1(0.8))
                    .build());
            send(prompt("old", seen).setEpoch(99).addPoints(point(0.5, 0.5)).build());
            send(prompt("outside", seen).addPoints(point(0.5, 1.5)).build());
            await().atMost(PATIENCE).until(() -> masks.of("door").size() >= 4);
            Map<String, InstanceMask> answers = byPrompt(masks, "door");
            assertThat(answers.get("click").getFrame()).isEqualTo(seen);
            assertThat(answers.get("click").getError()).isEmpty();
            assertThat(answers.get("box").getMask().getWidth()).isEqualTo(64);
            assertThat(answers.get("box").getPredictedIou()).isBetween(0.0, 1.0);
            assertThat(answers.get("old").getError()).contains("no longer kept");
            assertThat(answers.get("outside").getError()).contains("points");
        }
    }

    @Test
    void whatCannotBeReadIsPutAsideAndTheRestGoesOn() throws Exception {
        try (TopicReader<DeadLetter> letters = new TopicReader<>(kafka, Topic.DEAD_LETTER);
                TopicReader<Observation> observations = new TopicReader<>(kafka, Topic.OBSERVATIONS)) {
            producer.send(new ProducerRecord<>(Topic.FRAMES.topicName(), "gate", new byte[] {1, 2, 3}));
            Frame good = frame("gate", 1, 0);
            send(good.toBuilder()
                    .setJpeg(good.getJpeg().substring(0, good.getJpeg().size() / 2))
                    .build());
            send(good.toBuilder().setJpeg(ByteString.EMPTY).build());
            producer.send(new ProducerRecord<>(Topic.PROMPTS.topicName(), "gate", new byte[] {1, 2, 3}));
            put(query("bad-1", "x".repeat(10_000)).build());
            producer.send(new ProducerRecord<>(Topic.QUERIES.topicName(), "worse-1", new byte[] {1, 2, 3}));
            send(frame("gate", 1, 5));
            await().atMost(PATIENCE)
                    .until(() -> observations.of("gate").stream()
                            .anyMatch(seen -> seen.getFrame().getSequence() == 5));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(letters.values().stream().map(DeadLetter::getReason))
                            .anyMatch(reason -> reason.contains("Not a message of topic segwatch.frames"))
                            .anyMatch(reason -> reason.contains("cut off"))
                            .anyMatch(reason -> reason.contains("no JPEG"))
                            .anyMatch(reason -> reason.contains("Not a message of topic segwatch.prompts"))
                            .anyMatch(reason -> reason.contains("text: has 10000 characters"))
                            .anyMatch(reason -> reason.contains("Not a message of topic segwatch.queries")));
            assertThat(role.alive()).isTrue();
        }
    }

    @Test
    void theWorkerSaysWhatItRunsAndOnWhichCameras() throws Exception {
        try (TopicReader<WorkerStatus> statuses = new TopicReader<>(kafka, Topic.WORKER_STATUS)) {
            send(frame("hall", 1, 0));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(statuses.values()).anySatisfy(status -> {
                        assertThat(status.getCamerasList()).contains("hall");
                        assertThat(status.getProvider()).isEqualTo("CPU");
                        assertThat(status.getProviderReason()).isNotEmpty();
                        assertThat(status.getInputWidth()).isEqualTo(256);
                    }));
        }
    }

    @Test
    void theWorkerSaysWhichQueriesItCannotAnswer() throws Exception {
        try (TopicReader<WorkerStatus> statuses = new TopicReader<>(kafka, Topic.WORKER_STATUS)) {
            put(query("lorry", "🚚").build());
            put(query("half", "red 🚚").build());
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(last(statuses).getQueriesList())
                            .satisfiesExactly(
                                    half -> {
                                        assertThat(half.getQuery()).isEqualTo("half");
                                        assertThat(half.getAnswered()).isTrue();
                                        assertThat(half.getReason()).contains("does not know: 🚚");
                                    },
                                    lorry -> {
                                        assertThat(lorry.getQuery()).isEqualTo("lorry");
                                        assertThat(lorry.getAnswered()).isFalse();
                                        assertThat(lorry.getReason()).contains("knows no word", "🚚", "English");
                                    }));
            put(query("lorry", "lorry").build());
            put(query("half", "red lorry").build());
            await().atMost(PATIENCE).until(() -> last(statuses).getQueriesCount() == 0);
        }
    }

    private static WorkerStatus last(TopicReader<WorkerStatus> statuses) {
        List<WorkerStatus> all = statuses.values();
        return all.isEmpty() ? WorkerStatus.getDefaultInstance() : all.get(all.size() - 1);
    }

    private static long sequence;

    private static long nextSequence() {
        return sequence++;
    }

    private static Query.Builder query(String id, String text) {
        return Query.newBuilder().setId(id).setText(text);
    }

    private static Prompt.Builder prompt(String id, FrameId frame) {
        return Prompt.newBuilder()
                .setId(id)
                .setCamera(frame.getCamera())
                .setEpoch(frame.getEpoch())
                .setSequence(frame.getSequence());
    }

    private static PromptPoint point(double x, double y) {
        return PromptPoint.newBuilder()
                .setAt(Point.newBuilder().setX(x).setY(y))
                .setInside(true)
                .build();
    }

    private static Frame frame(String camera, long epoch, long sequence) {
        return Pictures.frame(camera, epoch, sequence, 256, 192);
    }

    private static void send(Frame frame) throws Exception {
        send(Topic.FRAMES, frame.getId().getCamera(), frame);
    }

    private static void send(Prompt prompt) throws Exception {
        send(Topic.PROMPTS, prompt.getCamera(), prompt);
    }

    private static void put(Query query) throws Exception {
        send(Topic.QUERIES, query.getId(), query);
    }

    private static <T extends MessageLite> void send(Topic<T> topic, String key, T value) throws Exception {
        Sender<T> sender = Kafka.sender(topic, producer, "test");
        sender.send(key, value).get();
    }

    private static Map<String, InstanceMask> byPrompt(TopicReader<InstanceMask> masks, String camera) {
        return masks.of(camera).stream()
                .collect(Collectors.toMap(InstanceMask::getPrompt, mask -> mask, (first, second) -> second));
    }
}
