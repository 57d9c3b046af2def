package io.segwatch.inference.worker;

import com.google.protobuf.ByteString;

/**
 * The size that a JPEG declares (ITU-T T.81, B.1.1.3 and B.2.2), read before it is decoded so that a small record
 * cannot ask for gigabytes. Pixels.
 */
record JpegHeader(int width, int height) {
    private static final int MARKER = 0xff;
    private static final int START = 0xd8;
    private static final int END = 0xd9;
    private static final int SCAN = 0xda;

    /** @throws IllegalArgumentException when it is no complete JPEG */
    static JpegHeader read(ByteString jpeg) {
        int size = jpeg.size();
        if (size < 4 || at(jpeg, 0) != MARKER || at(jpeg, 1) != START) {
            throw new IllegalArgumentException("the picture is no JPEG (" + size + " bytes)");
        }
        if (at(jpeg, size - 2) != MARKER || at(jpeg, size - 1) != END) {
            throw new IllegalArgumentException("the JPEG is cut off after " + size + " bytes");
        }
        int i = 2;
        while (i + 9 < size) {
            if (at(jpeg, i) != MARKER) {
                break;
            }
            int marker = at(jpeg, i + 1);
            if (marker == MARKER) {
                i++;
                continue;
            }
            if (isFrame(marker)) {
                // Segment: length 2, precision 1, height 2, width 2.
                return new JpegHeader(word(jpeg, i + 7), word(jpeg, i + 5));
            }
            if (marker == SCAN) {
                break;
            }
            i += 2 + word(jpeg, i + 2);
        }
        throw new IllegalArgumentException("the JPEG declares no size");
    }

    /** SOF0 to SOF15, among which DHT, JPG and DAC have their codes. */
    private static boolean isFrame(int marker) {
        return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
    }

    private static int at(ByteString bytes, int i) {
        return bytes.byteAt(i) & 0xff;
    }

    private static int word(ByteString bytes, int i) {
        return at(bytes, i) << 8 | at(bytes, i + 1);
    }
}
