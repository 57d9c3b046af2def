package io.segwatch.topology.camera;

import java.util.stream.DoubleStream;

/**
 * How far a distribution is from its baseline: the Jensen-Shannon distance (J. Lin, "Divergence measures based on the
 * Shannon entropy", 1991; its square root is a metric, D. Endres and J. Schindelin, 2003), 0 for the same to 1 for
 * nothing in common. The bins are zero and the tenths of what the baseline has over zero.
 */
final class Drift {
    private static final int TENTHS = 10;
    private static final int GRID = 10_000;

    private Drift() {}

    static double distance(Digest baseline, MergedDigest recent) {
        double[] edges = edges(baseline);
        double divergence = 0;
        double p0 = 0;
        double q0 = 0;
        for (int bin = 0; bin <= edges.length; bin++) {
            boolean last = bin == edges.length;
            double p1 = last ? 1 : baseline.atMost(edges[bin]) / baseline.count();
            double q1 = last ? 1 : recent.atMost(edges[bin]) / recent.count();
            double p = Math.max(0, p1 - p0);
            double q = Math.max(0, q1 - q0);
            divergence += (half(p, q) + half(q, p)) / 2;
            p0 = p1;
            q0 = q1;
        }
        return Math.sqrt(Math.max(0, Math.min(1, divergence)));
    }

    private static double half(double p, double q) {
        return p == 0 ? 0 : p * Math.log(2 * p / (p + q)) / Math.log(2);
    }

    private static double[] edges(Digest baseline) {
        DoubleStream.Builder edges = DoubleStream.builder().add(0);
        for (int tenth = 1; tenth < TENTHS; tenth++) {
            double edge = baseline.quantileOfOthers((double) tenth / TENTHS);
            if (edge > 0) {
                // Between the points of a grid, so that frames of one and the same value all fall on one side.
                edges.add((Math.floor(edge * GRID) + 0.5) / GRID);
            }
        }
        return edges.build().sorted().distinct().toArray();
    }
}
