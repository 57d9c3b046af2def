package io.segwatch.inference.scoring;

/**
 * Exponential smoothing, in event time, of one query's probabilities on one camera, against flicker. Where the picture
 * moves, a small change is taken over with the time constant; a large one is a thing, not noise, and is taken over at
 * once, so that masks do not trail behind: with d the change, the new value moves by d · min(1, 1 − exp(−Δt/τ) + 8·d²).
 * Where nothing moves, a change of any size is noise, and moves it by d · (1 − exp(−Δt/4τ)). For one thread.
 */
public final class Smoother {
    private static final float AT_ONCE = 8;
    private static final double STILL = 4;

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

    /**
     * Replaces the probabilities of the frame captured at {@code atMs} by the smoothed ones.
     *
     * @param moving the positions where the picture may have changed; null where that is not known
     */
    public void smooth(float[] probabilities, long atMs, boolean[] moving) {
        if (state == null || state.length != probabilities.length || atMs < lastMs) {
            state = probabilities.clone();
        } else if (timeConstantMs > 0) {
            float keepUp = (float) (1 - Math.exp(-(atMs - lastMs) / timeConstantMs));
            float still = (float) (1 - Math.exp(-(atMs - lastMs) / (STILL * timeConstantMs)));
            for (int p = 0; p < probabilities.length; p++) {
                float change = probabilities[p] - state[p];
                boolean moves = moving == null || moving[p];
                state[p] += change * (moves ? Math.min(1, keepUp + AT_ONCE * change * change) : still);
            }
            System.arraycopy(state, 0, probabilities, 0, state.length);
        }
        lastMs = atMs;
    }
}
