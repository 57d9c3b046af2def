package io.segwatch.inference.model;

import java.nio.ByteBuffer;

/**
 * The size that a JPEG declares (ITU-T T.81, B.1.1.3 and B.2.2), read before it is decoded so that a small record
 * cannot ask for gigabytes; a JPEG that is cut off is refused, because decoders fill the missing part with grey.
 * Pixels.
 */
public record JpegHeader(int width, int height) {
    private static final int MARKER = 0xff;
    private static final int START = 0xd8;
    private static final int END = 0xd9;
    private static final int SCAN = 0xda;

    /** True when the bytes begin as a JPEG does. */
    public static boolean isJpeg(ByteBuffer bytes) {
        return bytes.limit() >= 4 && at(bytes, 0) == MARKER && at(bytes, 1) == START;
    }

    /**
     * Reads the header at the buffer's start.
     *
     * @throws IllegalArgumentException when it is no complete JPEG
     */
    public static JpegHeader read(ByteBuffer jpeg) {
        int size = jpeg.limit();
        if (!isJpeg(jpeg)) {
            throw new IllegalArgumentException("the picture is no JPEG (" + size + " bytes)");
        }
        JpegHeader header = null;
        int i = 2;
        while (i + 9 < size && at(jpeg, i) == MARKER) {
            int marker = at(jpeg, i + 1);
            if (marker == MARKER) {
                i++;
                continue;
            }
            if (isFrame(marker)) {
                // Segment: length 2, precision 1, height 2, width 2.
                header = new JpegHeader(word(jpeg, i + 7), word(jpeg, i + 5));
            }
            i += 2 + word(jpeg, i + 2);
            if (marker == SCAN) {
                break;
            }
        }
        if (header == null) {
            throw new IllegalArgumentException("the JPEG declares no size");
        }
        if (!endsAfter(jpeg, i)) {
            throw new IllegalArgumentException("the JPEG is cut off after " + size + " bytes");
        }
        return header;
    }

    /** Searches from the end: bytes may follow the end marker, and an earlier one may belong to a preview picture. */
    private static boolean endsAfter(ByteBuffer jpeg, int from) {
        for (int i = jpeg.limit() - 2; i >= from; i--) {
            if (at(jpeg, i) == MARKER && at(jpeg, i + 1) == END) {
                return true;
            }
        }
        return false;
    }

    /** SOF0 to SOF15, among which DHT, JPG and DAC have their codes. */
    private static boolean isFrame(int marker) {
        return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
    }

    private static int at(ByteBuffer bytes, int i) {
        return bytes.get(i) & 0xff;
    }

    private static int word(ByteBuffer bytes, int i) {
        return at(bytes, i) << 8 | at(bytes, i + 1);
    }
}
