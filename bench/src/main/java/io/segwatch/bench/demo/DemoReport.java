package io.segwatch.bench.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.prometheus.client.Collector;
import io.prometheus.client.CollectorRegistry;
import io.segwatch.contracts.Topic;
import io.segwatch.kafka.ConsumerThread;
import io.segwatch.kafka.Kafka;
import io.segwatch.v1.Alert;
import io.segwatch.v1.Observation;
import io.segwatch.v1.WorkerStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads a running demo's topics, as any other consumer would, and sums it up. Latencies are milliseconds from a frame's
 * capture clock.
 */
final class DemoReport implements ConsumerThread.Reader, AutoCloseable {
    private static final ObjectMapper json = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    private static final long MAX_LATENCY_MS = 3_600_000;
    private static final long MINUTE_NANOS = 60_000_000_000L;
    /** Spans whose frames are counted; the rest of a long run is in the average only. */
    private static final int MAX_SPANS = 1_440;
    /** The first is the cold one. */
    private static final int PROFILED_SPAN = 1;

    private final KafkaConsumer<String, byte[]> consumer;
    private final ConsumerThread thread;
    private final Histogram toObservation = new Histogram(MAX_LATENCY_MS, 3);
    private final Histogram toPage = new Histogram(MAX_LATENCY_MS, 3);
    private final Map<Alert.State, Integer> alerts = new EnumMap<>(Alert.State.class);
    private final List<Long> rssMiB = new ArrayList<>();
    private final long spanMs;
    private final List<Long> framesEachSpan = new ArrayList<>();
    private final CpuSteps steps;
    private long sampledAtNanos = System.nanoTime();
    private long finalWindows;
    private long firstObservedAtMs;
    private long lastObservedAtMs;
    private WorkerStatus worker = WorkerStatus.getDefaultInstance();

    /**
     * @param span whose frames are counted, one after the other from the first observation on
     * @param profiled whether to tell what the CPU does in the second one
     */
    DemoReport(Kafka kafka, Duration span, boolean profiled) {
        spanMs = span.toMillis();
        steps = profiled ? new CpuSteps(() -> span() == PROFILED_SPAN) : null;
        consumer = kafka.consumer("demo-report", null, Map.of());
        thread = new ConsumerThread("demo-report", consumer, this).start();
    }

    @Override
    public void begin() {
        List<TopicPartition> partitions =
                Kafka.partitions(consumer, Topic.OBSERVATIONS, Topic.AREAS, Topic.ALERTS, Topic.WORKER_STATUS);
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
    }

    @Override
    public void step() {
        consumer.poll(Duration.ofMillis(200)).forEach(this::apply);
        sampleMemory();
    }

    /** A frame with its overlay has reached a page. Threadsafe. */
    synchronized void shown(long capturedAtMs) {
        toPage.recordValue(bounded(System.currentTimeMillis() - capturedAtMs));
    }

    /** Each minute, so that a report shows whether the process grows. */
    private synchronized void sampleMemory() {
        if (System.nanoTime() - sampledAtNanos >= MINUTE_NANOS) {
            sampledAtNanos += MINUTE_NANOS;
            rssMiB.add(memoryMiB("VmRSS"));
        }
    }

    private synchronized void apply(ConsumerRecord<String, byte[]> record) {
        if (record.topic().equals(Topic.OBSERVATIONS.topicName())) {
            observed(Topic.OBSERVATIONS.parse(record.value()));
        } else if (record.topic().equals(Topic.AREAS.topicName())) {
            finalWindows += Topic.AREAS.parse(record.value()).getFinal() ? 1 : 0;
        } else if (record.topic().equals(Topic.ALERTS.topicName())) {
            alerts.merge(Topic.ALERTS.parse(record.value()).getState(), 1, Integer::sum);
        } else if (record.value() != null) {
            worker = Topic.WORKER_STATUS.parse(record.value());
        }
    }

    private void observed(Observation observation) {
        if (observation.getBackfill()) {
            return;
        }
        toObservation.recordValue(bounded(observation.getObservedAtMs() - observation.getCapturedAtMs()));
        lastObservedAtMs = observation.getObservedAtMs();
        if (firstObservedAtMs == 0) {
            firstObservedAtMs = lastObservedAtMs;
        }
        int span = span();
        while (framesEachSpan.size() <= span && span < MAX_SPANS) {
            framesEachSpan.add(0L);
        }
        if (span < MAX_SPANS) {
            framesEachSpan.set(span, framesEachSpan.get(span) + 1);
        }
    }

    /** Spans that are over since the first observation; -1 before it. */
    private synchronized int span() {
        return firstObservedAtMs == 0
                ? -1
                : (int) Math.max(0, (System.currentTimeMillis() - firstObservedAtMs) / spanMs);
    }

    private static long bounded(long latencyMs) {
        return Math.max(0, Math.min(MAX_LATENCY_MS, latencyMs));
    }

    /**
     * Writes what was measured as JSON.
     *
     * @throws IllegalStateException when the topics could not be read to the end
     */
    synchronized void write(Path file) throws IOException {
        thread.failure().ifPresent(failure -> {
            throw new IllegalStateException("The demo could not be measured", failure);
        });
        ObjectNode report = JsonNodeFactory.instance.objectNode();
        double seconds = Math.max(1, lastObservedAtMs - firstObservedAtMs) / 1000.0;
        report.put("seconds", seconds);
        report.put("framesPerSecond", Math.max(0, toObservation.getTotalCount() - 1) / seconds);
        report.put("spanSeconds", spanMs / 1000.0);
        // The last one is not over.
        ArrayNode spans = report.putArray("framesEachSpan");
        framesEachSpan.stream().limit(Math.max(0, span())).forEach(spans::add);
        if (steps != null && framesEachSpan.size() > PROFILED_SPAN) {
            report.set("profile", steps.report(framesEachSpan.get(PROFILED_SPAN)));
        }
        report.putObject("frames")
                .put("decoded", (long) total("segwatch_ingest_frames_decoded_total"))
                .put("published", (long) total("segwatch_ingest_frames_published_total"))
                .put("encoded", (long) total("segwatch_inference_frames_encoded_total"))
                .put("skipped", (long) total("segwatch_inference_frames_skipped_total"))
                .put("observed", toObservation.getTotalCount())
                .put("shown", toPage.getTotalCount());
        report.set("captureToObservationMs", percentiles(toObservation));
        report.set("captureToPageMs", percentiles(toPage));
        report.put("windows", finalWindows);
        ObjectNode alertCounts = report.putObject("alerts");
        alerts.forEach((state, count) -> alertCounts.put(state.name().toLowerCase(Locale.ROOT), count));
        ObjectNode memory =
                report.putObject("memory").put("peakRssMiB", memoryMiB("VmHWM")).put("peakHeapMiB", peakHeapMiB());
        rssMiB.forEach(memory.putArray("rssMiBEachMinute")::add);
        report.put("model", worker.getModel())
                .put("provider", worker.getProvider())
                .put("providerReason", worker.getProviderReason())
                .put("encoderMs", worker.getEncoderMs())
                .put("inputWidth", worker.getInputWidth())
                .put("inputHeight", worker.getInputHeight());
        json.writeValue(file.toFile(), report);
    }

    private static ObjectNode percentiles(Histogram histogram) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("p50", histogram.getValueAtPercentile(50))
                .put("p95", histogram.getValueAtPercentile(95))
                .put("p99", histogram.getValueAtPercentile(99))
                .put("max", histogram.getMaxValue());
    }

    /** The sum of a counter over its labels. */
    private static double total(String counter) {
        Predicate<Collector.MetricFamilySamples.Sample> wanted = sample -> sample.name.equals(counter);
        return Collections.list(CollectorRegistry.defaultRegistry.metricFamilySamples()).stream()
                .flatMap(family -> family.samples.stream())
                .filter(wanted)
                .mapToDouble(sample -> sample.value)
                .sum();
    }

    private static long peakHeapMiB() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                        .filter(pool -> pool.getType() == MemoryType.HEAP)
                        .mapToLong(pool -> pool.getPeakUsage().getUsed())
                        .sum()
                >> 20;
    }

    /** A field of proc(5)'s status; 0 where there is no such file. */
    private static long memoryMiB(String field) {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return 0;
        }
        try {
            return Files.readAllLines(status).stream()
                    .filter(line -> line.startsWith(field + ":"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) >> 10)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        if (steps != null) {
            steps.close();
        }
        thread.close();
    }
}
