package io.segwatch.bench.scale;

import io.segwatch.bench.faults.Deployment;
import io.segwatch.contracts.Topic;
import io.segwatch.kafka.Kafka;
import io.segwatch.v1.Camera;
import io.segwatch.v1.Observation;
import io.segwatch.v1.Query;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/** Ingest, inference and topology in processes of their own, with more and more cameras that play one clip. */
final class RunningCameras implements AutoCloseable {
    private static final List<String> QUERIES = List.of("person", "car", "bicycle");
    private static final Duration POLL = Duration.ofMillis(200);
    private static final long PATIENCE_NANOS = Duration.ofMinutes(5).toNanos();

    private final Deployment deployment;
    private final Path clip;
    private final double fps;
    private int defined;

    RunningCameras(Path folder, Path clip, Path model, double fps) throws IOException, InterruptedException {
        this.clip = clip.toAbsolutePath();
        this.fps = fps;
        this.deployment = new Deployment(
                folder,
                folder.resolve("data"),
                List.of("-Xmx640m", "-XX:+UseSerialGC", "-XX:MaxDirectMemorySize=512m"),
                Map.of(
                        "segwatch.ingest.file-roots", this.clip.getParent().toString(),
                        "segwatch.inference.model", model.toAbsolutePath().toString()));
        deployment.start("ingest", "inference", "topology");
        for (String query : QUERIES) {
            deployment.define(
                    Topic.QUERIES,
                    query,
                    Query.newBuilder().setId(query).setText(query).build());
        }
    }

    /** Measures with so many cameras, no fewer than before. */
    MeasuredPoint measure(int cameras, int seconds) throws IOException, InterruptedException {
        for (; defined < cameras; defined++) {
            String id = "camera-" + defined;
            deployment.define(
                    Topic.CAMERAS,
                    id,
                    Camera.newBuilder()
                            .setId(id)
                            .setUrl(clip.toUri().toString())
                            .setTargetFps(fps)
                            .build());
        }
        Kafka kafka = deployment.kafka();
        try (KafkaConsumer<String, byte[]> consumer = kafka.consumer("scale", null, Map.of())) {
            var partitions = Kafka.partitions(consumer, Topic.OBSERVATIONS);
            consumer.assign(partitions);
            consumer.seekToEnd(partitions);
            Counted settling = new Counted();
            long until = System.nanoTime() + PATIENCE_NANOS;
            // Each has come a few times: the start of a camera is over.
            while (settling.cameras.values().stream()
                            .filter(count -> count >= 5)
                            .count()
                    < cameras) {
                if (System.nanoTime() > until) {
                    throw new IOException("Of " + cameras + " cameras some gave no observations within 5 min");
                }
                consumer.poll(POLL).forEach(settling::add);
            }
            Counted counted = new Counted();
            double ingestBefore = cpuSeconds("ingest");
            double topologyBefore = cpuSeconds("topology");
            long start = System.nanoTime();
            long end = start + Duration.ofSeconds(seconds).toNanos();
            while (System.nanoTime() < end) {
                consumer.poll(POLL).forEach(counted::add);
            }
            double span = (System.nanoTime() - start) / 1e9;
            double ingest = cpuSeconds("ingest") - ingestBefore;
            double topology = cpuSeconds("topology") - topologyBefore;
            return counted.point(cameras, span, fps, ingest, topology);
        }
    }

    /** CPU time of the process of a role, which is a child of this one. */
    private static double cpuSeconds(String role) {
        return ProcessHandle.current()
                .children()
                .filter(child -> command(child.pid()).contains("\0--roles\0" + role + "\0"))
                .findFirst()
                .flatMap(child -> child.info().totalCpuDuration())
                .map(duration -> duration.toMillis() / 1e3)
                .orElse(Double.NaN);
    }

    /** The JDK tells only of short ones. */
    private static String command(long pid) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"));
        } catch (IOException e) {
            return "";
        }
    }

    private static final class Counted {
        private final Map<String, Integer> cameras = new HashMap<>();
        private final Histogram ages = new Histogram(3);
        private long observations;

        void add(ConsumerRecord<String, byte[]> record) {
            Observation observation = Topic.OBSERVATIONS.parse(record.value());
            if (observation.getBackfill()) {
                return;
            }
            observations++;
            cameras.merge(record.key(), 1, Integer::sum);
            ages.recordValue(Math.max(0, observation.getObservedAtMs() - observation.getCapturedAtMs()));
        }

        MeasuredPoint point(int count, double span, double wanted, double ingest, double topology) {
            double each = observations / span / count;
            int least = cameras.size() < count
                    ? 0
                    : cameras.values().stream()
                            .mapToInt(Integer::intValue)
                            .min()
                            .orElse(0);
            return new MeasuredPoint(
                    count,
                    each,
                    least / span / each,
                    ages.getValueAtPercentile(50),
                    ages.getValueAtPercentile(95),
                    ages.getMean(),
                    1_000 * ingest / (span * count * wanted),
                    1_000 * topology / observations,
                    ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
        }
    }

    @Override
    public void close() {
        deployment.close();
    }
}
