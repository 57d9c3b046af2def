package io.segwatch.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.segwatch.contracts.Problem;
import io.segwatch.contracts.Topic;
import io.segwatch.v1.Area;
import io.segwatch.v1.DeadLetter;
import io.segwatch.v1.Query;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TableIT {
    @RegisterExtension
    static final TestKafka KAFKA = new TestKafka(2);

    private static Kafka kafka;
    private static Producer<String, byte[]> producer;

    @BeforeAll
    static void start() {
        kafka = KAFKA.kafka();
        producer = KAFKA.producer();
    }

    @Test
    void showsTheNewestValueOfEachKeyAndFollowsChangesAndDeletions() throws Exception {
        Sender<Query> sender = Kafka.sender(Topic.QUERIES, producer, "test");
        sender.send("van", query("van", "van")).get();
        sender.send("van", query("van", "delivery van")).get();
        List<String> changes = new CopyOnWriteArrayList<>();
        try (Table<Query> table = new Table<>(
                        kafka,
                        Topic.QUERIES,
                        "test",
                        new DeadLetters(producer, "test"),
                        (key, value) -> changes.add(key))
                .start()) {
            assertThat(table.awaitCaughtUp(Duration.ofSeconds(20))).isTrue();
            assertThat(table.get("van")).contains(query("van", "delivery van"));

            sender.send("cat", query("cat", "cat")).get();
            sender.delete("van").get();

            await().untilAsserted(() -> assertThat(table.snapshot()).containsOnlyKeys("cat"));
            assertThat(changes).endsWith("cat", "van");
        }
    }

    @Test
    void putsAMalformedDefinitionAsideAndGoesOn() throws Exception {
        try (Table<Query> table = new Table<>(
                        kafka, Topic.QUERIES, "test", new DeadLetters(producer, "test"), (key, value) -> {})
                .start()) {
            producer.send(new ProducerRecord<>(Topic.QUERIES.topicName(), "bad", new byte[] {1, 2, 3}))
                    .get();
            Kafka.sender(Topic.QUERIES, producer, "test")
                    .send("dog", query("dog", "dog"))
                    .get();

            await().untilAsserted(() -> assertThat(table.get("dog")).isPresent());
            assertThat(table.get("bad")).isEmpty();
        }
        await().untilAsserted(() -> assertThat(deadLetters())
                .anySatisfy(letter -> assertThat(letter.getReason()).contains("segwatch.queries")));
    }

    @Test
    void aRefusedDefinitionReplacesTheOneBeforeAndIsPutAsideWhereItLay() throws Exception {
        Sender<Query> sender = Kafka.sender(Topic.QUERIES, producer, "test");
        List<String> refusals = new CopyOnWriteArrayList<>();
        Table.Listener<Query> listener = new Table.Listener<>() {
            @Override
            public void changed(String key, Query value) {}

            @Override
            public void refused(String key, List<Problem> problems) {
                refusals.add(key + " " + Problem.describe(problems));
            }
        };
        try (Table<Query> table =
                new Table<>(kafka, Topic.QUERIES, "test", new DeadLetters(producer, "refusing"), listener).start()) {
            sender.send("bus", query("bus", "bus")).get();
            await().untilAsserted(() -> assertThat(table.get("bus")).isPresent());

            long offset = sender.send("bus", query("bus", "")).get().offset();
            sender.send("tram", query("train", "train")).get();

            await().untilAsserted(() -> assertThat(table.refused()).containsKeys("bus", "tram"));
            assertThat(table.snapshot()).doesNotContainKeys("bus", "tram");
            assertThat(refusals).contains("bus text: is empty", "tram id: must be the record's key");
            await().untilAsserted(() -> assertThat(deadLetters()).anySatisfy(letter -> {
                assertThat(letter.getRole()).isEqualTo("refusing");
                assertThat(letter.getOffset()).isEqualTo(offset);
                assertThat(letter.getReason()).isEqualTo("text: is empty");
                assertThat(letter.getValue().isEmpty()).isTrue();
            }));

            sender.send("bus", query("bus", "coach")).get();
            await().untilAsserted(() -> assertThat(table.get("bus")).isPresent());
            assertThat(table.refused()).doesNotContainKey("bus");
        }
    }

    @Test
    void aTableWhoseThreadEndedIsNotAlive() {
        try (Table<Query> table = new Table<>(
                        kafka, Topic.QUERIES, "test", new DeadLetters(producer, "test"), (key, value) -> {
                            throw new AssertionError("a listener with an error");
                        })
                .start()) {
            assertThat(table.alive()).isTrue();
            Kafka.sender(Topic.QUERIES, producer, "test").send("yak", query("yak", "yak"));
            await().untilAsserted(() -> assertThat(table.alive()).isFalse());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"door", "a", "camera-17", "ö", "yard/person", ""})
    void aKeyIsOnThePartitionThatAProducerPutsItOn(String key) throws Exception {
        RecordMetadata sent = Kafka.sender(Topic.AREAS, producer, "test")
                .send(key, Area.getDefaultInstance())
                .get();
        assertThat(Kafka.partitionOf(key, 2)).isEqualTo(sent.partition());
    }

    @Test
    void creatingTheTopicsAgainLeavesThemAsTheyAre() throws Exception {
        kafka.createTopics();
        try (KafkaConsumer<String, byte[]> consumer = kafka.consumer("test", null, Map.of())) {
            assertThat(consumer.partitionsFor(Topic.FRAMES.topicName())).hasSize(2);
            assertThat(consumer.partitionsFor(Topic.CAMERAS.topicName())).hasSize(1);
        }
    }

    private static List<DeadLetter> deadLetters() {
        List<DeadLetter> letters = new ArrayList<>();
        try (KafkaConsumer<String, byte[]> consumer =
                kafka.consumer("test", null, Map.of("auto.offset.reset", "earliest"))) {
            consumer.assign(Kafka.partitions(consumer, Topic.DEAD_LETTER));
            consumer.poll(Duration.ofMillis(500))
                    .forEach(record -> letters.add(Topic.DEAD_LETTER.parse(record.value())));
        }
        return letters;
    }

    private static Query query(String id, String text) {
        return Query.newBuilder().setId(id).setText(text).build();
    }
}
