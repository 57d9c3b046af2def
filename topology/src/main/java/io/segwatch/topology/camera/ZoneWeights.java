package io.segwatch.topology.camera;

/**
 * What each cell of a mask's grid counts for in a zone, summed up along the mask's column-major positions: the weight
 * of a run is one subtraction. Only the columns that the zone touches are kept.
 */
final class ZoneWeights {
    private final int first;
    /** sums[i] is the weight of the positions first .. first + i - 1. */
    private final double[] sums;

    /** @param weights of each cell, column-major */
    ZoneWeights(double[] weights) {
        int from = 0;
        int to = weights.length;
        while (from < to && weights[from] == 0) {
            from++;
        }
        while (to > from && weights[to - 1] == 0) {
            to--;
        }
        this.first = from;
        this.sums = new double[to - from + 1];
        for (int i = from; i < to; i++) {
            sums[i - from + 1] = sums[i - from] + weights[i];
        }
    }

    /** Share of the zone that the runs cover, 0..1; 0 for a zone of which nothing is left. */
    double share(MaskRuns runs) {
        int last = sums.length - 1;
        double total = sums[last];
        if (total <= 0) {
            return 0;
        }
        double covered = 0;
        for (int i = 0; i < runs.count(); i++) {
            int from = Math.max(0, runs.from(i) - first);
            int to = Math.min(last, runs.to(i) - first);
            if (from < to) {
                covered += sums[to] - sums[from];
            }
        }
        return Math.min(1, covered / total);
    }

    /** Weight of the whole zone: cells, or their sides for a line. */
    double total() {
        return sums[sums.length - 1];
    }
}
