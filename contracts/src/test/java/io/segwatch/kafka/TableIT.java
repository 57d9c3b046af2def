package io.segwatch.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.segwatch.broker.EmbeddedBroker;
import io.segwatch.contracts.Topic;
import io.segwatch.v1.DeadLetter;
import io.segwatch.v1.Query;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableIT {
    @TempDir
    static Path folder;

    private static EmbeddedBroker broker;
    private static Kafka kafka;
    private static Producer<String, byte[]> producer;

    @BeforeAll
    static void start() throws Exception {
        broker = EmbeddedBroker.start(folder, 0);
        kafka = Kafka.local(broker.bootstrapServers(), 2);
        kafka.createTopics();
        producer = kafka.producer("test");
    }

    @AfterAll
    static void stop() {
        producer.close();
        broker.close();
    }

    @Test
    void showsTheNewestValueOfEachKeyAndFollowsChangesAndDeletions() throws Exception {
        Sender<Query> sender = Kafka.sender(Topic.QUERIES, producer, "test");
        sender.send("van", query("van")).get();
        sender.send("van", query("delivery van")).get();
        List<String> changes = new CopyOnWriteArrayList<>();
        try (Table<Query> table = new Table<>(
                kafka, Topic.QUERIES, "test", new DeadLetters(producer, "test"), (key, value) -> changes.add(key))) {
            assertThat(table.awaitCaughtUp(Duration.ofSeconds(20))).isTrue();
            assertThat(table.get("van")).contains(query("delivery van"));

            sender.send("cat", query("cat")).get();
            sender.delete("van").get();

            await().untilAsserted(() -> assertThat(table.snapshot()).containsOnlyKeys("cat"));
            assertThat(changes).endsWith("cat", "van");
        }
    }

    @Test
    void putsAMalformedDefinitionAsideAndGoesOn() throws Exception {
        try (Table<Query> table =
                new Table<>(kafka, Topic.QUERIES, "test", new DeadLetters(producer, "test"), (key, value) -> {})) {
            producer.send(new ProducerRecord<>(Topic.QUERIES.topicName(), "bad", new byte[] {1, 2, 3}))
                    .get();
            Kafka.sender(Topic.QUERIES, producer, "test")
                    .send("dog", query("dog"))
                    .get();

            await().untilAsserted(() -> assertThat(table.get("dog")).isPresent());
            assertThat(table.get("bad")).isEmpty();
        }
        await().untilAsserted(() -> assertThat(deadLetters())
                .anySatisfy(letter -> assertThat(letter.getReason()).contains("segwatch.queries")));
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
            consumer.assign(consumer.partitionsFor(Topic.DEAD_LETTER.topicName()).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList());
            consumer.poll(Duration.ofMillis(500))
                    .forEach(record -> letters.add(Topic.DEAD_LETTER.parse(record.value())));
        }
        return letters;
    }

    private static Query query(String text) {
        return Query.newBuilder().setId("q").setText(text).build();
    }
}
