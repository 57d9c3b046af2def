package io.segwatch.inference.search;

/**
 * How much of a cell what is looked for covers. A cell's probability is that of its mean vector: a thing that covers
 * half of it takes it about half of the way, and a thing at its edge is lost where the cell is either in or out.
 */
final class CellShare {
    /** How far on either side of the threshold a cell counts in part. */
    private static final float RAMP = 0.25f;

    private CellShare() {}

    /** 0..1, 0.5 at the threshold. */
    static float of(float probability, float threshold) {
        float ramp = Math.min(RAMP, Math.min(threshold, 1 - threshold));
        float share = 0.5f + (probability - threshold) / (2 * ramp);
        return Math.max(0, Math.min(1, share));
    }
}
