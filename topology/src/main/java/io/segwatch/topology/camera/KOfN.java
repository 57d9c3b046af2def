package io.segwatch.topology.camera;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.BitSet;

/** Which of the last N frames met a condition: a ring of N bits. */
final class KOfN {
    private final int size;
    private final BitSet bits;
    private int next;

    KOfN(int size) {
        this.size = size;
        this.bits = new BitSet(size);
    }

    /**
     * Adds a frame; true when at least {@code k} of the last N met the condition. Without N, the frame alone decides.
     */
    boolean add(boolean met, int k) {
        if (size == 0) {
            return met;
        }
        bits.set(next, met);
        next = (next + 1) % size;
        return bits.cardinality() >= k;
    }

    boolean isEmpty() {
        return bits.isEmpty();
    }

    void clear() {
        bits.clear();
        next = 0;
    }

    /** Layout: the next position, the number of longs, the bits as little-endian longs. */
    void write(DataOutput out) throws IOException {
        out.writeInt(next);
        long[] words = bits.toLongArray();
        out.writeInt(words.length);
        for (long word : words) {
            out.writeLong(word);
        }
    }

    void read(DataInput in) throws IOException {
        next = in.readInt();
        long[] words = new long[in.readInt()];
        for (int i = 0; i < words.length; i++) {
            words[i] = in.readLong();
        }
        bits.or(BitSet.valueOf(words));
    }
}
