package io.segwatch.inference.worker;

import io.prometheus.client.Histogram;
import io.segwatch.inference.features.FeatureLog;
import io.segwatch.inference.model.EncodedQuery;
import io.segwatch.inference.model.Encoding;
import io.segwatch.inference.model.ImageBatch;
import io.segwatch.inference.model.SegmentationModel;
import io.segwatch.inference.worker.EncoderThread.EncodedBatch;
import io.segwatch.inference.worker.FrameBatch.ReusedFrame;
import io.segwatch.inference.worker.WaitingFrames.WaitingFrame;
import io.segwatch.kafka.Sender;
import io.segwatch.v1.Frame;
import io.segwatch.v1.FrameId;
import io.segwatch.v1.Observation;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Observes frames that have been encoded: score, send, keep, cache; and scores new queries on the cached frames. For
 * the worker's thread.
 */
final class FrameProcessor implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(FrameProcessor.class);

    private final SegmentationModel model;
    private final InferenceConfig config;
    private final Supplier<List<EncodedQueries.ActiveQuery>> queries;
    private final PromptHandler prompts;
    private final Sender<Observation> observations;
    private final FeatureLog features;
    private final FailedFrames failed;
    /** Least recently seen cameras beyond these are released: keys of frames are not bounded otherwise. */
    static final int MAX_CAMERAS = 1_000;

    /** Only the worker's thread writes it; the status is read on another. */
    private final Map<String, CameraContext> cameras = new ConcurrentHashMap<>();

    private final Map<List<EncodedQueries.ActiveQuery>, QueryScorer> scorers = new HashMap<>();
    private final Deque<Backfill> backfills = new ArrayDeque<>();
    private final Fp32Buffers buffers = new Fp32Buffers();
    private List<EncodedQueries.ActiveQuery> entries = List.of();
    private long shownBytes;

    FrameProcessor(
            SegmentationModel model,
            InferenceConfig config,
            Supplier<List<EncodedQueries.ActiveQuery>> queries,
            PromptHandler prompts,
            Sender<Observation> observations,
            FeatureLog features,
            FailedFrames failed) {
        this.model = model;
        this.config = config;
        this.queries = queries;
        this.prompts = prompts;
        this.observations = observations;
        this.features = features;
        this.failed = failed;
    }

    /**
     * Scores the frames of a batch that has been encoded. A frame that fails goes to dead-letter.
     *
     * @return the cameras that have a frame which looks like an earlier one, of which nothing is known any more
     */
    Set<String> observe(EncodedBatch done) {
        refreshQueries();
        List<WaitingFrame> frames = done.batch().frames();
        for (int i = 0; i < frames.size(); i++) {
            WaitingFrame one = frames.get(i);
            MDC.put("camera", one.frame().getId().getCamera());
            MDC.put(
                    "frame",
                    one.frame().getId().getEpoch() + "/" + one.frame().getId().getSequence());
            try {
                observe(one, done.batch().images(), i, done.seconds() * 1_000 / frames.size());
            } catch (RuntimeException e) {
                failed.put(one.record(), e);
            } finally {
                MDC.clear();
            }
        }
        return done.batch().reused().stream()
                .filter(one -> !reuse(one))
                .map(one -> one.waiting().frame().getId().getCamera())
                .collect(Collectors.toSet());
    }

    /** Says of a frame what was said of the earlier one; false where that is not known. */
    private boolean reuse(ReusedFrame reused) {
        WaitingFrame waiting = reused.waiting();
        Frame frame = waiting.frame();
        String camera = frame.getId().getCamera();
        CameraContext state = cameras.get(camera);
        InferenceMetrics.SKIPPED.inc(waiting.skipped());
        if (state == null || state.last() == null || !state.last().getFrame().equals(reused.earlier())) {
            InferenceMetrics.SKIPPED.inc();
            return false;
        }
        state.seen(waiting.record().partition());
        state.skipped(waiting.skipped());
        Observation.Builder observation = state.last().toBuilder()
                .setFrame(frame.getId())
                .setCapturedAtMs(frame.getCapturedAtMs())
                .setReusedEncodingOf(reused.earlier())
                .setEncoderMs(0)
                .setTargetFps(frame.getTargetFps())
                .setSkipped(state.takeSkipped());
        sendLive(frame, observation);
        state.history().reuse(frame);
        InferenceMetrics.REUSED.inc();
        return true;
    }

    private Observation sendLive(Frame frame, Observation.Builder observation) {
        long now = System.currentTimeMillis();
        Observation live = observation.setObservedAtMs(now).build();
        send(frame.getId().getCamera(), live, "live");
        InferenceMetrics.LATENCY_SECONDS.observe(Math.max(0, now - frame.getCapturedAtMs()) / 1e3);
        return live;
    }

    private void observe(WaitingFrame waiting, ImageBatch batch, int i, double encoderMillis) {
        Frame frame = waiting.frame();
        Encoding encoding = batch.encoding(i);
        String camera = frame.getId().getCamera();
        CameraContext state = state(camera);
        state.seen(waiting.record().partition());
        state.skipped(waiting.skipped());
        InferenceMetrics.SKIPPED.inc(waiting.skipped());
        boolean begins = state.startFrame(frame, encoding);
        if (begins) {
            prompts.dropTracks(camera, frame.getId(), frame.getCapturedAtMs());
        }
        boolean[] moving = state.motion()
                .update(
                        batch.pixels(i),
                        batch.width(),
                        batch.height(),
                        encoding.gridWidth(),
                        encoding.gridHeight(),
                        frame.getCapturedAtMs());
        Observation.Builder observation = Observation.newBuilder()
                .setFrame(frame.getId())
                .setCapturedAtMs(frame.getCapturedAtMs())
                .setModel(model.description().id())
                .setEncoderMs(encoderMillis)
                .setTargetFps(frame.getTargetFps())
                .setSkipped(state.takeSkipped());
        Histogram.Timer timer = InferenceMetrics.SCORING_SECONDS.startTimer();
        observation.addAllQueries(
                scorer(camera).score(encoding, waiting.geometry(), frame.getCapturedAtMs(), moving, state.smoothers()));
        timer.observeDuration();
        state.last(sendLive(frame, observation));
        features.frame(frame, encoding, waiting.geometry(), batch.input(i), begins, moving);
        prompts.track(frame, encoding, waiting.geometry());
        state.history().add(new CachedEncoding(frame, waiting.geometry(), encoding, moving), historyBytes());
        showHistoryBytes();
    }

    /** Beside those of another model's processor. */
    private void showHistoryBytes() {
        long bytes = cameras.values().stream()
                .mapToLong(each -> each.history().bytes())
                .sum();
        InferenceMetrics.HISTORY_BYTES.inc(bytes - shownBytes);
        shownBytes = bytes;
    }

    /** Scores new queries on cached frames for about {@code budgetMs}; true while there are more. */
    boolean backfill(long budgetMs) {
        refreshQueries();
        long end = System.nanoTime() + budgetMs * 1_000_000;
        while (!backfills.isEmpty() && System.nanoTime() < end) {
            Backfill backfill = backfills.getFirst();
            Optional<Observation> observation =
                    backfill.step(buffers, model.description().id());
            if (observation.isPresent()) {
                send(backfill.camera(), observation.get(), "backfill");
            } else {
                backfills.removeFirst().close();
            }
        }
        return !backfills.isEmpty();
    }

    /** Null when no frame of the camera has been encoded. */
    EncodingHistory history(String camera) {
        CameraContext state = cameras.get(camera);
        return state == null ? null : state.history();
    }

    Set<String> cameras() {
        return Set.copyOf(cameras.keySet());
    }

    private CameraContext state(String camera) {
        CameraContext known = cameras.get(camera);
        if (known != null) {
            return known;
        }
        if (cameras.size() >= MAX_CAMERAS) {
            Map.Entry<String, CameraContext> eldest = Collections.min(
                    cameras.entrySet(),
                    Map.Entry.comparingByValue(Comparator.comparingLong(CameraContext::lastSeenNanos)));
            release(eldest.getKey());
        }
        CameraContext state = new CameraContext(config);
        cameras.put(camera, state);
        // Every camera's share has become smaller, also that of a camera which sends nothing more.
        cameras.values().forEach(each -> each.history().trim(historyBytes()));
        return state;
    }

    private long historyBytes() {
        return config.historyMemory().bytes() / cameras.size();
    }

    /** Releases the cameras of a partition that another worker owns now. */
    void release(int partition) {
        cameras().stream()
                .filter(camera -> cameras.get(camera).partition() == partition)
                .forEach(this::release);
    }

    /** Releases a camera that was seen. */
    void release(String camera) {
        prompts.dropTracks(camera, FrameId.newBuilder().setCamera(camera).build(), System.currentTimeMillis());
        backfills.removeIf(backfill -> {
            boolean released = backfill.camera().equals(camera);
            if (released) {
                backfill.close();
            }
            return released;
        });
        features.release(camera);
        cameras.remove(camera).close();
    }

    private QueryScorer scorer(String camera) {
        List<EncodedQueries.ActiveQuery> ofCamera =
                entries.stream().filter(entry -> entry.runsOn(camera)).toList();
        return scorers.computeIfAbsent(ofCamera, list -> new QueryScorer(model, config, list));
    }

    private void refreshQueries() {
        List<EncodedQueries.ActiveQuery> now = queries.get();
        if (now == entries) {
            return;
        }
        Set<EncodedQuery> before = identities(entries);
        entries = now;
        scorers.values().forEach(QueryScorer::close);
        scorers.clear();
        Set<EncodedQuery> kept = identities(now);
        cameras.values().forEach(state -> state.retainSmoothers(kept));
        for (EncodedQueries.ActiveQuery entry : now) {
            if (!before.contains(entry.encoded())) {
                cameras.forEach((camera, state) -> {
                    if (entry.runsOn(camera)) {
                        backfills.add(
                                new Backfill(camera, state.history(), new QueryScorer(model, config, List.of(entry))));
                    }
                });
            }
        }
    }

    private static Set<EncodedQuery> identities(List<EncodedQueries.ActiveQuery> entries) {
        Set<EncodedQuery> identities = Collections.newSetFromMap(new IdentityHashMap<>());
        entries.forEach(entry -> identities.add(entry.encoded()));
        return identities;
    }

    private void send(String camera, Observation observation, String kind) {
        observations.send(camera, observation, (metadata, failure) -> {
            if (failure == null) {
                InferenceMetrics.OBSERVATIONS.labels(kind).inc();
            } else {
                InferenceMetrics.ERRORS.labels("send").inc();
                log.warn("An observation of camera {} could not be sent: {}", camera, failure.getMessage());
            }
        });
    }

    @Override
    public void close() {
        backfills.forEach(Backfill::close);
        scorers.values().forEach(QueryScorer::close);
        cameras.values().forEach(CameraContext::close);
        cameras.clear();
        showHistoryBytes();
    }
}
