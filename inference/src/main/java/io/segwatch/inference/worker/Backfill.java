package io.segwatch.inference.worker;

import io.segwatch.inference.model.EncodedQuery;
import io.segwatch.inference.scoring.Smoother;
import io.segwatch.v1.Observation;
import io.segwatch.v1.QueryMask;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Scores a new query on one camera's cached frames, a frame a step, oldest first. For the worker's thread. */
final class Backfill implements AutoCloseable {
    private final String camera;
    private final EncodingHistory history;
    private final QueryScorer scorer;
    private final long untilMs;
    private final Map<EncodedQuery, Smoother> smoothers = new IdentityHashMap<>();
    /** What is still to be said of frames that the last encoding answered too. */
    private final Deque<Observation> reused = new ArrayDeque<>();

    private long doneMs = Long.MIN_VALUE;
    private long epoch = -1;

    /** Covers the frames that {@code history} holds now; later ones are scored live. */
    Backfill(String camera, EncodingHistory history, QueryScorer scorer) {
        this.camera = camera;
        this.history = history;
        this.scorer = scorer;
        List<CachedEncoding> cached = history.all();
        this.untilMs = cached.isEmpty()
                ? Long.MIN_VALUE
                : cached.get(cached.size() - 1).capturedAtMs();
    }

    String camera() {
        return camera;
    }

    /** The observation of the next frame; empty at the end. Frames that have left the history are skipped. */
    Optional<Observation> step(Fp32Buffers buffers, String model) {
        if (!reused.isEmpty()) {
            return Optional.of(reused.removeFirst());
        }
        for (CachedEncoding cached : history.all()) {
            if (cached.capturedAtMs() > doneMs && cached.capturedAtMs() <= untilMs) {
                doneMs = cached.capturedAtMs();
                return Optional.of(score(cached, buffers, model));
            }
        }
        return Optional.empty();
    }

    private Observation score(CachedEncoding cached, Fp32Buffers buffers, String model) {
        if (cached.frame().getEpoch() != epoch) {
            smoothers.clear();
            epoch = cached.frame().getEpoch();
        }
        List<QueryMask> masks = scorer.score(
                cached.toScore(buffers), cached.geometry(), cached.capturedAtMs(), cached.moving(), smoothers);
        Observation observation = Observation.newBuilder()
                .setFrame(cached.frame())
                .setCapturedAtMs(cached.capturedAtMs())
                .addAllQueries(masks)
                .setModel(model)
                .setObservedAtMs(System.currentTimeMillis())
                .setBackfill(true)
                .setTargetFps(cached.targetFps())
                .build();
        cached.reuses()
                .forEach(later -> reused.addLast(observation.toBuilder()
                        .setFrame(later.frame())
                        .setCapturedAtMs(later.capturedAtMs())
                        .setReusedEncodingOf(cached.frame())
                        .build()));
        return observation;
    }

    @Override
    public void close() {
        scorer.close();
    }
}
