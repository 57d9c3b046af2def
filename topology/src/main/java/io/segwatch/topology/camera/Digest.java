package io.segwatch.topology.camera;

import com.google.protobuf.UnsafeByteOperations;
import io.segwatch.topology.state.CameraState.DigestState;
import org.apache.datasketches.memory.Memory;
import org.apache.datasketches.tdigest.TDigestDouble;

/**
 * A running distribution of numbers 0..1, in at most about 1.3 kB. Zeros, of which a share has many, are counted apart:
 * a sketch would smear them. For one thread.
 *
 * <p>The sketch is a t-digest (T. Dunning, O. Ertl, "Computing extremely accurate quantiles using t-digests", 2019): of
 * the library's quantile sketches the one whose result does not hang on random numbers, as long as no two numbers are
 * equal (its sort draws random pivots). So each gets a trace added that makes it differ from the others, and the same
 * numbers give the same bytes, after a restart too.
 */
final class Digest {
    /** About twice as many centroids; a quantile is then off by under one rank in a hundred. */
    private static final short COMPRESSION = 50;

    /** Far under what anyone can see, and far over the spacing of doubles. */
    private static final double TRACE = 1e-13;
    /** Digests that are merged should have different slots. */
    static final int SLOTS = 16;

    private final int slot;
    private long zeros;
    private TDigestDouble others = new TDigestDouble(COMPRESSION);

    /** @param slot 0 to 15 */
    Digest(int slot) {
        this.slot = slot;
    }

    void add(double value) {
        if (value == 0) {
            zeros++;
        } else {
            others.update(value + (others.getTotalWeight() * SLOTS + slot) * TRACE);
        }
    }

    /**
     * Ends a batch of numbers. What is written or asked later is the same then, whenever that is: else the sketch would
     * hang on the moments of commits, and on what killed a process between two.
     */
    void compress() {
        if (!others.isEmpty()) {
            others.compress();
        }
    }

    void merge(Digest other) {
        zeros += other.zeros;
        if (!other.others.isEmpty()) {
            others.merge(other.others);
        }
    }

    long count() {
        return zeros + others.getTotalWeight();
    }

    long zeros() {
        return zeros;
    }

    /** How many of the numbers are at or under {@code value}; an estimate for the others than zero. */
    double atMost(double value) {
        if (value < 0) {
            return 0;
        }
        if (others.isEmpty() || value == 0) {
            return zeros;
        }
        return zeros + others.getRank(value) * others.getTotalWeight();
    }

    /** The number at a rank, 0..1, among those over zero; NaN when there are none. */
    double quantileOfOthers(double rank) {
        return others.isEmpty() ? Double.NaN : others.getQuantile(rank);
    }

    DigestState toState() {
        DigestState.Builder state = DigestState.newBuilder().setSlot(slot).setZeros(zeros);
        if (!others.isEmpty()) {
            state.setSketch(UnsafeByteOperations.unsafeWrap(others.toByteArray()));
        }
        return state.build();
    }

    static Digest of(DigestState state) {
        Digest digest = new Digest(state.getSlot());
        digest.zeros = state.getZeros();
        if (!state.getSketch().isEmpty()) {
            digest.others = TDigestDouble.heapify(Memory.wrap(state.getSketch().toByteArray()));
        }
        return digest;
    }
}
