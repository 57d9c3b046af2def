package io.segwatch.inference.search;

/** How often a camera showed how much, in bins that are finer where shares are small. For one thread. */
final class ShareHistogram {
    private static final int BINS = 512;
    /** What is usual is not known from fewer frames. */
    private static final int FEWEST = 100;
    /** As live: where nothing ever moves, a hundredth of the zone counts as a deviation. */
    private static final double LEAST_DEVIATION = 0.01;

    private final int[] counts = new int[BINS];
    private int total;

    void add(double share) {
        counts[(int) Math.round(Math.sqrt(share) * (BINS - 1))]++;
        total++;
    }

    /**
     * How far a share is above the median, in halves of the span that two thirds of the frames lie in; 0 while too few
     * frames were seen.
     */
    double deviations(double share) {
        if (total < FEWEST) {
            return 0;
        }
        double deviation = Math.max(LEAST_DEVIATION, (quantile(0.84) - quantile(0.16)) / 2);
        return (share - quantile(0.5)) / deviation;
    }

    private double quantile(double part) {
        long rank = (long) Math.ceil(part * total);
        long passed = 0;
        for (int bin = 0; bin < BINS; bin++) {
            passed += counts[bin];
            if (passed >= rank) {
                double root = (double) bin / (BINS - 1);
                return root * root;
            }
        }
        return 1;
    }
}
