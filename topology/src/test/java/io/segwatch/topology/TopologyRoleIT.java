package io.segwatch.topology;

import static io.segwatch.topology.Scene.CAMERA;
import static io.segwatch.topology.Scene.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.MessageLite;
import io.segwatch.broker.EmbeddedBroker;
import io.segwatch.contracts.KafkaAddress;
import io.segwatch.contracts.Topic;
import io.segwatch.v1.Alert;
import io.segwatch.v1.Area;
import io.segwatch.v1.DeadLetter;
import io.segwatch.v1.Observation;
import io.segwatch.v1.Rule;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TopologyRoleIT {
    @TempDir
    static Path folder;

    private static EmbeddedBroker broker;
    private static KafkaAddress kafka;
    private static Producer<String, byte[]> producer;

    @BeforeAll
    static void startBroker() throws Exception {
        broker = EmbeddedBroker.start(folder.resolve("broker"), 0);
        kafka = KafkaAddress.local(broker.bootstrapServers(), 2);
        kafka.createTopics();
        producer = kafka.producer("test");
    }

    @AfterAll
    static void stopBroker() {
        producer.close();
        broker.close();
    }

    @Test
    void turnsObservationsIntoAreasAndAlertsAndPutsTheMalformedAside() throws Exception {
        Rule rule = Rule.newBuilder()
                .setId("door")
                .setQuery("person")
                .setEnter(0.05)
                .setExit(0.02)
                .setDwellMs(500)
                .build();
        send(Topic.RULES, "door", rule);
        try (TopologyRole role =
                TopologyRole.start(kafka, TopologyConfig.defaults().withStateDir(folder.resolve("state")))) {
            producer.send(new ProducerRecord<>(Topic.OBSERVATIONS.topicName(), CAMERA, new byte[] {1, 2, 3}));
            for (int i = 0; i < 60; i++) {
                send(Topic.OBSERVATIONS, CAMERA, Scene.observation(i, "person", i < 30 ? 0.1 : 0));
            }
            Observation broken = Scene.observation(60, "person", 0).toBuilder()
                    .setTargetFps(Double.NaN)
                    .build();
            send(Topic.OBSERVATIONS, CAMERA, broken);

            await().atMost(Duration.ofSeconds(60))
                    .until(() -> read(Topic.DEAD_LETTER).size() == 2);
            assertThat(role.notReady()).isEmpty();
            // The wall clock closes the last windows, as the camera is silent.
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> areas().stream()
                            .anyMatch(area -> area.getWindowMs() == 1_000 && area.getWindowStartMs() == START + 5_000));
        }

        assertThat(alerts()).extracting(Alert::getState).containsExactly(Alert.State.OPEN, Alert.State.CLOSE);
        assertThat(alerts()).extracting(Alert::getAtMs).containsExactly(START + 500, START + 3_000);
        assertThat(areas().stream()
                        .filter(area -> area.getWindowMs() == 1_000)
                        .map(area -> Math.round(area.getMean() * 1_000)))
                .containsExactly(100L, 100L, 100L, 0L, 0L, 0L);
        assertThat(read(Topic.DEAD_LETTER).stream()
                        .map(record -> Topic.DEAD_LETTER.parse(record.value()))
                        .map(DeadLetter::getReason))
                .anySatisfy(reason -> assertThat(reason).contains("Not a message"))
                .anySatisfy(reason -> assertThat(reason).contains("target_fps"));
        assertThat(new String(
                        read(Topic.ALERTS)
                                .get(0)
                                .headers()
                                .lastHeader("ce_type")
                                .value(),
                        StandardCharsets.UTF_8))
                .isEqualTo("io.segwatch.alerts.v1");
    }

    private static void send(Topic<?> topic, String key, MessageLite value) {
        producer.send(new ProducerRecord<>(topic.topicName(), key, value.toByteArray()));
        producer.flush();
    }

    private static List<Alert> alerts() {
        return read(Topic.ALERTS).stream()
                .map(record -> Topic.ALERTS.parse(record.value()))
                .toList();
    }

    private static List<Area> areas() {
        return read(Topic.AREAS).stream()
                .map(record -> Topic.AREAS.parse(record.value()))
                .toList();
    }

    private static List<ConsumerRecord<String, byte[]>> read(Topic<?> topic) {
        try (KafkaConsumer<String, byte[]> consumer = kafka.consumer("reader", null, Map.of())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic.topicName()).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
            return records;
        }
    }
}
