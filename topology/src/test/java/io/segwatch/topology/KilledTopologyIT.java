package io.segwatch.topology;

import static io.segwatch.topology.SampleObservations.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.segwatch.contracts.Topic;
import io.segwatch.kafka.ForkedProcess;
import io.segwatch.kafka.Kafka;
import io.segwatch.kafka.WholeTopic;
import io.segwatch.v1.FrameId;
import io.segwatch.v1.Observation;
import io.segwatch.v1.Rule;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The topology's process and the broker's are killed without warning, at random moments. {@code -Dsegwatch.kills=50
 * -Dsegwatch.broker-kills=10} kills as often as for the figures in docs/alerts.md, {@code -Dsegwatch.seed} at other
 * moments.
 */
class KilledTopologyIT {
    private static final Logger log = LoggerFactory.getLogger(KilledTopologyIT.class);
    private static final int KILLS = Integer.getInteger("segwatch.kills", 3);
    private static final int BROKER_KILLS = Integer.getInteger("segwatch.broker-kills", 1);
    private static final long SEED = Long.getLong("segwatch.seed", 9);
    private static final int PARTITIONS = 2;
    private static final int FRAMES_A_KILL = 1_500;
    private static final int MOST_MS_TO_KILL = 800;
    private static final Duration PATIENCE = Duration.ofMinutes(5);
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

    private final Random random = new Random(SEED);

    @Test
    void losesAndRepeatsNothingHoweverOftenItOrItsBrokerIsKilled() throws Exception {
        log.info("{} kills of the topology and {} of the broker, seed {}", KILLS, BROKER_KILLS, SEED);
        List<Observation> observations = observations();

        Map<String, List<String>> undisturbed = run("undisturbed", observations, 0, 0);
        Map<String, List<String>> disturbed = run("disturbed", observations, KILLS, BROKER_KILLS);

        assertThat(undisturbed.get(Topic.ALERTS + " gate")).hasSizeGreaterThan(20);
        assertThat(undisturbed.get(Topic.ALERT_EVENTS + " gate"))
                .hasSameSizeAs(undisturbed.get(Topic.ALERTS + " gate"));
        assertThat(undisturbed.get(Topic.AREA_EVENTS + " gate")).hasSizeGreaterThan(20);
        assertThat(disturbed.keySet()).isEqualTo(undisturbed.keySet());
        undisturbed.forEach((series, records) -> {
            assertThat(disturbed.get(series)).as(series).isEqualTo(records);
            log.info("{}: {} records, the same in both runs", series, records.size());
        });
    }

    /** What comes out of the observations, by topic and camera: each record with its id, its time and all its bytes. */
    private Map<String, List<String>> run(String name, List<Observation> observations, int kills, int brokerKills)
            throws Exception {
        Path home = Files.createDirectory(folder.resolve(name));
        String port = Integer.toString(freePort());
        String partitions = Integer.toString(PARTITIONS);
        String data = home.resolve("broker").toString();
        String state = home.resolve("state").toString();
        try (ForkedProcess broker = new ForkedProcess(BrokerProcess.class, home, port, data);
                ForkedProcess topology = new ForkedProcess(TopologyProcess.class, home, data, partitions, state)) {
            broker.startAndWait();
            Kafka kafka = Kafka.local(home.resolve("broker/client.properties"), PARTITIONS);
            kafka.createTopics();
            try (Producer<String, byte[]> producer = kafka.producer("test")) {
                for (Rule rule : RULES.values()) {
                    producer.send(new ProducerRecord<>(Topic.RULES.topicName(), rule.getId(), rule.toByteArray()));
                }
                producer.flush();
                int sent = 0;
                List<ForkedProcess> victims = shuffled(topology, kills, broker, brokerKills);
                for (int i = 0; i < victims.size(); i++) {
                    topology.startAndWait();
                    send(producer, observations.subList(sent, sent + FRAMES_A_KILL));
                    sent += FRAMES_A_KILL;
                    // The moment of the kill is what is random here, so this waits for nothing.
                    Thread.sleep(random.nextInt(MOST_MS_TO_KILL));
                    victims.get(i).kill();
                    broker.startAndWait();
                    log.info(
                            "Kill {} of {}: the {}",
                            i + 1,
                            victims.size(),
                            victims.get(i) == broker ? "broker" : "topology");
                }
                send(producer, observations.subList(sent, observations.size()));
            }
            topology.startAndWait();
            awaitAllProcessed(kafka);
            return results(kafka);
        }
    }

    private List<ForkedProcess> shuffled(ForkedProcess topology, int kills, ForkedProcess broker, int brokerKills) {
        List<ForkedProcess> victims = new ArrayList<>(Collections.nCopies(kills, topology));
        victims.addAll(Collections.nCopies(brokerKills, broker));
        Collections.shuffle(victims, random);
        return victims;
    }

    private static List<Observation> observations() {
        Random random = new Random(9);
        List<Observation> observations = new ArrayList<>();
        double[] shares = new double[CAMERAS.size()];
        for (int i = 0; i < (KILLS + BROKER_KILLS + 1) * FRAMES_A_KILL / CAMERAS.size(); i++) {
            for (int camera = 0; camera < shares.length; camera++) {
                shares[camera] = Math.max(0, Math.min(0.3, shares[camera] + random.nextGaussian() * 0.03));
                observations.add(
                        SampleObservations.observation(1, i, START + i * 100L, Map.of("person", shares[camera]))
                                .toBuilder()
                                .setFrame(FrameId.newBuilder()
                                        .setCamera(CAMERAS.get(camera))
                                        .setEpoch(1)
                                        .setSequence(i))
                                .build());
            }
        }
        return observations;
    }

    /** The group has committed its way to the end of the observations. */
    private static void awaitAllProcessed(Kafka kafka) {
        try (KafkaConsumer<String, byte[]> consumer =
                kafka.consumer("watcher", StreamSettings.APPLICATION_ID, Map.of())) {
            List<TopicPartition> partitions = Kafka.partitions(consumer, Topic.OBSERVATIONS);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            await().atMost(PATIENCE).until(() -> {
                var committed = consumer.committed(Map.copyOf(ends).keySet());
                return ends.entrySet().stream()
                        .allMatch(end -> end.getValue() == 0
                                || committed.get(end.getKey()) != null
                                        && committed.get(end.getKey()).offset() >= end.getValue());
            });
        }
    }

    private static Map<String, List<String>> results(Kafka kafka) {
        Map<String, List<String>> results = new TreeMap<>();
        for (Topic<?> topic :
                List.of(Topic.AREAS, Topic.ALERTS, Topic.ALERT_EVENTS, Topic.AREA_EVENTS, Topic.DEAD_LETTER)) {
            for (ConsumerRecord<String, byte[]> record : WholeTopic.read(kafka, topic)) {
                results.computeIfAbsent(topic + " " + record.key(), any -> new ArrayList<>())
                        .add(header(record, "ce_id") + " " + header(record, "ce_time") + " " + record.timestamp() + " "
                                + HexFormat.of().formatHex(record.value()));
            }
        }
        return results;
    }

    private static String header(ConsumerRecord<?, ?> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null ? "none" : new String(header.value(), StandardCharsets.UTF_8);
    }

    private static void send(Producer<String, byte[]> producer, List<Observation> observations) {
        for (Observation observation : observations) {
            producer.send(new ProducerRecord<>(
                    Topic.OBSERVATIONS.topicName(), observation.getFrame().getCamera(), observation.toByteArray()));
        }
        producer.flush();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static Rule.Builder rule(String id) {
        return Rule.newBuilder().setId(id).setQuery("person").setEnter(0.1).setExit(0.06);
    }
}
