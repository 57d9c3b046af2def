package io.segwatch.ingest;

import io.segwatch.contracts.Topic;
import io.segwatch.failure.FatalErrors;
import io.segwatch.ingest.deal.CameraDeal;
import io.segwatch.kafka.DeadLetters;
import io.segwatch.kafka.Kafka;
import io.segwatch.kafka.Table;
import io.segwatch.role.Role;
import io.segwatch.secrets.Credentials;
import io.segwatch.v1.Camera;
import io.segwatch.v1.CameraStatus;
import io.segwatch.v1.Frame;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
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
 * Cameras to frames: reads {@link Topic#CAMERAS}, grabs each that is its own on a thread of its own, and writes
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
    private final IngestConfig config;
    private final boolean shares;
    private final Kafka kafka;
    private final String instance = instanceName();
    private final Table<Camera> table;
    /** What all instances say, from before this start, too. */
    private final Table<CameraStatus> statuses;

    private final AtomicLong lastEpoch = new AtomicLong();
    /** Null until the cameras have been read, and where they are not shared. */
    private volatile CameraDeal deal;

    private boolean reconciled;
    /** Grabbers that were stopped for another instance have not ended yet. */
    private boolean awaited;

    private int ticks;

    private IngestRole(Kafka kafka, IngestConfig config, Credentials credentials, boolean shares) {
        this.shares = shares;
        this.kafka = kafka;
        this.config = config;
        frames = kafka.producer("segwatch-ingest-frames", LOW_LATENCY);
        facts = kafka.producer("segwatch-ingest", Map.of("max.block.ms", "1000"));
        thread = Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "ingest"));
        Grabber.Context context = new Grabber.Context(
                config,
                credentials,
                Kafka.sender(Topic.FRAMES, frames, name()),
                () -> lastEpoch.updateAndGet(last -> Math.max(last + 1, System.currentTimeMillis())),
                instance,
                () -> !shares || deal.leased());
        cameras = new CameraReconciler(
                context, this::owns, Kafka.sender(Topic.CAMERA_STATUS, facts, name()), this::execute);
        DeadLetters deadLetters = new DeadLetters(facts, name());
        table = new Table<>(kafka, Topic.CAMERAS, "segwatch-ingest", deadLetters, (id, camera) -> changed());
        statuses =
                new Table<>(kafka, Topic.CAMERA_STATUS, "segwatch-ingest", deadLetters, (id, status) -> heard(status));
        table.start();
        statuses.start();
        thread.scheduleWithFixedDelay(FatalErrors.guarded(this::tick), 0, TICK_MS, TimeUnit.MILLISECONDS);
    }

    /** As {@link #start(Kafka, IngestConfig, Credentials, boolean)}, sharing the cameras only where it is set. */
    public static IngestRole start(Kafka kafka, IngestConfig config, Credentials credentials) {
        return start(kafka, config, credentials, false);
    }

    /**
     * Starts grabbing as soon as the cameras have been read.
     *
     * @param credentials users and passwords that cameras name; read again at each connection
     * @param share whether other processes share the cameras, where the configuration does not say so
     */
    public static IngestRole start(Kafka kafka, IngestConfig config, Credentials credentials, boolean share) {
        config.checkCaFile();
        NativeLog.install();
        return new IngestRole(kafka, config, credentials, config.shares(share));
    }

    @Override
    public String name() {
        return "ingest";
    }

    /** By which statuses tell instances apart: processes of one machine, too. */
    private static String instanceName() {
        String process = UUID.randomUUID().toString().substring(0, 4);
        try {
            return InetAddress.getLocalHost().getHostName() + "-" + process;
        } catch (UnknownHostException e) {
            return "ingest-" + process;
        }
    }

    @Override
    public Optional<String> notReady() {
        CameraDeal joined = deal;
        if (!table.isCaughtUp() || shares && joined == null) {
            return Optional.of(table.refusal().orElse("The cameras have not been read from Kafka yet."));
        }
        return table.refusal().or(() -> joined == null ? Optional.empty() : joined.notReady());
    }

    @Override
    public boolean alive() {
        CameraDeal joined = deal;
        return table.alive() && statuses.alive() && (joined == null || joined.alive());
    }

    private boolean owns(Camera camera, String id) {
        return shares ? deal.owns(camera, id) : config.owns(id);
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
        execute(this::reconcile);
    }

    /** On the table's thread. */
    private void heard(CameraStatus status) {
        if (status != null) {
            // Epochs grow although clocks differ, and although one was set back.
            lastEpoch.accumulateAndGet(status.getEpoch(), Math::max);
            if (!status.getInstance().isEmpty() && !status.getInstance().equals(instance)) {
                execute(() -> cameras.heard(status));
            }
        }
    }

    private void reconcile() {
        if (!reconciled) {
            return;
        }
        CameraDeal shared = deal;
        if (shared == null) {
            cameras.reconcile(table.snapshot(), table.refused());
            return;
        }
        long version = shared.version();
        cameras.reconcile(table.snapshot(), table.refused());
        awaited = !cameras.released();
        if (!awaited) {
            shared.released(version);
        }
    }

    /** Another set of cameras is this process's own: some may be nobody's, and were removed meanwhile. */
    private void dealt() {
        execute(() -> {
            forget();
            reconcile();
        });
    }

    private void tick() {
        try {
            if (!reconciled && table.isCaughtUp() && statuses.isCaughtUp()) {
                begin();
            }
            watchDeal();
            cameras.detectStalls();
            if (++ticks % TICKS_PER_STATUS == 0) {
                cameras.publishAll();
            }
        } catch (RuntimeException e) {
            // Thrown on, it would end the schedule.
            log.error("Checking the cameras failed", e);
        }
    }

    /** What was let go is told once it has ended; a lease that has run out, and a group that refuses, are noticed. */
    private void watchDeal() {
        if (deal != null && deal.alive()) {
            deal.leased();
            if (awaited) {
                reconcile();
            }
        }
    }

    private void begin() {
        if (shares) {
            CameraDeal.Member member = new CameraDeal.Member(
                    config.maxCameras(), config.fileRoots().isPresent(), config.v4l2());
            deal = CameraDeal.join(kafka, config.sessionTimeout(), member, table::snapshot, lastEpoch, this::dealt);
        }
        reconciled = true;
        forget();
        reconcile();
    }

    private void forget() {
        Set<String> gone = statuses.snapshot().keySet();
        gone.removeAll(table.snapshot().keySet());
        gone.removeAll(table.refused().keySet());
        cameras.forget(gone);
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
        statuses.close();
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
        if (deal != null) {
            // Last, so that what others say of the cameras comes after what was said here.
            deal.close();
        }
    }
}
