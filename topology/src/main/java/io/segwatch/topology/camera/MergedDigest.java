package io.segwatch.topology.camera;

import java.util.List;

/** Several digests seen as one distribution. */
record MergedDigest(List<Digest> parts) {
    long count() {
        long count = 0;
        for (Digest part : parts) {
            count += part.count();
        }
        return count;
    }

    /** Share of the numbers that are 0. */
    double absent() {
        long count = count();
        return count == 0 ? 0 : (double) parts.stream().mapToLong(Digest::zeros).sum() / count;
    }

    double atMost(double value) {
        double count = 0;
        for (Digest part : parts) {
            count += part.atMost(value);
        }
        return count;
    }

    /** How many numbers lie in each of {@code bins} equal parts of 0..1; zeros in the first. */
    long[] histogram(int bins) {
        long[] histogram = new long[bins];
        double below = 0;
        for (int bin = 0; bin < bins; bin++) {
            double upTo = bin == bins - 1 ? count() : atMost((bin + 1.0) / bins);
            histogram[bin] = Math.round(upTo) - Math.round(below);
            below = upTo;
        }
        return histogram;
    }

    Digest merged() {
        Digest merged = new Digest(0);
        parts.forEach(merged::merge);
        return merged;
    }
}
