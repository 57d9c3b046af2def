package io.segwatch.contracts;

import io.segwatch.v1.Mask;
import java.util.Arrays;

/**
 * COCO's compressed run-length encoding of binary masks, as pycocotools' {@code maskApi.c} reads and writes it: runs go
 * down the columns, the first run counts zeros, from the fourth on the difference to the run two before is written, in
 * little-endian groups of 5 bits, each shown as the character {@code 48 + group}, bit 5 set when more follow.
 *
 * <p>Masks given and returned as {@code byte[]} are row-major, {@code width * height} bytes, 0 outside and 1 inside.
 */
public final class Rle {
    /** Largest mask that is decoded, pixels. */
    public static final int MAX_PIXELS = 64 << 20;

    private Rle() {}

    /** Encodes a row-major mask; any value but 0 is inside. */
    public static Mask encode(byte[] pixels, int width, int height) {
        if (pixels.length < width * height) {
            throw new IllegalArgumentException(
                    "A mask of " + width + "x" + height + " needs " + width * height + " bytes, not " + pixels.length);
        }
        StringBuilder counts = new StringBuilder(64);
        RunWriter writer = new RunWriter(counts);
        int run = 0;
        boolean inside = false;
        for (int x = 0; x < width; x++) {
            for (int y = 0, i = x; y < height; y++, i += width) {
                if ((pixels[i] != 0) != inside) {
                    writer.write(run);
                    run = 0;
                    inside = !inside;
                }
                run++;
            }
        }
        writer.write(run);
        return Mask.newBuilder()
                .setWidth(width)
                .setHeight(height)
                .setCounts(counts.toString())
                .build();
    }

    /** A row-major copy of the mask. */
    public static byte[] decode(Mask mask) {
        byte[] pixels = new byte[checkedPixels(mask)];
        decodeInto(mask, pixels);
        return pixels;
    }

    /** Decodes into the first {@code width * height} bytes of {@code pixels}. */
    public static void decodeInto(Mask mask, byte[] pixels) {
        int total = checkedPixels(mask);
        if (pixels.length < total) {
            throw new IllegalArgumentException("The mask has " + total + " pixels, the buffer " + pixels.length);
        }
        Arrays.fill(pixels, 0, total, (byte) 0);
        int width = mask.getWidth();
        int height = mask.getHeight();
        RunReader reader = new RunReader(mask.getCounts());
        int at = 0;
        for (boolean inside = false; reader.hasNext(); inside = !inside) {
            int end = at + checkedRun(reader.next(), at, total);
            if (inside) {
                for (int i = at; i < end; i++) {
                    pixels[i % height * width + i / height] = 1;
                }
            }
            at = end;
        }
        checkComplete(at, total);
    }

    /** Number of pixels inside. */
    public static int area(Mask mask) {
        int total = checkedPixels(mask);
        RunReader reader = new RunReader(mask.getCounts());
        int at = 0;
        int area = 0;
        for (boolean inside = false; reader.hasNext(); inside = !inside) {
            int run = checkedRun(reader.next(), at, total);
            at += run;
            if (inside) {
                area += run;
            }
        }
        checkComplete(at, total);
        return area;
    }

    /**
     * Receives each run of inside pixels: column-major positions {@code from} (inclusive) to {@code to} (exclusive).
     */
    public interface RunVisitor {
        void run(int from, int to);
    }

    /** Walks the inside runs without decoding; position p is column {@code p / height}, row {@code p % height}. */
    public static void forEachRun(Mask mask, RunVisitor visitor) {
        int total = checkedPixels(mask);
        RunReader reader = new RunReader(mask.getCounts());
        int at = 0;
        for (boolean inside = false; reader.hasNext(); inside = !inside) {
            int run = checkedRun(reader.next(), at, total);
            if (inside && run > 0) {
                visitor.run(at, at + run);
            }
            at += run;
        }
        checkComplete(at, total);
    }

    private static int checkedPixels(Mask mask) {
        long pixels = (long) mask.getWidth() * mask.getHeight();
        if (mask.getWidth() < 0 || mask.getHeight() < 0 || pixels > MAX_PIXELS) {
            throw new IllegalArgumentException("A mask of " + Integer.toUnsignedString(mask.getWidth()) + "x"
                    + Integer.toUnsignedString(mask.getHeight()) + " is over the limit of " + MAX_PIXELS + " pixels");
        }
        return (int) pixels;
    }

    private static int checkedRun(int run, int at, int total) {
        if (run < 0 || run > total - at) {
            throw new IllegalArgumentException("A run of " + run + " at " + at + " leaves the mask of " + total);
        }
        return run;
    }

    private static void checkComplete(int at, int total) {
        if (at != total) {
            throw new IllegalArgumentException("The runs cover " + at + " of " + total + " pixels");
        }
    }

    private static final class RunWriter {
        private final StringBuilder out;
        private int before;
        private int twoBefore;
        private int written;

        RunWriter(StringBuilder out) {
            this.out = out;
        }

        void write(int run) {
            // maskApi.c: the difference starts with the fourth run (i > 2), whose predecessor by two is the second.
            int value = written > 2 ? run - twoBefore : run;
            boolean more = true;
            while (more) {
                int group = value & 0x1f;
                value >>= 5;
                more = (group & 0x10) != 0 ? value != -1 : value != 0;
                out.append((char) ((more ? group | 0x20 : group) + 48));
            }
            twoBefore = before;
            before = run;
            written++;
        }
    }

    private static final class RunReader {
        private final String counts;
        private int position;
        private int before;
        private int twoBefore;
        private int read;

        RunReader(String counts) {
            this.counts = counts;
        }

        boolean hasNext() {
            return position < counts.length();
        }

        int next() {
            int value = 0;
            int shift = 0;
            boolean more = true;
            while (more) {
                if (position == counts.length() || shift > 30) {
                    throw new IllegalArgumentException("The counts end within a run");
                }
                int group = counts.charAt(position++) - 48;
                if (group < 0 || group > 0x3f) {
                    throw new IllegalArgumentException(
                            "'" + counts.charAt(position - 1) + "' is no character of COCO's compressed RLE");
                }
                value |= (group & 0x1f) << shift;
                shift += 5;
                more = (group & 0x20) != 0;
                if (!more && (group & 0x10) != 0 && shift < 32) {
                    value |= -1 << shift;
                }
            }
            if (read > 2) {
                value += twoBefore;
            }
            twoBefore = before;
            before = value;
            read++;
            return value;
        }
    }
}
