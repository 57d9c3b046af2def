package io.segwatch.bench.faults;

import io.segwatch.contracts.Rle;
import io.segwatch.contracts.Topic;
import io.segwatch.kafka.Kafka;
import io.segwatch.kafka.Sender;
import io.segwatch.v1.FrameId;
import io.segwatch.v1.Observation;
import io.segwatch.v1.QueryMask;
import io.segwatch.v1.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Producer;

/**
 * A made-up camera whose alerts are known: for a second a thing is seen, for a second it is not, and so on. Its
 * observations come in real time; those that Kafka does not take at once come later, and none is left out. Threadsafe.
 */
final class ScriptedCamera {
    static final String QUERY = "faults-thing";
    /** Opens when the thing is seen and closes when it is not. */
    static final Rule RULE = Rule.newBuilder()
            .setId("faults-rule")
            .setQuery(QUERY)
            .setEnter(0.2)
            .setExit(0.1)
            .build();

    static final long SEEN_MS = 1_000;
    static final long CYCLE_MS = 2 * SEEN_MS;
    private static final long FRAME_MS = 200;
    private static final int WIDTH = 32;
    private static final int HEIGHT = 18;
    /** A broker that is away for less long costs nothing. */
    private static final Map<String, String> PATIENT =
            Map.of("delivery.timeout.ms", "900000", "max.block.ms", "900000", "request.timeout.ms", "5000");

    final String id;
    private final Producer<String, byte[]> producer;
    private final Sender<Observation> sender;
    private final long startMs = System.currentTimeMillis();
    private final List<Long> cycles = new ArrayList<>();
    private final Thread thread;
    private volatile boolean stopped;

    /** Starts at once. */
    ScriptedCamera(Kafka kafka, String id) {
        this.id = id;
        this.producer = kafka.producer("faults-" + id, PATIENT);
        this.sender = Kafka.sender(Topic.OBSERVATIONS, producer, "faults");
        this.thread = new Thread(this::play, id);
        this.thread.setDaemon(true);
        this.thread.start();
    }

    private void play() {
        try {
            long frames = CYCLE_MS / FRAME_MS;
            for (long n = 0; !(stopped && n % frames == 0); n++) {
                long atMs = startMs + n * FRAME_MS;
                TimeUnit.MILLISECONDS.sleep(atMs - System.currentTimeMillis());
                boolean seen = n % frames < frames / 2;
                if (n % frames == 0) {
                    synchronized (cycles) {
                        cycles.add(atMs);
                    }
                }
                sender.send(id, observation(n, atMs, seen));
            }
            producer.flush();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Observation observation(long sequence, long atMs, boolean seen) {
        byte[] pixels = new byte[WIDTH * HEIGHT];
        for (int i = 0; seen && i < pixels.length / 2; i++) {
            pixels[i] = 1;
        }
        return Observation.newBuilder()
                .setFrame(FrameId.newBuilder().setCamera(id).setEpoch(startMs).setSequence(sequence))
                .setCapturedAtMs(atMs)
                .setObservedAtMs(atMs)
                .setTargetFps(1_000.0 / FRAME_MS)
                .setModel("script")
                .addQueries(QueryMask.newBuilder()
                        .setQuery(QUERY)
                        .setMask(Rle.encode(pixels, WIDTH, HEIGHT))
                        .setShare(seen ? 0.5 : 0)
                        .setPeakProbability(seen ? 0.9 : 0.1))
                .build();
    }

    /** Times, ms, at which the thing came so far. */
    List<Long> cycles() {
        synchronized (cycles) {
            return List.copyOf(cycles);
        }
    }

    /** Ends with the cycle that is under way, and waits until Kafka has all. */
    void end() throws InterruptedException {
        stopped = true;
        thread.join();
        producer.close();
    }
}
