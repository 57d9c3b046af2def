package io.segwatch.inference.worker;

import io.segwatch.v1.AreaComparison;
import java.util.Arrays;

/** How far two models agree on one query in one zone of one camera, frame by frame. For one thread. */
final class AreaAgreement {
    private static final int MAX_RECENT = 500;
    private static final double LEAST_VARIANCE = 1e-12;

    private final double[] recent = new double[MAX_RECENT];
    private int frames;
    private double sum;
    private double sumOfCandidate;
    private double squares;
    private double squaresOfCandidate;
    private double products;
    private double differences;
    private int withMask;
    private double overlaps;

    /**
     * Adds a frame.
     *
     * @param running the running model's mask, row-major, 0 or 1, and {@code candidate} the other's, of one size
     * @param zone places in them that count, at least one
     */
    void add(byte[] running, byte[] candidate, int[] zone) {
        int inRunning = 0;
        int inCandidate = 0;
        int inBoth = 0;
        for (int i : zone) {
            inRunning += running[i];
            inCandidate += candidate[i];
            inBoth += running[i] & candidate[i];
        }
        double share = (double) inRunning / zone.length;
        double shareOfCandidate = (double) inCandidate / zone.length;
        double difference = Math.abs(share - shareOfCandidate);
        recent[frames % MAX_RECENT] = difference;
        frames++;
        differences += difference;
        sum += share;
        sumOfCandidate += shareOfCandidate;
        squares += share * share;
        squaresOfCandidate += shareOfCandidate * shareOfCandidate;
        products += share * shareOfCandidate;
        int inEither = inRunning + inCandidate - inBoth;
        if (inEither > 0) {
            withMask++;
            overlaps += (double) inBoth / inEither;
        }
    }

    double meanDifference() {
        return frames == 0 ? 0 : differences / frames;
    }

    /** All but what is compared; there is a frame. */
    AreaComparison.Builder describe() {
        AreaComparison.Builder comparison = AreaComparison.newBuilder()
                .setFrames(frames)
                .setMeanShare(sum / frames)
                .setCandidateMeanShare(sumOfCandidate / frames)
                .setMeanDifference(meanDifference())
                .setP95Difference(p95())
                .setFramesWithMask(withMask)
                .setIou(withMask == 0 ? 0 : overlaps / withMask);
        double variance = squares / frames - Math.pow(sum / frames, 2);
        double varianceOfCandidate = squaresOfCandidate / frames - Math.pow(sumOfCandidate / frames, 2);
        if (variance > LEAST_VARIANCE && varianceOfCandidate > LEAST_VARIANCE) {
            double covariance = products / frames - sum / frames * (sumOfCandidate / frames);
            double correlation = covariance / Math.sqrt(variance * varianceOfCandidate);
            comparison.setCorrelation(Math.max(-1, Math.min(1, correlation)));
        }
        return comparison;
    }

    /** The nearest rank. */
    private double p95() {
        double[] sorted = Arrays.copyOf(recent, Math.min(frames, MAX_RECENT));
        Arrays.sort(sorted);
        return sorted[(int) Math.ceil(0.95 * sorted.length) - 1];
    }
}
