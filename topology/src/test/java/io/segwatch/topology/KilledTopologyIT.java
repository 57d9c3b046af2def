package io.segwatch.topology;

import static io.segwatch.topology.Scene.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.segwatch.broker.EmbeddedBroker;
import io.segwatch.contracts.KafkaAddress;
import io.segwatch.contracts.Topic;
import io.segwatch.topology.camera.CameraWatch;
import io.segwatch.topology.camera.Watchlist;
import io.segwatch.v1.Alert;
import io.segwatch.v1.Area;
import io.segwatch.v1.FrameId;
import io.segwatch.v1.Observation;
import io.segwatch.v1.Rule;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code -Dsegwatch.kills=50} kills more often. */
class KilledTopologyIT {
    private static final Logger log = LoggerFactory.getLogger(KilledTopologyIT.class);
    private static final int KILLS = Integer.getInteger("segwatch.kills", 5);
    private static final int PARTITIONS = 2;
    private static final int FRAMES_A_KILL = 1_500;
    private static final List<String> CAMERAS = List.of("door", "gate", "yard");
    private static final Map<String, Rule> RULES = Map.of(
            "dwell",
            rule("dwell")
                    .setDwellMs(500)
                    .setExitDwellMs(300)
                    .setCooldownMs(1_000)
                    .build(),
            "flicker",
            rule("flicker").setK(3).setN(6).setMaxAlertsPerHour(30).build());

    @TempDir
    Path folder;

    @Test
    void losesAndRepeatsNothingHoweverOftenItsProcessIsKilled() throws Exception {
        List<Observation> observations = observations();
        Map<String, List<String>> undisturbed = undisturbed(observations);
        Random random = new Random();
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("broker"), 0)) {
            KafkaAddress kafka = KafkaAddress.local(broker.bootstrapServers(), PARTITIONS);
            kafka.createTopics();
            try (Producer<String, byte[]> producer = kafka.producer("test")) {
                for (Rule rule : RULES.values()) {
                    producer.send(new ProducerRecord<>(Topic.RULES.topicName(), rule.getId(), rule.toByteArray()));
                }
                producer.flush();
                int sent = 0;
                for (int kill = 0; kill < KILLS; kill++) {
                    Process process = start(kafka);
                    for (int i = 0; i < FRAMES_A_KILL; i++) {
                        send(producer, observations.get(sent++));
                    }
                    producer.flush();
                    Thread.sleep(random.nextInt(800));
                    process.destroyForcibly().waitFor();
                    log.info(
                            "Killed {} times; {} alerts are committed",
                            kill + 1,
                            read(kafka, Topic.ALERTS).size());
                }
                while (sent < observations.size()) {
                    send(producer, observations.get(sent++));
                }
                Process process = start(kafka);
                try {
                    int records =
                            undisturbed.values().stream().mapToInt(List::size).sum();
                    await().atMost(Duration.ofSeconds(90)).until(() -> committed(kafka) >= records);
                } finally {
                    process.destroyForcibly().waitFor();
                }
                assertThat(results(kafka)).isEqualTo(undisturbed);
            }
        }
    }

    private static List<Observation> observations() {
        Random random = new Random(9);
        List<Observation> observations = new ArrayList<>();
        double[] shares = new double[CAMERAS.size()];
        for (int i = 0; i < (KILLS + 1) * FRAMES_A_KILL / CAMERAS.size(); i++) {
            for (int camera = 0; camera < shares.length; camera++) {
                shares[camera] = Math.max(0, Math.min(0.3, shares[camera] + random.nextGaussian() * 0.03));
                observations.add(Scene.observation(1, i, START + i * 100L, Map.of("person", shares[camera])).toBuilder()
                        .setFrame(FrameId.newBuilder()
                                .setCamera(CAMERAS.get(camera))
                                .setEpoch(1)
                                .setSequence(i))
                        .build());
            }
        }
        return observations;
    }

    /** By camera and topic, what comes out of the same observations in one go. */
    private static Map<String, List<String>> undisturbed(List<Observation> observations) {
        TopologyConfig config = TopologyConfig.defaults();
        var settings = new CameraWatch.Settings(config.graceMs(), config.silenceMs(), config.limits());
        Map<String, List<String>> results = new TreeMap<>();
        for (String camera : CAMERAS) {
            CameraWatch watch = new CameraWatch(camera, settings, 0);
            CameraWatch.Output output = new CameraWatch.Output() {
                @Override
                public void area(Area area) {
                    add(results, Topic.AREAS, camera, area.toString());
                }

                @Override
                public void alert(Alert alert) {
                    add(results, Topic.ALERTS, camera, alert.toString());
                }
            };
            watch.follow(new Watchlist(Map.of(), Map.of(), RULES), output);
            observations.stream()
                    .filter(observation -> observation.getFrame().getCamera().equals(camera))
                    .forEach(observation -> watch.observe(observation, 0, output));
        }
        assertThat(results.get(Topic.ALERTS + " gate")).hasSizeGreaterThan(20);
        return results;
    }

    private static int committed(KafkaAddress kafka) {
        return results(kafka).values().stream().mapToInt(List::size).sum();
    }

    private static Map<String, List<String>> results(KafkaAddress kafka) {
        Map<String, List<String>> results = new TreeMap<>();
        read(kafka, Topic.AREAS).forEach(bytes -> {
            Area area = Topic.AREAS.parse(bytes);
            add(results, Topic.AREAS, area.getCamera(), area.toString());
        });
        read(kafka, Topic.ALERTS).forEach(bytes -> {
            Alert alert = Topic.ALERTS.parse(bytes);
            add(results, Topic.ALERTS, alert.getCamera(), alert.toString());
        });
        return results;
    }

    private static void add(Map<String, List<String>> results, Topic<?> topic, String camera, String result) {
        results.computeIfAbsent(topic + " " + camera, any -> new ArrayList<>()).add(result);
    }

    private Process start(KafkaAddress kafka) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        TopologyProcess.class.getName(),
                        kafka.bootstrapServers(),
                        Integer.toString(PARTITIONS),
                        folder.resolve("state").toString())
                .redirectErrorStream(true)
                .start();
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = lines.readLine(); !TopologyProcess.READY.equals(line); line = lines.readLine()) {
            if (line == null) {
                throw new AssertionError("The process ended before it was ready");
            }
            log.info("{}", line);
        }
        return process;
    }

    private static void send(Producer<String, byte[]> producer, Observation observation) {
        producer.send(new ProducerRecord<>(
                Topic.OBSERVATIONS.topicName(), observation.getFrame().getCamera(), observation.toByteArray()));
    }

    private static List<byte[]> read(KafkaAddress kafka, Topic<?> topic) {
        try (KafkaConsumer<String, byte[]> consumer = kafka.consumer("reader", null, Map.of())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic.topicName()).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            List<byte[]> values = new ArrayList<>();
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> values.add(record.value()));
            }
            return values;
        }
    }

    private static Rule.Builder rule(String id) {
        return Rule.newBuilder().setId(id).setQuery("person").setEnter(0.1).setExit(0.06);
    }
}
