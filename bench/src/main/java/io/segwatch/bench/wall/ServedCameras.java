package io.segwatch.bench.wall;

import io.segwatch.bench.faults.Deployment;
import io.segwatch.contracts.Topic;
import io.segwatch.kafka.Kafka;
import io.segwatch.kafka.Sender;
import io.segwatch.v1.Frame;
import io.segwatch.v1.FrameId;
import io.segwatch.v1.Observation;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Producer;

/** A clip on some cameras, before one inference worker that runs already. For one thread. */
public final class ServedCameras {
    private static final Duration WARM_UP = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final long MOST_AGE_MS = 600_000;

    private final Deployment deployment;
    private final ClipPictures pictures;

    /**
     * What became of the frames.
     *
     * @param offered frames a second of all cameras
     * @param observed of these
     * @param p50 age of a frame when it had been observed, ms
     * @param fairness frames of the camera that was served least over those of the one served most
     */
    public record Served(double offered, double observed, double p50, double p95, double fairness) {}

    public ServedCameras(Deployment deployment, Path clip) throws IOException {
        this.deployment = deployment;
        this.pictures = ClipPictures.of(clip);
    }

    /** @param fps frames a second of all cameras together */
    public Served measure(int cameras, double fps, Duration duration) throws IOException {
        String prefix = "served-" + cameras + "-" + System.currentTimeMillis() + "-";
        ScheduledExecutorService clock = Executors.newScheduledThreadPool(2);
        try (Producer<String, byte[]> producer = deployment.kafka().producer("cameras");
                KafkaConsumer<String, byte[]> consumer = deployment.kafka().consumer("cameras", null, Map.of())) {
            consumer.assign(Kafka.partitions(consumer, Topic.OBSERVATIONS));
            consumer.seekToEnd(consumer.assignment());
            Sender<Frame> frames = Kafka.sender(Topic.FRAMES, producer, "cameras");
            long every = Math.round(1e6 * cameras / fps);
            for (int i = 0; i < cameras; i++) {
                String camera = prefix + i;
                int[] sequence = {i};
                // Not all at the same moment, as no two real ones are.
                clock.scheduleAtFixedRate(
                        () -> frames.send(camera, frame(camera, sequence[0]++, fps / cameras)),
                        every * i / cameras,
                        every,
                        TimeUnit.MICROSECONDS);
            }
            read(consumer, prefix, WARM_UP, new Histogram(MOST_AGE_MS, 3), new HashMap<>());
            Histogram ages = new Histogram(MOST_AGE_MS, 3);
            Map<String, Integer> served = new HashMap<>();
            read(consumer, prefix, duration, ages, served);
            return served(cameras, fps, duration, ages, served);
        } finally {
            clock.shutdownNow();
        }
    }

    private static Served served(
            int cameras, double fps, Duration duration, Histogram ages, Map<String, Integer> served) {
        int most = served.values().stream().mapToInt(count -> count).max().orElse(0);
        int least = served.size() < cameras
                ? 0
                : served.values().stream().mapToInt(count -> count).min().orElse(0);
        return new Served(
                fps,
                ages.getTotalCount() * 1e3 / duration.toMillis(),
                ages.getValueAtPercentile(50),
                ages.getValueAtPercentile(95),
                most == 0 ? 0 : (double) least / most);
    }

    private Frame frame(String camera, int number, double fps) {
        return Frame.newBuilder()
                .setId(FrameId.newBuilder().setCamera(camera).setEpoch(1).setSequence(number))
                .setCapturedAtMs(System.currentTimeMillis())
                .setWidth(ClipPictures.WIDTH)
                .setHeight(ClipPictures.HEIGHT)
                .setSourceWidth(2 * ClipPictures.WIDTH)
                .setSourceHeight(2 * ClipPictures.HEIGHT)
                .setTargetFps(fps)
                .setJpeg(pictures.jpegs().get(number % pictures.jpegs().size()))
                .build();
    }

    private static void read(
            KafkaConsumer<String, byte[]> consumer,
            String prefix,
            Duration duration,
            Histogram ages,
            Map<String, Integer> served) {
        long end = System.nanoTime() + duration.toNanos();
        while (System.nanoTime() < end) {
            for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                Observation seen = Topic.OBSERVATIONS.parse(record.value());
                String camera = seen.getFrame().getCamera();
                if (camera.startsWith(prefix)) {
                    ages.recordValue(
                            Math.max(0, Math.min(MOST_AGE_MS, seen.getObservedAtMs() - seen.getCapturedAtMs())));
                    served.merge(camera, 1, Integer::sum);
                }
            }
        }
    }
}
