package io.segwatch.topology.camera;

import com.google.protobuf.UnsafeByteOperations;
import io.segwatch.topology.state.CameraState.RuleState;
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

    void saveTo(RuleState.Builder state) {
        state.setRecentNext(next).setRecent(UnsafeByteOperations.unsafeWrap(bits.toByteArray()));
    }

    void load(RuleState state) {
        next = state.getRecentNext();
        bits.or(BitSet.valueOf(state.getRecent().asReadOnlyByteBuffer()));
    }
}
