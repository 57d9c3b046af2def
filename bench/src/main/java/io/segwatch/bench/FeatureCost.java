package io.segwatch.bench;

import com.sun.management.OperatingSystemMXBean;
import io.segwatch.contracts.Topic;
import io.segwatch.inference.features.FeatureLog;
import io.segwatch.kafka.Kafka;
import io.segwatch.v1.Frame;
import io.segwatch.v1.FrameId;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * CPU time of a frame without and with the feature log, in turn, so that what else the machine does falls on both. For
 * one thread.
 */
final class FeatureCost implements AutoCloseable {
    private static final int FRAMES = 50;

    private final FramePath path = new FramePath(5);
    private final MockProducer<String, byte[]> producer =
            new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer());
    private final OperatingSystemMXBean process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private final FeatureLog features = new FeatureLog(
            path.model(),
            Duration.ofSeconds(5),
            camera -> Optional.of(List.of()),
            Kafka.sender(Topic.FEATURES, producer, "bench"),
            Kafka.sender(Topic.THUMBNAILS, producer, "bench"));
    private long capturedAtMs = 1_700_000_000_000L;

    /**
     * @param frameMs CPU milliseconds of a frame without the log
     * @param usual of one with it, ten a second on which something always moves, beside one without
     * @param each the same where every frame is kept
     */
    record Cost(double frameMs, double usual, double each) {}

    Cost measure(int rounds) {
        List<Double> without = new ArrayList<>();
        List<Double> usual = new ArrayList<>();
        List<Double> each = new ArrayList<>();
        block(0);
        block(5_000);
        for (int round = 0; round < rounds; round++) {
            without.add(block(0));
            usual.add(block(100));
            each.add(block(5_000));
        }
        double base = median(without);
        return new Cost(base, median(usual) / base, median(each) / base);
    }

    /**
     * CPU milliseconds of a frame.
     *
     * @param apartMs between frames; 0 without the log
     */
    private double block(long apartMs) {
        boolean[] moving = new boolean[path.encode().positions()];
        Arrays.fill(moving, true);
        long before = process.getProcessCpuTime();
        for (int i = 0; i < FRAMES; i++) {
            var encoding = path.encode();
            path.observe(encoding);
            if (apartMs > 0) {
                capturedAtMs += apartMs;
                Frame frame = Frame.newBuilder()
                        .setId(FrameId.newBuilder().setCamera("camera").setSequence(i))
                        .setCapturedAtMs(capturedAtMs)
                        .build();
                features.frame(frame, encoding, path.geometry(), path.input(), false, moving);
            }
        }
        double millis = (process.getProcessCpuTime() - before) / 1e6 / FRAMES;
        producer.clear();
        return millis;
    }

    private static double median(List<Double> values) {
        List<Double> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        return sorted.get(sorted.size() / 2);
    }

    @Override
    public void close() {
        features.close();
        path.close();
    }
}
