package io.segwatch.topology.camera;

import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/** How often a measure had which value, and the threshold that parts its idle from its busy times. */
final class Distribution {
    /** Where to open and where to close. */
    record Suggestion(double enter, double exit) {}

    private static final int REPORTED_BINS = 100;
    /** Bins of the value's square root: shares that matter are often a few per cent, and need the finer bins. */
    private static final int FINE_BINS = 400;
    /** Share of the variance that lies between the two sides, from which on they are taken for two. */
    private static final double TWO_SIDES = 0.6;

    private static final double HYSTERESIS = 0.6;
    private static final double LEAST_ENTER = 0.002;
    /** Where no value reaches it, what was looked for was not there. */
    private static final double LEAST_SEEN = 2 * LEAST_ENTER;

    private final long[] reported = new long[REPORTED_BINS];
    private final long[] fine = new long[FINE_BINS];
    private long count;

    /** Of a blend of digests, as if each of its numbers had been added. */
    static Distribution of(MergedDigest blend) {
        Distribution distribution = new Distribution();
        double below = 0;
        for (int i = 0; i < FINE_BINS; i++) {
            double root = (i + 1.0) / FINE_BINS;
            double upTo = i == FINE_BINS - 1 ? blend.count() : blend.atMost(root * root);
            distribution.fine[i] = Math.round(upTo) - Math.round(below);
            below = upTo;
        }
        distribution.count = blend.count();
        return distribution;
    }

    /** Adds a value; what is outside 0..1 counts as 0 or 1, and NaN not at all. */
    void add(double value) {
        if (Double.isNaN(value)) {
            return;
        }
        double bounded = Math.max(0, Math.min(1, value));
        reported[(int) Math.min(REPORTED_BINS - 1, bounded * REPORTED_BINS)]++;
        fine[(int) Math.min(FINE_BINS - 1, Math.sqrt(bounded) * FINE_BINS)]++;
        count++;
    }

    /** 100 bins of 0..1. */
    List<Long> histogram() {
        return LongStream.of(reported).boxed().toList();
    }

    /**
     * The threshold that best parts the values into two groups (N. Otsu, 1979), where there are two; otherwise a
     * quarter beyond all but one in a hundred values. Empty without values, and where none is seen to be more than
     * nothing: what parts noise from noise says nothing of what comes.
     */
    Optional<Suggestion> suggest(boolean below) {
        if (count == 0 || quantile(1) < LEAST_SEEN) {
            return Optional.empty();
        }
        double split = otsu();
        if (split < 0) {
            split = below ? quantile(0.01) * 0.75 : quantile(0.99) * 1.25;
        }
        double enter = Math.max(LEAST_ENTER, Math.min(1, split));
        return Optional.of(new Suggestion(enter, below ? Math.min(1, enter / HYSTERESIS) : enter * HYSTERESIS));
    }

    private double otsu() {
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < FINE_BINS; i++) {
            sum += (double) i * fine[i];
            squares += (double) i * i * fine[i];
        }
        double variance = squares / count - sum / count * (sum / count);
        double best = 0;
        // Between two groups all splits are alike; the middle of them keeps clear of both.
        int first = -1;
        int last = -1;
        long left = 0;
        double leftSum = 0;
        for (int i = 0; i < FINE_BINS - 1; i++) {
            left += fine[i];
            leftSum += (double) i * fine[i];
            if (left == 0 || left == count) {
                continue;
            }
            double apart = leftSum / left - (sum - leftSum) / (count - left);
            double between = (double) left / count * (count - left) / count * apart * apart;
            if (between > best * (1 + 1e-12)) {
                best = between;
                first = i;
            }
            if (between >= best * (1 - 1e-12)) {
                last = i;
            }
        }
        if (first < 0 || best / variance < TWO_SIDES) {
            return -1;
        }
        double root = ((first + last) / 2.0 + 1) / FINE_BINS;
        return root * root;
    }

    private double quantile(double share) {
        long below = 0;
        for (int i = 0; i < FINE_BINS; i++) {
            below += fine[i];
            if (below >= share * count) {
                double root = (i + 1.0) / FINE_BINS;
                return root * root;
            }
        }
        return 1;
    }
}
