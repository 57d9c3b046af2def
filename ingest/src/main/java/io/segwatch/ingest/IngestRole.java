package io.segwatch.ingest;

import io.segwatch.contracts.Topic;
import io.segwatch.failure.FatalErrors;
import io.segwatch.kafka.DeadLetters;
import io.segwatch.kafka.Kafka;
import io.segwatch.kafka.Table;
import io.segwatch.role.Role;
import io.segwatch.secrets.Credentials;
import io.segwatch.v1.Camera;
import io.segwatch.v1.CameraStatus;
import io.segwatch.v1.Frame;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.Producer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cameras to frames: reads {@link Topic#CAMERAS}, grabs each camera of its shard on a thread of its own, and writes
 * {@link Topic#FRAMES} and {@link Topic#CAMERA_STATUS}. The topics must be there. Threadsafe.
 */
public final class IngestRole implements Role {
    private static final Logger log = LoggerFactory.getLogger(IngestRole.class);
    private static final long TICK_MS = 250;
    private static final int TICKS_PER_STATUS = 8;
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    /** A frame that Kafka has not acknowledged within seconds is stale. */
    private static final Map<String, String> LOW_LATENCY = Map.of(
            "max.block.ms", "100",
            "request.timeout.ms", "3000",
            "delivery.timeout.ms", "5000",
            "buffer.memory", Integer.toString(64 << 20));

    private final ScheduledExecutorService thread;
    private final Producer<String, byte[]> frames;
    private final Producer<String, byte[]> facts;
    private final CameraReconciler cameras;
    private final Table<Camera> table;
    /** Statuses of the previous run; closed once they have been read. */
    private final Table<CameraStatus> previousStatuses;

    private final AtomicLong lastEpoch = new AtomicLong();
    private boolean reconciled;
    private int ticks;

    private IngestRole(Kafka kafka, IngestConfig config, Credentials credentials) {
        frames = kafka.producer("segwatch-ingest-frames", LOW_LATENCY);
        facts = kafka.producer("segwatch-ingest", Map.of("max.block.ms", "1000"));
        thread = Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "ingest"));
        Grabber.Context context = new Grabber.Context(
                config,
                credentials,
                Kafka.sender(Topic.FRAMES, frames, name()),
                () -> lastEpoch.updateAndGet(last -> Math.max(last + 1, System.currentTimeMillis())));
        cameras = new CameraReconciler(context, Kafka.sender(Topic.CAMERA_STATUS, facts, name()), this::execute);
        DeadLetters deadLetters = new DeadLetters(facts, name());
        table = new Table<>(kafka, Topic.CAMERAS, "segwatch-ingest", deadLetters, (id, camera) -> changed());
        previousStatuses = new Table<>(kafka, Topic.CAMERA_STATUS, "segwatch-ingest", deadLetters, (id, status) -> {});
        table.start();
        previousStatuses.start();
        thread.scheduleWithFixedDelay(FatalErrors.guarded(this::tick), 0, TICK_MS, TimeUnit.MILLISECONDS);
    }

    /**
     * Starts grabbing as soon as the cameras have been read.
     *
     * @param credentials users and passwords that cameras name; read again at each connection
     */
    public static IngestRole start(Kafka kafka, IngestConfig config, Credentials credentials) {
        config.checkCaFile();
        NativeLog.install();
        return new IngestRole(kafka, config, credentials);
    }

    @Override
    public String name() {
        return "ingest";
    }

    @Override
    public Optional<String> notReady() {
        return table.isCaughtUp()
                ? table.refusal()
                : Optional.of(table.refusal().orElse("The cameras have not been read from Kafka yet."));
    }

    @Override
    public boolean alive() {
        return table.alive();
    }

    /**
     * The camera's next picture in its own size, with its privacy masks; the frame's id has no epoch and sequence.
     * Fails when the camera is not grabbed here, and when it sends none in time.
     */
    public CompletionStage<Frame> nextPicture(String camera, Duration within) {
        CompletableFuture<Frame> picture = new CompletableFuture<>();
        execute(() -> cameras.wanted(camera, picture));
        return picture.orTimeout(within.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** On the table's thread. */
    private void changed() {
        execute(() -> {
            if (reconciled) {
                cameras.reconcile(table.snapshot(), table.refused());
            }
        });
    }

    private void tick() {
        try {
            if (!reconciled && table.isCaughtUp() && previousStatuses.isCaughtUp()) {
                begin();
            }
            cameras.detectStalls();
            if (++ticks % TICKS_PER_STATUS == 0) {
                cameras.publishAll();
            }
        } catch (RuntimeException e) {
            // Thrown on, it would end the schedule.
            log.error("Checking the cameras failed", e);
        }
    }

    private void begin() {
        reconciled = true;
        Map<String, CameraStatus> statuses = previousStatuses.snapshot();
        previousStatuses.close();
        // Epochs grow even when this machine's clock was set back since.
        statuses.values().forEach(status -> lastEpoch.accumulateAndGet(status.getEpoch(), Math::max));
        statuses.keySet().removeAll(table.snapshot().keySet());
        statuses.keySet().removeAll(table.refused().keySet());
        cameras.forget(statuses.keySet());
        cameras.reconcile(table.snapshot(), table.refused());
    }

    private void execute(Runnable task) {
        try {
            thread.execute(() -> {
                try {
                    task.run();
                } catch (RuntimeException e) {
                    log.error("A change of a camera could not be applied", e);
                }
            });
        } catch (RejectedExecutionException e) {
            // The role is closed, and no further status is due.
        }
    }

    @Override
    public synchronized void close() {
        if (thread.isShutdown()) {
            return;
        }
        table.close();
        previousStatuses.close();
        try {
            thread.submit(() -> {
                        cameras.close(CLOSE_TIMEOUT);
                        return null;
                    })
                    .get(2 * CLOSE_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            log.warn("The cameras did not stop cleanly", e);
        }
        thread.shutdownNow();
        frames.close(CLOSE_TIMEOUT);
        facts.close(CLOSE_TIMEOUT);
    }
}
