package io.segwatch.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.util.JsonFormat;
import io.segwatch.broker.EmbeddedBroker;
import io.segwatch.config.Configuration;
import io.segwatch.contracts.Topic;
import io.segwatch.kafka.Kafka;
import io.segwatch.kafka.WholeTopic;
import io.segwatch.topology.state.CameraState;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Starts on a data folder of version 1 of the state, and goes on as that version itself went on: upgrade/version-1.zip
 * has the broker's data and the topology's after {@link UpgradeRecord#before}, what was open then, and in after.txt all
 * that the same version published of {@link UpgradeRecord#after}.
 */
class UpgradeIT {
    private static final List<Topic<?>> OUTPUTS = List.of(Topic.ALERTS, Topic.AREAS, Topic.CALIBRATIONS);
    private static final JsonFormat.Printer JSON = JsonFormat.printer().omittingInsignificantWhitespace();

    @TempDir
    Path folder;

    private EmbeddedBroker broker;
    private Kafka kafka;

    @BeforeEach
    void startOnTheOldData() throws Exception {
        unzip();
        broker = EmbeddedBroker.start(folder.resolve("broker"), 0, 0);
        kafka = Kafka.local(folder.resolve("broker/client.properties"), 2);
        // As each start does: this version has topics that the old one had not.
        kafka.createTopics();
        keepOldRecords();
    }

    @AfterEach
    void stopBroker() {
        broker.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"state", "restored-from-kafka"})
    void goesOnAsTheVersionDidThatWroteTheState(String stateDir) throws Exception {
        Map<TopicPartition, Long> from = ends();
        try (TopologyRole role = TopologyRole.start(kafka, config(stateDir))) {
            await().atMost(Duration.ofSeconds(60)).until(() -> role.notReady().isEmpty());
            for (String camera : List.of("gate", "yard")) {
                assertThat(comparable(
                                role.get("cameras/" + camera).orElseThrow().body()))
                        .isEqualTo(comparable(Files.readString(folder.resolve("now-" + camera + ".json"))));
            }
            send(UpgradeRecord.after());
            awaitCommitted();
        }

        assertThat(published(from)).isEqualTo(expected());
        assertThat(versions()).containsOnly(Map.entry("gate", 2), Map.entry("yard", 2));
    }

    @Test
    void endsAtOnceWhenANewerVersionWroteTheState() throws Exception {
        byte[] newer = CameraState.Version.newBuilder().setVersion(99).build().toByteArray();
        // All else that the store has can be read.
        send(List.of(new ProducerRecord<>(StreamSettings.CHANGELOG, "barn\nversion", newer)));

        try (TopologyRole role = TopologyRole.start(kafka, config("of-a-newer-version"))) {
            await().atMost(Duration.ofSeconds(60)).until(() -> !role.alive());
            assertThat(role.notReady().orElseThrow()).contains("camera barn", "its version is 99");
        }
    }

    /** Only event time may close anything: how long the test takes must not show. */
    private TopologyConfig config(String stateDir) {
        return Configuration.of(Map.of(
                        "segwatch.topology.state-dir",
                        folder.resolve(stateDir).toString(),
                        "segwatch.topology.silence",
                        "1h"))
                .get(TopologyConfig.class);
    }

    private void unzip() throws IOException {
        try (InputStream bytes = UpgradeIT.class.getResourceAsStream("/upgrade/version-1.zip");
                ZipInputStream zip = new ZipInputStream(bytes)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Path file = folder.resolve(entry.getName());
                Files.createDirectories(file.getParent());
                Files.copy(zip, file);
            }
        }
    }

    /** The data are older than the topics keep them. */
    private void keepOldRecords() throws Exception {
        AlterConfigOp forever = new AlterConfigOp(new ConfigEntry("retention.ms", "-1"), AlterConfigOp.OpType.SET);
        Map<ConfigResource, Collection<AlterConfigOp>> changes = new HashMap<>();
        Topic.all()
                .forEach(topic -> changes.put(
                        new ConfigResource(ConfigResource.Type.TOPIC, topic.topicName()), List.of(forever)));
        try (Admin admin = Admin.create(kafka.clientProperties())) {
            admin.incrementalAlterConfigs(changes).all().get();
        }
    }

    private void send(List<ProducerRecord<String, byte[]>> records) {
        try (Producer<String, byte[]> producer = kafka.producer("test")) {
            records.forEach(producer::send);
            producer.flush();
        }
    }

    private void awaitCommitted() {
        try (KafkaConsumer<String, byte[]> watcher =
                kafka.consumer("watcher", StreamSettings.APPLICATION_ID, Map.of())) {
            List<TopicPartition> partitions = Kafka.partitions(watcher, Topic.OBSERVATIONS);
            Map<TopicPartition, Long> ends = watcher.endOffsets(partitions);
            await().atMost(Duration.ofSeconds(60)).until(() -> {
                var committed = watcher.committed(Set.copyOf(partitions));
                return ends.entrySet().stream()
                        .allMatch(end -> end.getValue() == 0
                                || committed.get(end.getKey()).offset() >= end.getValue());
            });
        }
    }

    private Map<TopicPartition, Long> ends() {
        try (KafkaConsumer<String, byte[]> reader = kafka.consumer("reader", null, Map.of())) {
            Map<TopicPartition, Long> ends = new HashMap<>();
            OUTPUTS.forEach(topic -> ends.putAll(reader.endOffsets(Kafka.partitions(reader, topic))));
            return ends;
        }
    }

    /** What was published since, in order for each topic and key. */
    private List<String> published(Map<TopicPartition, Long> from) {
        Map<String, List<String>> lines = new TreeMap<>();
        for (Topic<?> topic : OUTPUTS) {
            for (ConsumerRecord<String, byte[]> record : WholeTopic.read(kafka, topic)) {
                if (record.offset() >= from.get(new TopicPartition(record.topic(), record.partition()))) {
                    String key = record.topic() + " " + record.key();
                    lines.computeIfAbsent(key, any -> new ArrayList<>())
                            .add(comparable(key + " " + record.timestamp() + " " + json(topic, record.value())));
                }
            }
        }
        return lines.values().stream().flatMap(List::stream).toList();
    }

    private static String json(Topic<?> topic, byte[] value) {
        try {
            return JSON.print((MessageOrBuilder) topic.parse(value));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> expected() throws IOException {
        return Files.readAllLines(folder.resolve("after.txt")).stream()
                .map(UpgradeIT::comparable)
                .toList();
    }

    /** Sentences for people may be worded otherwise, and alerts and areas have fields that they had not. */
    private static String comparable(String json) {
        return json.replaceAll("\"reason\":\"(?:[^\"\\\\]|\\\\.)*\",", "")
                .replaceAll(",\"(?:peakAtMs|evidenceAtMs)\":\"\\d+\"", "")
                .replaceAll(",\"peakFrame\":\\{[^}]*}", "")
                .replace(",\"mixedModels\":false", "");
    }

    /** Of each camera's state in Kafka. */
    private Map<String, Integer> versions() throws IOException {
        Map<String, Integer> versions = new TreeMap<>();
        try (KafkaConsumer<String, byte[]> reader = kafka.consumer("changelog", null, Map.of())) {
            List<TopicPartition> partitions = reader.partitionsFor(StreamSettings.CHANGELOG).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            reader.assign(partitions);
            reader.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = reader.endOffsets(partitions);
            while (partitions.stream().anyMatch(partition -> reader.position(partition) < ends.get(partition))) {
                for (ConsumerRecord<String, byte[]> record : reader.poll(Duration.ofMillis(100))) {
                    String[] key = record.key().split("\n");
                    if (key[1].equals("version")) {
                        versions.put(
                                key[0],
                                CameraState.Version.parseFrom(record.value()).getVersion());
                    }
                }
            }
        }
        return versions;
    }
}
