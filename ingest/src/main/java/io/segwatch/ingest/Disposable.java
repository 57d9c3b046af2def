package io.segwatch.ingest;

import java.nio.ByteBuffer;

/**
 * Tells which packets of an H.264 or H.265 stream hold a picture that no other picture refers to: by
 * {@code nal_ref_idc} (ITU-T H.264, 7.4.1), and by a sub-layer non-reference picture of the highest temporal sub-layer
 * (H.265, 7.4.2.2). Of other codecs nothing is known. For one thread.
 */
final class Disposable {
    private static final int H265_LAST_PICTURE = 31;
    private static final int H265_LAST_NON_REFERENCE = 14;
    /** Parameter sets and messages come before a picture's first slice, and are few and small. */
    private static final int MOST_BYTES = 4_096;

    private final boolean h264;
    private final boolean h265;
    /** Bytes of the length in front of each unit, as in MP4; 0 where start codes stand between them. */
    private final int lengthBytes;

    private int highestLayer;

    /**
     * @param codec FFmpeg's name
     * @param extradata the stream's, which tells how units are parted; empty for none
     */
    Disposable(String codec, ByteBuffer extradata) {
        h264 = codec.equals("h264");
        h265 = codec.equals("hevc");
        int at = h264 ? 4 : 21;
        boolean boxed = (h264 || h265) && extradata.limit() > at && extradata.get(0) == 1;
        lengthBytes = boxed ? (extradata.get(at) & 3) + 1 : 0;
    }

    /** Whether the packet's picture can be left out without harm to any other. */
    boolean test(ByteBuffer packet) {
        if (!h264 && !h265) {
            return false;
        }
        for (int at = unit(packet, 0); at >= 0; at = unit(packet, at)) {
            int first = packet.get(at) & 0xFF;
            if (h264 && (first & 0x1F) >= 1 && (first & 0x1F) <= 5) {
                return (first & 0x60) == 0;
            }
            int type = first >> 1 & 0x3F;
            if (h265 && type <= H265_LAST_PICTURE && at + 1 < packet.limit()) {
                int layer = packet.get(at + 1) & 7;
                highestLayer = Math.max(highestLayer, layer);
                return type <= H265_LAST_NON_REFERENCE && type % 2 == 0 && layer == highestLayer;
            }
        }
        return false;
    }

    /** Where the unit begins that follows the one at {@code from}, 0 for the first; -1 for none. */
    private int unit(ByteBuffer packet, int from) {
        return lengthBytes > 0 ? afterLength(packet, from) : afterStartCode(packet, from);
    }

    private int afterLength(ByteBuffer packet, int from) {
        long at = from == 0 ? 0 : from + length(packet, from - lengthBytes);
        return at + lengthBytes < packet.limit() ? (int) at + lengthBytes : -1;
    }

    private long length(ByteBuffer packet, int at) {
        long length = 0;
        for (int i = at; i < at + lengthBytes; i++) {
            length = length << 8 | packet.get(i) & 0xFF;
        }
        return length;
    }

    private static int afterStartCode(ByteBuffer packet, int from) {
        int end = Math.min(packet.limit() - 3, from + MOST_BYTES);
        for (int i = from; i < end; i++) {
            if (packet.get(i) == 0 && packet.get(i + 1) == 0 && packet.get(i + 2) == 1) {
                return i + 3;
            }
        }
        return -1;
    }
}
