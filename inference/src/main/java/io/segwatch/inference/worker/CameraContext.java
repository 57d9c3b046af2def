package io.segwatch.inference.worker;

import io.segwatch.inference.model.EncodedQuery;
import io.segwatch.inference.model.Encoding;
import io.segwatch.inference.model.Vectors;
import io.segwatch.inference.scoring.Smoother;
import io.segwatch.v1.Frame;
import io.segwatch.v1.Observation;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;

/** One camera's state between frames: smoothing, history and counts. For one thread. */
final class CameraContext implements AutoCloseable {
    /** Two pictures whose features are less alike show different scenes. */
    private static final double CUT_COSINE = 0.7;

    private final Map<EncodedQuery, Smoother> smoothers = new IdentityHashMap<>();
    private final EncodingHistory history;
    private final MotionDetector motion;
    private long epoch = -1;
    private float[] feature;
    private Observation last;
    private int skipped;
    private int partition = -1;
    private long lastSeenNanos;

    CameraContext(InferenceConfig config) {
        this.history = new EncodingHistory(config.history().toMillis(), config.promptFrames());
        this.motion = new MotionDetector(config.smoothing().toMillis());
    }

    /** Resets the smoothing at a cut and after a reconnect; true when it did. */
    boolean startFrame(Frame frame, Encoding encoding) {
        float[] now = new float[encoding.dims()];
        encoding.imageFeature().get(0, now);
        boolean cut = feature == null || Vectors.dot(feature, now) < CUT_COSINE;
        boolean reset = cut || frame.getId().getEpoch() != epoch;
        if (reset) {
            smoothers.values().forEach(Smoother::reset);
            motion.reset();
        }
        feature = now;
        epoch = frame.getId().getEpoch();
        return reset;
    }

    MotionDetector motion() {
        return motion;
    }

    Map<EncodedQuery, Smoother> smoothers() {
        return smoothers;
    }

    /** @param queries compared by identity */
    void retainSmoothers(Set<EncodedQuery> queries) {
        smoothers.keySet().removeIf(query -> !queries.contains(query));
    }

    /** What was said of the last frame that was encoded; null before the first. */
    Observation last() {
        return last;
    }

    void last(Observation said) {
        last = said;
    }

    EncodingHistory history() {
        return history;
    }

    /** A frame came from this partition of the frames' topic. */
    void seen(int framePartition) {
        partition = framePartition;
        lastSeenNanos = System.nanoTime();
    }

    int partition() {
        return partition;
    }

    long lastSeenNanos() {
        return lastSeenNanos;
    }

    void skipped(int frames) {
        skipped += frames;
    }

    /** Frames skipped since the last call. */
    int takeSkipped() {
        int taken = skipped;
        skipped = 0;
        return taken;
    }

    @Override
    public void close() {
        history.close();
    }
}
