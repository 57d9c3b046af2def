package io.segwatch.ingest.deal;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.function.Function;

/** Slots as bytes: two for each, so that those of all members together have a bound however many there are. */
final class SlotBytes {
    private static final byte VERSION = 1;

    private SlotBytes() {}

    /** With room for {@code head} bytes and the slots. */
    static ByteBuffer allocate(int head, BitSet slots) {
        return ByteBuffer.allocate(1 + head + Short.BYTES * (1 + slots.cardinality()))
                .put(VERSION);
    }

    static ByteBuffer put(ByteBuffer bytes, BitSet slots) {
        bytes.putShort((short) slots.cardinality());
        slots.stream().forEach(slot -> bytes.putShort((short) slot));
        return bytes;
    }

    static BitSet get(ByteBuffer bytes) {
        BitSet slots = new BitSet(Slots.ALL);
        for (int left = bytes.getShort(); left > 0; left--) {
            int slot = bytes.getShort();
            if (slot < 0 || slot >= Slots.ALL) {
                throw new IllegalArgumentException("There is no slot " + slot);
            }
            slots.set(slot);
        }
        return slots;
    }

    static <T> T read(ByteBuffer encoded, Function<ByteBuffer, T> parts) {
        ByteBuffer bytes = encoded == null ? ByteBuffer.allocate(0) : encoded.duplicate();
        try {
            byte version = bytes.get();
            if (version != VERSION) {
                throw new IllegalArgumentException("Version " + version + " is not known");
            }
            return parts.apply(bytes);
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("Too short", e);
        }
    }
}
