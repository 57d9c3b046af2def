package io.segwatch.topology.camera;

/** What a frame's numbers are compared with. For one thread. */
interface Baseline {
    /**
     * How far a share is from its mean in the hour of {@code atMs}, in standard deviations, -100..100; NaN while that
     * is not known.
     */
    double zScore(String zone, String query, long atMs, double share);

    /** How far a query has drifted from its baseline on the whole frame, 0..1; NaN while that is not known. */
    double drift(String query);
}
