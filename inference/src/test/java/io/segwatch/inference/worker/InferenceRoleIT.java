package io.segwatch.inference.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.segwatch.broker.EmbeddedBroker;
import io.segwatch.config.Configuration;
import io.segwatch.contracts.Rle;
import io.segwatch.contracts.Topic;
import io.segwatch.inference.TinyModel;
import io.segwatch.kafka.Kafka;
import io.segwatch.kafka.Sender;
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
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InferenceRoleIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    static Path folder;

    private static EmbeddedBroker broker;
    private static Kafka kafka;
    private static Producer<String, byte[]> producer;
    private static InferenceRole role;

    @BeforeAll
    static void start() throws Exception {
        broker = EmbeddedBroker.start(folder, 0);
        kafka = Kafka.local(broker.bootstrapServers(), 2);
        kafka.createTopics();
        producer = kafka.producer("test");
        role = InferenceRole.start(
                kafka,
                Configuration.of(Map.of("segwatch.inference.model", TinyModel.FOLDER.toString()))
                        .get(InferenceConfig.class));
        await().atMost(PATIENCE).until(() -> role.notReady().isEmpty());
    }

    @AfterAll
    static void stop() {
        role.close();
        producer.close();
        broker.close();
    }

    @Test
    void aFrameBecomesAnObservationOfEveryQueryOfItsCamera() throws Exception {
        try (Reader<Observation> observations = new Reader<>(Topic.OBSERVATIONS)) {
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
        try (Reader<Observation> observations = new Reader<>(Topic.OBSERVATIONS)) {
            for (int i = 0; i < 5; i++) {
                long sequence = i;
                send(frame("past", 7, sequence));
                await().atMost(PATIENCE)
                        .until(() -> observations.all("past").stream()
                                .anyMatch(seen -> seen.getFrame().getSequence() == sequence));
            }
            double encoded = InferenceMetrics.ENCODED.get();
            put(query("late-1", "road").addCameras("past").build());
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(observations.all("past").stream()
                                    .filter(Observation::getBackfill)
                                    .map(seen -> seen.getFrame().getSequence()))
                            .containsExactly(0L, 1L, 2L, 3L, 4L));
            assertThat(observations.all("past").stream().filter(Observation::getBackfill))
                    .allSatisfy(seen -> assertThat(seen.getQueriesList())
                            .extracting("query")
                            .containsExactly("late-1"));
            assertThat(InferenceMetrics.ENCODED.get()).isEqualTo(encoded);
        }
    }

    @Test
    void aPromptIsAnsweredWithAMaskOfTheFrameItIsAbout() throws Exception {
        try (Reader<Observation> observations = new Reader<>(Topic.OBSERVATIONS);
                Reader<InstanceMask> masks = new Reader<>(Topic.INSTANCE_MASKS)) {
            send(frame("door", 3, 0));
            send(frame("door", 3, 1));
            await().atMost(PATIENCE).until(() -> !observations.all("door").isEmpty());
            FrameId seen = observations.last("door").getFrame();
            send(prompt("click", seen).addPoints(point(0.5, 0.5)).build());
            send(prompt("box", seen)
                    .setBox(Box.newBuilder().setX0(0.2).setY0(0.2).setX1(0.7).setY1(0.8))
                    .build());
            send(prompt("old", seen).setEpoch(99).addPoints(point(0.5, 0.5)).build());
            send(prompt("outside", seen).addPoints(point(0.5, 1.5)).build());
            await().atMost(PATIENCE).until(() -> masks.all("door").size() >= 4);
            Map<String, InstanceMask> answers = masks.byPrompt("door");
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
        try (Reader<DeadLetter> letters = new Reader<>(Topic.DEAD_LETTER);
                Reader<Observation> observations = new Reader<>(Topic.OBSERVATIONS)) {
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
                    .until(() -> observations.all("gate").stream()
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
        try (Reader<WorkerStatus> statuses = new Reader<>(Topic.WORKER_STATUS)) {
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

    /** Everything that a topic gets from now on. */
    private static final class Reader<T extends MessageLite> implements AutoCloseable {
        private record Entry<T>(String key, T value) {}

        private final Topic<T> topic;
        private final Queue<Entry<T>> entries = new ConcurrentLinkedQueue<>();
        private final KafkaConsumer<String, byte[]> consumer;
        private final Thread thread;
        private volatile boolean closed;

        Reader(Topic<T> topic) {
            this.topic = topic;
            this.consumer = kafka.consumer("reader-" + topic, null, Map.of());
            List<TopicPartition> partitions = consumer.partitionsFor(topic.topicName()).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToEnd(partitions);
            partitions.forEach(consumer::position);
            this.thread = new Thread(this::read);
            thread.start();
        }

        private void read() {
            while (!closed) {
                consumer.poll(Duration.ofMillis(50)).forEach(record -> {
                    if (record.value() != null) {
                        entries.add(new Entry<>(record.key(), topic.parse(record.value())));
                    }
                });
            }
        }

        List<T> values() {
            return entries.stream().map(Entry::value).toList();
        }

        List<T> all(String key) {
            return entries.stream()
                    .filter(entry -> entry.key.equals(key))
                    .map(Entry::value)
                    .toList();
        }

        T last(String key) {
            List<T> all = all(key);
            assertThat(all).isNotEmpty();
            return all.get(all.size() - 1);
        }

        Map<String, InstanceMask> byPrompt(String key) {
            return all(key).stream()
                    .map(InstanceMask.class::cast)
                    .collect(Collectors.toMap(InstanceMask::getPrompt, mask -> mask, (first, second) -> second));
        }

        @Override
        public void close() {
            closed = true;
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            consumer.close();
        }
    }
}
