package io.segwatch.inference.worker;

import io.segwatch.contracts.Topic;
import io.segwatch.failure.FatalErrors;
import io.segwatch.inference.model.ModelException;
import io.segwatch.inference.model.NetworkSettings;
import io.segwatch.inference.model.SegmentationModel;
import io.segwatch.inference.model.TextModel;
import io.segwatch.inference.worker.EncoderThread.EncodedBatch;
import io.segwatch.kafka.Table;
import io.segwatch.v1.CandidateStatus;
import io.segwatch.v1.ModelRollout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The model that may take the place of the running one: loaded while a rollout asks for it, on a thread of its own, and
 * closed there once the worker's thread has left it. What cannot be used is said in the status, and the running model
 * goes on.
 */
final class CandidateModel implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(CandidateModel.class);
    private static final String ROLLOUT = "model";
    /** Of a SHA-256, to tell two apart by eye. */
    private static final int SHOWN_DIGITS = 12;

    private static final Duration LONGEST_LOAD = Duration.ofSeconds(60);

    /** What the candidate's directory says; its id is empty when it cannot be read. */
    private record Described(String id, String fingerprint, String fault) {}

    private record Loaded(ModelLane lane, ShadowComparison comparison, long rolloutMs) {}

    private final ModelLane running;
    private final String runningFingerprint;
    private final ModelLane.Surroundings around;
    private final NetworkSettings networks;
    private final String worker;
    private final Table<ModelRollout> rollouts;
    private final ExecutorService loader;
    /** All that is not closed; for the loader's thread. */
    private final Set<Loaded> open = new HashSet<>();

    private volatile Described described;
    private volatile String fault = "";
    private volatile Loaded loaded;
    private volatile RolloutPlan plan = RolloutPlan.NONE;
    private volatile Predicate<String> compared = camera -> false;

    /** @param runningFingerprint of the running model's directory */
    CandidateModel(
            String worker,
            ModelLane running,
            String runningFingerprint,
            ModelLane.Surroundings around,
            NetworkSettings networks) {
        this.worker = worker;
        this.running = running;
        this.runningFingerprint = runningFingerprint;
        this.around = around;
        this.networks = networks;
        this.described = describe();
        this.loader = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, worker + "-candidate");
            thread.setDaemon(true);
            return thread;
        });
        this.rollouts = new Table<>(
                around.kafka(),
                Topic.MODEL_ROLLOUTS,
                worker,
                around.deadLetters(),
                (id, rollout) -> loader.execute(FatalErrors.guarded(this::settle)));
    }

    /** Begins to read rollouts, and waits until what one asks for is loaded, so that no frame is observed otherwise. */
    void start(Duration patience) throws InterruptedException {
        rollouts.start();
        if (!rollouts.awaitCaughtUp(patience)) {
            log.warn("It is not known yet whether a model is rolled out; until then the running one observes");
            return;
        }
        try {
            loader.submit(() -> {}).get(LONGEST_LOAD.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            log.warn("The candidate model takes long to load; until then the running one observes");
        }
    }

    /** For the worker's thread. */
    RolloutPlan plan() {
        return plan;
    }

    /** Has frames that the running model has observed compared, if a rollout asks for it. For the worker's thread. */
    void compare(EncodedBatch done) {
        Loaded now = loaded;
        if (now != null) {
            now.comparison.offer(done, compared);
        }
    }

    /** Does what the rollout asks for now. On the loader's thread, as are the next ones. */
    private void settle() {
        Optional<ModelRollout> rollout = rollouts.get(ROLLOUT).filter(this::isWanted);
        described = describe();
        fault = rollout.map(this::mismatch).orElse("");
        if (rollout.isEmpty() || !fault.isEmpty()) {
            leave();
            return;
        }
        if (loaded == null || loaded.rolloutMs != rollout.get().getStartedAtMs()) {
            // What was compared before is of another rollout.
            leave();
            load(rollout.get().getStartedAtMs());
        }
        Loaded now = loaded;
        if (now != null) {
            compared = camera -> isCompared(rollout.get(), camera);
            plan = RolloutPlan.of(rollout.get(), now.lane.lane(), this::failed, () -> applied(now));
        }
    }

    /** Whether the candidate has something to do. */
    private boolean isWanted(ModelRollout rollout) {
        boolean isOver = rollout.getState() == ModelRollout.State.ROLLED_BACK;
        boolean runsAlready = rollout.getState() == ModelRollout.State.SWITCHED
                && rollout.getFingerprint().equals(runningFingerprint);
        return !isOver && !runsAlready;
    }

    private static boolean isCompared(ModelRollout rollout, String camera) {
        boolean asked =
                rollout.getComparedCount() == 0 || rollout.getComparedList().contains(camera);
        return asked && rollout.getState() != ModelRollout.State.SWITCHED;
    }

    private Described describe() {
        Optional<Path> folder = around.config().candidateModel();
        if (folder.isEmpty()) {
            return new Described("", "", "");
        }
        try {
            String id = TextModel.describe(folder.get()).id();
            String fingerprint = SegmentationModel.fingerprint(folder.get());
            return new Described(id, fingerprint, sameness(id, fingerprint));
        } catch (ModelException e) {
            return new Described("", "", "segwatch.inference.candidate-model: " + e.getMessage());
        }
    }

    private String sameness(String id, String fingerprint) {
        if (fingerprint.equals(runningFingerprint)) {
            return "segwatch.inference.candidate-model is the model that runs; name another directory.";
        }
        if (id.equals(running.model().description().id())) {
            return "segwatch.inference.candidate-model has the name and version of the model that runs, " + id
                    + "; what both observe could not be told apart. Give it another version in its model.json.";
        }
        return "";
    }

    /** Why this worker cannot do what the rollout asks for. */
    private String mismatch(ModelRollout rollout) {
        if (around.config().candidateModel().isEmpty()) {
            return "The rollout is of " + rollout.getModel() + ", and segwatch.inference.candidate-model is empty here;"
                    + " name its directory.";
        }
        if (!described.fault.isEmpty()) {
            return described.fault;
        }
        if (!described.fingerprint.equals(rollout.getFingerprint())) {
            return "The rollout is of " + rollout.getModel() + " (SHA-256 " + shortened(rollout.getFingerprint())
                    + "), and segwatch.inference.candidate-model holds " + described.id + " ("
                    + shortened(described.fingerprint) + "); copy the same directory to every inference process.";
        }
        return "";
    }

    private static String shortened(String fingerprint) {
        return fingerprint.substring(0, SHOWN_DIGITS) + "…";
    }

    private void load(long rolloutMs) {
        try {
            log.info("Loading the candidate model {}", described.id);
            SegmentationModel model =
                    SegmentationModel.load(around.config().candidateModel().orElseThrow(), networks);
            ModelLane lane = new ModelLane(worker + "-candidate", model, around, done -> {});
            // A camera's first frame is scored by the queries that exist already.
            lane.queries().awaitCaughtUp(Duration.ofSeconds(10));
            ShadowComparison comparison =
                    new ShadowComparison(running, lane, around.cameras()::definition, around.config());
            loaded = new Loaded(lane, comparison, rolloutMs);
            open.add(loaded);
        } catch (ModelException e) {
            fault = "segwatch.inference.candidate-model: " + e.getMessage();
            log.error("The candidate model cannot be loaded: {}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The worker's thread sees the plan next, and then what it used is closed. */
    private void leave() {
        Loaded leaving = loaded;
        if (leaving != null) {
            log.info(
                    "The candidate model {} is left",
                    leaving.lane.model().description().id());
            loaded = null;
            compared = camera -> false;
            plan = RolloutPlan.without(() -> applied(null));
        }
    }

    /** The worker's thread uses nothing but this any more; null for nothing. */
    private void applied(Loaded used) {
        loader.execute(FatalErrors.guarded(() -> Set.copyOf(open).stream()
                .filter(each -> each != used && each != loaded)
                .forEach(this::close)));
    }

    private void close(Loaded left) {
        open.remove(left);
        left.comparison.close();
        left.lane.close();
    }

    /** On the worker's thread: the running model goes on with the candidate's cameras. */
    private void failed(ModelException e) {
        log.error("The candidate model failed, and the running one goes on: {}", e.getMessage());
        fault = "It failed, and the running model goes on: " + e.getMessage()
                + " Roll back (./segwatch model rollback).";
        leave();
    }

    /** Empty where no candidate is configured and none is asked for. */
    Optional<CandidateStatus> status() {
        Described now = described;
        String wrong = fault.isEmpty() ? now.fault : fault;
        if (around.config().candidateModel().isEmpty() && wrong.isEmpty()) {
            return Optional.empty();
        }
        CandidateStatus.Builder status = CandidateStatus.newBuilder()
                .setModel(now.id)
                .setFingerprint(now.fingerprint)
                .setFault(wrong);
        Loaded held = loaded;
        if (held != null) {
            status.setLoaded(true)
                    .addAllCameras(held.lane.lane().processor().cameras())
                    .addAllQueries(held.lane.queries().remarks())
                    .addAllComparisons(held.comparison.comparisons())
                    .setFramesCompared(held.comparison.frames())
                    .setEncoderMs(held.comparison.encoderMs());
        }
        return Optional.of(status.build());
    }

    /** Frames that it encoded in place of the running model; any thread. */
    long encodedFrames() {
        Loaded held = loaded;
        return held == null ? 0 : held.lane.encoder().encodedFrames();
    }

    boolean alive() {
        Loaded held = loaded;
        return rollouts.alive() && (held == null || held.lane.queries().alive());
    }

    /** The worker's thread must have ended. */
    @Override
    public void close() {
        rollouts.close();
        loader.execute(() -> Set.copyOf(open).forEach(this::close));
        loader.shutdown();
        try {
            loader.awaitTermination(LONGEST_LOAD.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
