package io.segwatch.inference.worker;

import io.segwatch.inference.scoring.EncodedQuery;
import io.segwatch.inference.scoring.Smoother;
import io.segwatch.v1.Observation;
import io.segwatch.v1.QueryMask;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A new query's way over one camera's kept frames, a frame a step, oldest first. For the worker's thread. */
final class Backfill implements AutoCloseable {
    private final String camera;
    private final EncodingRing ring;
    private final QueryScorer scorer;
    private final long untilMs;
    private final Map<EncodedQuery, Smoother> smoothers = new IdentityHashMap<>();
    private long doneMs = Long.MIN_VALUE;
    private long epoch = -1;

    /** Over everything that {@code ring} holds now; frames to come are scored live. */
    Backfill(String camera, EncodingRing ring, QueryScorer scorer) {
        this.camera = camera;
        this.ring = ring;
        this.scorer = scorer;
        List<KeptEncoding> kept = ring.all();
        this.untilMs =
                kept.isEmpty() ? Long.MIN_VALUE : kept.get(kept.size() - 1).capturedAtMs();
    }

    String camera() {
        return camera;
    }

    /** The observation of the next frame; empty when all are done. Frames that left the ring meanwhile are left out. */
    Optional<Observation> step(RestoreSpace space, String model) {
        for (KeptEncoding kept : ring.all()) {
            if (kept.capturedAtMs() > doneMs && kept.capturedAtMs() <= untilMs) {
                doneMs = kept.capturedAtMs();
                return Optional.of(score(kept, space, model));
            }
        }
        return Optional.empty();
    }

    private Observation score(KeptEncoding kept, RestoreSpace space, String model) {
        if (kept.frame().getEpoch() != epoch) {
            smoothers.clear();
            epoch = kept.frame().getEpoch();
        }
        List<QueryMask> masks = scorer.score(kept.toScore(space), kept.fit(), kept.capturedAtMs(), smoothers);
        return Observation.newBuilder()
                .setFrame(kept.frame())
                .setCapturedAtMs(kept.capturedAtMs())
                .addAllQueries(masks)
                .setModel(model)
                .setObservedAtMs(System.currentTimeMillis())
                .setBackfill(true)
                .setTargetFps(kept.targetFps())
                .build();
    }

    @Override
    public void close() {
        scorer.close();
    }
}
