package io.segwatch.inference.scoring;

/**
 * Exponential smoothing, in event time, of one query's probabilities on one camera, against flicker. A small change is
 * taken over with the time constant; a large one is motion, not noise, and is taken over at once, so that masks do not
 * trail behind: with d the change, the new value moves by d · min(1, 1 − exp(−Δt/τ) + 4·d²). For one thread.
 */
public final class Smoother {
    private static final float MOTION = 4;

    private final double timeConstantMs;
    private float[] state;
    private long lastMs;

    /** @param timeConstantMs τ; 0 for no smoothing */
    public Smoother(double timeConstantMs) {
        this.timeConstantMs = timeConstantMs;
    }

    /** Drops the state: at a cut, or after the camera has reconnected. */
    public void reset() {
        state = null;
    }

    /** Replaces the probabilities of the frame captured at {@code atMs} by the smoothed ones. */
    public void smooth(float[] probabilities, long atMs) {
        if (state == null || state.length != probabilities.length || atMs < lastMs) {
            state = probabilities.clone();
        } else if (timeConstantMs > 0) {
            float keepUp = (float) (1 - Math.exp(-(atMs - lastMs) / timeConstantMs));
            for (int p = 0; p < probabilities.length; p++) {
                float change = probabilities[p] - state[p];
                state[p] += change * Math.min(1, keepUp + MOTION * change * change);
            }
            System.arraycopy(state, 0, probabilities, 0, state.length);
        }
        lastMs = atMs;
    }
}
