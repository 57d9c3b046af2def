package io.segwatch.bench.scale;

import java.util.Comparator;
import java.util.List;

/** Costs of a frame from what cameras did: the sizes in between are then a prediction. */
final class CostsFound {
    /** What the topology takes for an observation with 200 rules: docs/alerts.md, 33,200 a second of a core. */
    private static final double TOPOLOGY_MS = 1_000 / 33_200.0;

    /** docs/storage.md: a frame of the demo's street; vectors, thumbnails, observations and areas of a day. */
    private static final double FRAME_BYTES = 30_700;

    private static final double KEPT_BYTES_A_DAY = 130e6 + 207e6 + 800e6 + 92e6;
    /** Beside the encoder, of a frame's time in the worker; from profiles, and small beside what is measured here. */
    private static final double DECODING = 0.08;

    private static final double SCORING = 0.17;
    private static final int MAX_BATCH = 4;
    private static final double COMMIT_MS = 100;

    private CostsFound() {}

    /**
     * From the fewest and the most cameras: the worker's time from the rate of a worker that always has work, the way
     * to it from the age of frames that hardly wait.
     *
     * @throws IllegalArgumentException when the most cameras did not fill a worker
     */
    static Costs of(List<MeasuredPoint> points, double fps) {
        MeasuredPoint few = points.stream()
                .min(Comparator.comparing(MeasuredPoint::cameras))
                .orElseThrow();
        MeasuredPoint many = points.stream()
                .max(Comparator.comparing(MeasuredPoint::cameras))
                .orElseThrow();
        if (many.fps() > 0.8 * fps) {
            throw new IllegalArgumentException(many.cameras() + " cameras at " + fps
                    + " frames a second do not fill the worker: measure with more");
        }
        double frameMs = 1_000 / (many.fps() * many.cameras());
        double publishMs = Math.max(1, few.meanMs() - many.ingestMs() - frameMs * (1 + DECODING + SCORING));
        double spread = Math.min(0.5, Math.max(0.05, (few.p95Ms() - few.p50Ms()) / 3 / frameMs));
        return new Costs(
                fps,
                many.ingestMs(),
                publishMs,
                DECODING * frameMs,
                0,
                frameMs,
                SCORING * frameMs,
                spread,
                MAX_BATCH,
                TOPOLOGY_MS,
                COMMIT_MS,
                FRAME_BYTES,
                KEPT_BYTES_A_DAY);
    }
}
