package io.segwatch.ingest.deal;

import java.nio.ByteBuffer;
import java.util.BitSet;

/**
 * What a member tells the group's leader of itself when it joins.
 *
 * @param generation of the deal that its slots are from
 * @param epoch the newest that it has given a connection
 * @param capacity cameras that it grabs at most, 1 or more
 * @param files whether it may read files, {@code devices} whether it may open devices
 * @param slots that it grabs from
 */
record Claim(int generation, long epoch, int capacity, boolean files, boolean devices, BitSet slots) {

    boolean takes(Slots.Kind kind) {
        return switch (kind) {
            case NETWORK -> true;
            case FILE -> files;
            case DEVICE -> devices;
        };
    }

    Claim with(BitSet others) {
        return new Claim(generation, epoch, capacity, files, devices, others);
    }

    ByteBuffer encode() {
        ByteBuffer bytes = SlotBytes.allocate(2 * Integer.BYTES + Long.BYTES + 2, slots)
                .putInt(generation)
                .putLong(epoch)
                .putInt(capacity)
                .put((byte) (files ? 1 : 0))
                .put((byte) (devices ? 1 : 0));
        return SlotBytes.put(bytes, slots).flip();
    }

    /** @throws IllegalArgumentException when another program joined the group */
    static Claim decode(ByteBuffer encoded) {
        return SlotBytes.read(
                encoded,
                bytes -> new Claim(
                        bytes.getInt(),
                        bytes.getLong(),
                        Math.max(1, bytes.getInt()),
                        bytes.get() == 1,
                        bytes.get() == 1,
                        SlotBytes.get(bytes)));
    }
}
