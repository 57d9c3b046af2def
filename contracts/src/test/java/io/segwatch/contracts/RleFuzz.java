package io.segwatch.contracts;

import io.segwatch.v1.Mask;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Run lengths: two bytes of width, two of height, then the counts. */
public final class RleFuzz {
    /** Larger ones take the fuzzer's time and show nothing else. */
    private static final int MAX_PIXELS = 1 << 16;

    private RleFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        if (data.length < 4) {
            return;
        }
        Mask mask = Mask.newBuilder()
                .setWidth(number(data, 0))
                .setHeight(number(data, 2))
                .setCounts(new String(data, 4, data.length - 4, StandardCharsets.UTF_8))
                .build();
        if ((long) mask.getWidth() * mask.getHeight() > MAX_PIXELS) {
            return;
        }
        byte[] pixels;
        try {
            pixels = Rle.decode(mask);
        } catch (IllegalArgumentException e) {
            return;
        }
        int inside = 0;
        for (byte pixel : pixels) {
            inside += pixel;
        }
        if (inside != Rle.area(mask)) {
            throw new AssertionError("area " + Rle.area(mask) + ", but " + inside + " pixels are inside");
        }
        Mask again = Rle.encode(pixels, mask.getWidth(), mask.getHeight());
        if (!Arrays.equals(pixels, Rle.decode(again))) {
            throw new AssertionError("encoded again it is another mask");
        }
    }

    private static int number(byte[] data, int at) {
        return (data[at] & 0xff) << 8 | data[at + 1] & 0xff;
    }
}
