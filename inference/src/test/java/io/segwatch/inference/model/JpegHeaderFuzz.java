package io.segwatch.inference.model;

import java.nio.ByteBuffer;

/** The headers of cameras' pictures. */
public final class JpegHeaderFuzz {
    private JpegHeaderFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        try {
            JpegHeader header = JpegHeader.read(ByteBuffer.wrap(data));
            if (header.width() < 0 || header.width() > 65_535 || header.height() < 0 || header.height() > 65_535) {
                throw new AssertionError("a size of " + header);
            }
        } catch (IllegalArgumentException e) {
            // It is no whole JPEG.
        }
    }
}
