package io.segwatch.topology.camera;

import io.segwatch.contracts.Rle;
import io.segwatch.v1.Mask;
import java.util.Arrays;

/** The inside runs of one mask, read once and measured for every zone. Reused from mask to mask; for one thread. */
final class MaskRuns {
    /** Largest mask that is measured, pixels; a zone's weights take 8 bytes for each. */
    static final int MAX_PIXELS = 4 << 20;

    private int[] bounds = new int[256];
    private int count;
    private int width;
    private int height;

    /**
     * Reads the mask's runs in place of those read before.
     *
     * @throws IllegalArgumentException when the mask is malformed or larger than 4,194,304 pixels
     */
    void read(Mask mask) {
        if ((long) mask.getWidth() * mask.getHeight() > MAX_PIXELS || mask.getWidth() < 0 || mask.getHeight() < 0) {
            throw new IllegalArgumentException("A mask of " + mask.getWidth() + "x" + mask.getHeight()
                    + " is over the limit of " + MAX_PIXELS + " pixels");
        }
        count = 0;
        width = mask.getWidth();
        height = mask.getHeight();
        if (width > 0 && height > 0) {
            Rle.forEachRun(mask, this::add);
        } else if (!mask.getCounts().isEmpty()) {
            throw new IllegalArgumentException("A mask has runs and no size");
        }
    }

    int width() {
        return width;
    }

    int height() {
        return height;
    }

    int count() {
        return count;
    }

    int from(int run) {
        return bounds[2 * run];
    }

    int to(int run) {
        return bounds[2 * run + 1];
    }

    private void add(int from, int to) {
        if (2 * count == bounds.length) {
            bounds = Arrays.copyOf(bounds, 2 * bounds.length);
        }
        bounds[2 * count] = from;
        bounds[2 * count + 1] = to;
        count++;
    }

    /** The runs of the connected components (four neighbours) of at least {@code minShare} of the frame, 0..1. */
    MaskRuns withoutComponentsUnder(double minShare) {
        MaskRuns columns = splitAtColumns();
        int[] parent = columns.join();
        long[] area = new long[columns.count];
        for (int i = 0; i < columns.count; i++) {
            area[root(parent, i)] += columns.to(i) - columns.from(i);
        }
        MaskRuns kept = new MaskRuns();
        kept.width = width;
        kept.height = height;
        // A share that was made from a whole number of pixels may come back a hair above it.
        double least = minShare * width * height - 1e-6;
        for (int i = 0; i < columns.count; i++) {
            if (area[root(parent, i)] >= least) {
                kept.add(columns.from(i), columns.to(i));
            }
        }
        return kept;
    }

    private MaskRuns splitAtColumns() {
        MaskRuns split = new MaskRuns();
        split.width = width;
        split.height = height;
        for (int i = 0; i < count; i++) {
            for (int from = from(i); from < to(i); ) {
                int end = Math.min(to(i), (from / height + 1) * height);
                split.add(from, end);
                from = end;
            }
        }
        return split;
    }

    /** Union of the runs that touch in neighbouring columns; both lists are in order, so one walk meets all pairs. */
    private int[] join() {
        int[] parent = new int[count];
        for (int i = 0, left = 0; i < count; i++) {
            parent[i] = i;
            while (left < i && to(left) + height <= from(i)) {
                left++;
            }
            for (int j = left; j < i && from(j) + height < to(i); j++) {
                if (to(j) + height > from(i)) {
                    parent[root(parent, i)] = root(parent, j);
                }
            }
        }
        return parent;
    }

    private static int root(int[] parent, int i) {
        int at = i;
        while (parent[at] != at) {
            parent[at] = parent[parent[at]];
            at = parent[at];
        }
        return at;
    }
}
