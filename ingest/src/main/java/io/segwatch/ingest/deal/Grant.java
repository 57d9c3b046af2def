package io.segwatch.ingest.deal;

import java.nio.ByteBuffer;
import java.util.BitSet;

/**
 * What a member is dealt.
 *
 * @param epoch the newest that any member has given a connection
 */
record Grant(long epoch, BitSet slots) {

    ByteBuffer encode() {
        return SlotBytes.put(SlotBytes.allocate(Long.BYTES, slots).putLong(epoch), slots)
                .flip();
    }

    /** @throws IllegalArgumentException when another program leads the group */
    static Grant decode(ByteBuffer encoded) {
        return SlotBytes.read(encoded, bytes -> new Grant(bytes.getLong(), SlotBytes.get(bytes)));
    }
}
