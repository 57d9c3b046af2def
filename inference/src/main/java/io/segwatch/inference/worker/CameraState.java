package io.segwatch.inference.worker;

import io.segwatch.inference.model.Encoding;
import io.segwatch.inference.scoring.EncodedQuery;
import io.segwatch.inference.scoring.Smoother;
import io.segwatch.v1.Frame;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;

/** What the worker remembers of one camera between two frames. For one thread. */
final class CameraState implements AutoCloseable {
    /** Two pictures whose features are less alike show different scenes. */
    private static final double CUT_COSINE = 0.7;

    private final Map<EncodedQuery, Smoother> smoothers = new IdentityHashMap<>();
    private final EncodingRing ring;
    private long epoch = -1;
    private float[] feature;
    private int skipped;

    CameraState(InferenceConfig config) {
        this.ring = new EncodingRing(config.ringSeconds() * 1_000L, config.promptFrames());
    }

    /** Smoothing starts over when the camera has connected anew and at a cut; true when it did. */
    boolean startFrame(Frame frame, Encoding encoding) {
        float[] now = new float[encoding.dims()];
        encoding.imageFeature().get(0, now);
        boolean cut = feature == null || cosine(feature, now) < CUT_COSINE;
        boolean anew = cut || frame.getId().getEpoch() != epoch;
        if (anew) {
            smoothers.values().forEach(Smoother::reset);
        }
        feature = now;
        epoch = frame.getId().getEpoch();
        return anew;
    }

    Map<EncodedQuery, Smoother> smoothers() {
        return smoothers;
    }

    /** @param queries compared by identity */
    void forgetAllBut(Set<EncodedQuery> queries) {
        smoothers.keySet().removeIf(query -> !queries.contains(query));
    }

    EncodingRing ring() {
        return ring;
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

    private static double cosine(float[] a, float[] b) {
        double sum = 0;
        for (int d = 0; d < a.length; d++) {
            sum += (double) a[d] * b[d];
        }
        return sum;
    }

    @Override
    public void close() {
        ring.close();
    }
}
