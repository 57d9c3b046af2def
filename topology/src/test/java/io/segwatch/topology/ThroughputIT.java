package io.segwatch.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.MessageLite;
import io.segwatch.config.Configuration;
import io.segwatch.contracts.DefaultRule;
import io.segwatch.contracts.Rle;
import io.segwatch.contracts.Topic;
import io.segwatch.kafka.ForkedProcess;
import io.segwatch.kafka.Kafka;
import io.segwatch.topology.backtest.Backtest;
import io.segwatch.topology.camera.CameraProcessor;
import io.segwatch.topology.camera.DefinitionSnapshot;
import io.segwatch.v1.Alert;
import io.segwatch.v1.Area;
import io.segwatch.v1.BacktestReport;
import io.segwatch.v1.BacktestRequest;
import io.segwatch.v1.FrameId;
import io.segwatch.v1.Mask;
import io.segwatch.v1.Observation;
import io.segwatch.v1.QueryMask;
import io.segwatch.v1.Rule;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Observations a second of one core through areas and 200 rules: the topology, beside the same work as a plain consumer
 * that keeps nothing and may repeat or lose, beside the work alone; and a backtest of an hour. It measures CPU time of
 * its own threads, which other work on the machine disturbs little, and asserts no times.
 * {@code -Dsegwatch.observations=300000} measures for longer.
 */
class ThroughputIT {
    private static final Logger log = LoggerFactory.getLogger(ThroughputIT.class);
    private static final int OBSERVATIONS = Integer.getInteger("segwatch.observations", 20_000);
    private static final TopologyConfig DEFAULTS = Configuration.of(Map.of()).get(TopologyConfig.class);
    /** A machine that does other work passes through more of these for the same work, and so looks slower. */
    private static final int COMMIT_MS = Integer.getInteger(
            "segwatch.commit-ms", (int) DEFAULTS.commitInterval().toMillis());

    private static final int CAMERAS = 20;
    private static final int RULES = 200;
    private static final List<String> QUERIES = List.of("person", "car", "bicycle", "smoke");
    private static final int HOUR = 36_000;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    @TempDir
    Path folder;

    @Test
    void doesInTheTopologyWhatAPlainConsumerDoes() throws Exception {
        DefinitionSnapshot definitions = new DefinitionSnapshot(Map.of(), Map.of(), rules());
        List<byte[]> values = observations();
        work(values, definitions);
        double alone = work(values, definitions);
        String port = "0";
        try (ForkedProcess broker = new ForkedProcess(
                BrokerProcess.class, folder, port, folder.resolve("broker").toString())) {
            broker.startAndWait();
            Kafka kafka = Kafka.local(folder.resolve("broker/client.properties"), 1);
            kafka.createTopics();
            try (Producer<String, byte[]> producer = kafka.producer("test", Map.of("linger.ms", "20"))) {
                for (Rule rule : definitions.rules().values()) {
                    producer.send(new ProducerRecord<>(Topic.RULES.topicName(), rule.getId(), rule.toByteArray()));
                }
                for (int i = 0; i < values.size(); i++) {
                    producer.send(new ProducerRecord<>(Topic.OBSERVATIONS.topicName(), camera(i), values.get(i)));
                }
            }
            double plain = plainConsumer(kafka, definitions);
            double topology = topology(kafka);
            log.info(
                    "{} observations of {} queries through {} rules, a second of CPU: {} the work alone, {} a plain"
                            + " consumer, {} the topology; ratio {}",
                    values.size(),
                    QUERIES.size(),
                    RULES,
                    Math.round(alone),
                    Math.round(plain),
                    Math.round(topology),
                    String.format(Locale.ROOT, "%.2f", topology / plain));
            keep(alone, plain, topology);
            restore(kafka);
            backtest(kafka);
        }
    }

    /** For {@code bench/run results}. */
    private static void keep(double alone, double plain, double topology) throws IOException {
        String file = System.getProperty("segwatch.figures");
        if (file != null) {
            Files.writeString(
                    Path.of(file),
                    String.format(
                            Locale.ROOT,
                            "{\"alone\": %.0f, \"plain\": %.0f, \"topology\": %.0f}%n",
                            alone,
                            plain,
                            topology));
        }
    }

    /** Parsing, areas, rules and serialised results, without Kafka. */
    private static double work(List<byte[]> values, DefinitionSnapshot definitions) {
        Map<String, CameraProcessor> processors = new HashMap<>();
        long started = THREADS.getCurrentThreadCpuTime();
        long[] bytes = new long[1];
        Output output = new Output((topic, camera, value) -> bytes[0] += value.toByteArray().length);
        for (byte[] value : values) {
            observe(processors, definitions, Topic.OBSERVATIONS.parse(value), output);
        }
        double perSecond = values.size() * 1e9 / (THREADS.getCurrentThreadCpuTime() - started);
        assertThat(bytes[0]).isPositive();
        return perSecond;
    }

    private static void observe(
            Map<String, CameraProcessor> processors,
            DefinitionSnapshot definitions,
            Observation observation,
            Output output) {
        CameraProcessor processor = processors.computeIfAbsent(
                observation.getFrame().getCamera(), camera -> new CameraProcessor(camera, DEFAULTS.options(), 0));
        processor.update(definitions, output);
        processor.observe(observation, 0, 0, output);
    }

    private static double plainConsumer(Kafka kafka, DefinitionSnapshot definitions) {
        Map<String, CameraProcessor> processors = new HashMap<>();
        TopicPartition partition = new TopicPartition(Topic.OBSERVATIONS.topicName(), 0);
        Map<Long, Long> before = cpu();
        try (KafkaConsumer<String, byte[]> consumer =
                        kafka.consumer("plain", "plain", Map.of("max.poll.records", "1000"));
                Producer<String, byte[]> producer = kafka.producer("plain", Map.of("linger.ms", "100"))) {
            Output output = new Output((topic, camera, value) ->
                    producer.send(new ProducerRecord<>("segwatch.dead-letter", camera, value.toByteArray())));
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            long committed = System.nanoTime();
            while (consumer.position(partition) < end) {
                consumer.poll(Duration.ofMillis(100))
                        .forEach(record ->
                                observe(processors, definitions, Topic.OBSERVATIONS.parse(record.value()), output));
                if (System.nanoTime() - committed > 100_000_000) {
                    consumer.commitAsync();
                    committed = System.nanoTime();
                }
            }
            producer.flush();
            return OBSERVATIONS * 1e9 / spent(before);
        }
    }

    private double topology(Kafka kafka) throws InterruptedException {
        Map<Long, Long> before = cpu();
        try (TopologyRole role = TopologyRole.start(kafka, config("state"));
                KafkaConsumer<String, byte[]> watcher =
                        kafka.consumer("watcher", StreamSettings.APPLICATION_ID, Map.of())) {
            TopicPartition partition = new TopicPartition(Topic.OBSERVATIONS.topicName(), 0);
            await().atMost(Duration.ofMinutes(5))
                    .pollInterval(Duration.ofMillis(100))
                    .until(() -> {
                        var committed = watcher.committed(Set.of(partition)).get(partition);
                        return committed != null && committed.offset() >= OBSERVATIONS;
                    });
            assertThat(role.alive()).isTrue();
            return OBSERVATIONS * 1e9 / spent(before);
        }
    }

    /** All state is read back from Kafka, as by a process that starts on a new machine. */
    private void restore(Kafka kafka) throws InterruptedException {
        long started = System.nanoTime();
        try (TopologyRole role = TopologyRole.start(kafka, config("restored"))) {
            await().atMost(Duration.ofMinutes(5))
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> role.notReady().isEmpty());
            log.info(
                    "The state of {} cameras was restored, and the topology ran, after {} ms",
                    CAMERAS,
                    (System.nanoTime() - started) / 1_000_000);
        }
    }

    private TopologyConfig config(String stateDir) {
        return Configuration.of(Map.of(
                        "segwatch.topology.state-dir",
                        folder.resolve(stateDir).toString(),
                        "segwatch.topology.commit-interval",
                        COMMIT_MS + "ms"))
                .get(TopologyConfig.class);
    }

    private void backtest(Kafka kafka) {
        try (Producer<String, byte[]> producer = kafka.producer("hour", Map.of("linger.ms", "20"))) {
            Random random = new Random(5);
            for (int i = 0; i < HOUR; i++) {
                byte[] value = observation("hour", i, random).toByteArray();
                producer.send(new ProducerRecord<>(Topic.OBSERVATIONS.topicName(), "hour", value));
            }
        }
        Backtest backtest = new Backtest(kafka, DEFAULTS);
        BacktestRequest request = BacktestRequest.newBuilder()
                .setCamera("hour")
                .setRule(rule(0))
                .setFromMs(SampleObservations.START)
                .setToMs(SampleObservations.START + HOUR * 100L)
                .build();
        for (int i = 0; i < 4; i++) {
            Map<Long, Long> before = cpu();
            BacktestReport report = backtest.run(request);
            assertThat(report.getFrames()).isEqualTo(HOUR);
            log.info(
                    "A backtest of {} frames took {} ms, {} ms of CPU",
                    report.getFrames(),
                    Math.round(report.getTookMs()),
                    spent(before) / 1_000_000);
        }
    }

    /** CPU time of each thread that lives; those that end in between take theirs with them. */
    private static Map<Long, Long> cpu() {
        Map<Long, Long> times = new HashMap<>();
        LongStream.of(THREADS.getAllThreadIds()).forEach(id -> times.put(id, THREADS.getThreadCpuTime(id)));
        return times;
    }

    private static long spent(Map<Long, Long> before) {
        return cpu().entrySet().stream()
                .mapToLong(thread ->
                        Math.max(0, thread.getValue()) - Math.max(0, before.getOrDefault(thread.getKey(), 0L)))
                .sum();
    }

    private interface Sink {
        void put(Topic<?> topic, String camera, MessageLite value);
    }

    private static final class Output implements CameraProcessor.Output {
        private final Sink sink;

        Output(Sink sink) {
            this.sink = sink;
        }

        @Override
        public void area(Area area) {
            sink.put(Topic.AREAS, area.getCamera(), area);
        }

        @Override
        public void alert(Alert alert) {
            sink.put(Topic.ALERTS, alert.getCamera(), alert);
        }
    }

    private static String camera(int i) {
        return "camera-" + i % CAMERAS;
    }

    private static List<byte[]> observations() {
        Random random = new Random(3);
        List<byte[]> values = new ArrayList<>();
        for (int i = 0; i < OBSERVATIONS; i++) {
            values.add(observation(camera(i), i / CAMERAS, random).toByteArray());
        }
        return values;
    }

    /** A tenth of the frames show something. */
    private static Observation observation(String camera, int sequence, Random random) {
        Observation.Builder observation = Observation.newBuilder()
                .setFrame(FrameId.newBuilder().setCamera(camera).setEpoch(1).setSequence(sequence))
                .setCapturedAtMs(SampleObservations.START + sequence * 100L)
                .setObservedAtMs(SampleObservations.START + sequence * 100L + 80)
                .setTargetFps(10);
        for (String query : QUERIES) {
            boolean there = (sequence / 100 + query.length()) % 10 == 0;
            double radius = there ? 0.1 + 0.05 * random.nextDouble() : 0.02 * random.nextDouble();
            observation.addQueries(QueryMask.newBuilder()
                    .setQuery(query)
                    .setMask(disc(0.3 + 0.4 * random.nextDouble(), radius))
                    .setPeakProbability(there ? 0.9 : 0.2));
        }
        return observation.build();
    }

    private static Mask disc(double centre, double radius) {
        byte[] pixels = new byte[96 * 54];
        for (int i = 0; i < pixels.length; i++) {
            double dx = (i % 96 + 0.5) / 96 - centre;
            double dy = (i / 96 + 0.5) / 54 - 0.5;
            pixels[i] = (byte) (dx * dx + dy * dy < radius * radius ? 1 : 0);
        }
        return Rle.encode(pixels, 96, 54);
    }

    private static Map<String, Rule> rules() {
        Map<String, Rule> rules = new TreeMap<>();
        for (int i = 0; i < RULES; i++) {
            rules.put(rule(i).getId(), rule(i));
        }
        return rules;
    }

    private static Rule rule(int i) {
        return DefaultRule.of(QUERIES.get(i % QUERIES.size())).toBuilder()
                .setId("rule-" + i)
                .setEnter(0.02 + 0.0001 * i)
                .setExit(0.015)
                .build();
    }
}
