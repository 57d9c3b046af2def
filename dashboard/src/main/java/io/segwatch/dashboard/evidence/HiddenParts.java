package io.segwatch.dashboard.evidence;

import io.segwatch.contracts.Rle;
import io.segwatch.v1.Camera;
import io.segwatch.v1.Mask;
import io.segwatch.v1.Observation;
import io.segwatch.v1.QueryMask;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Makes what was found of a camera's hidden queries unrecognisable in a picture of its past. Each thing is left as a
 * few blocks of one colour each, however large it is, so that nothing can be won back from it.
 */
final class HiddenParts {
    /** Blocks along a thing's longer side. */
    private static final int BLOCKS = 6;

    private static final int SMALLEST_BLOCK = 8;
    /** How far around a thing is hidden too, of the picture's width: masks end a little before what they show. */
    private static final double MARGIN = 0.02;
    /** A query that may be there, and of which there is no mask: where it is is not known. */
    private static final double UNSURE = 0.3;

    private HiddenParts() {}

    /** Whether past pictures of this camera may be shown only after {@link #hide}. */
    static boolean applyTo(Camera camera) {
        return camera.getHiddenQueriesCount() > 0;
    }

    /**
     * Hides what the observation shows of these queries; the whole picture when it does not answer one of them, may
     * show one without saying where, or is missing.
     *
     * @throws IOException when a mask is no mask; the picture must then not be shown
     */
    static void hide(BufferedImage picture, Collection<String> queries, Optional<Observation> observation)
            throws IOException {
        Map<String, QueryMask> found = observation.map(Observation::getQueriesList).orElse(List.of()).stream()
                .collect(Collectors.toMap(QueryMask::getQuery, Function.identity(), (first, second) -> first));
        boolean[] hidden = new boolean[picture.getWidth() * picture.getHeight()];
        for (String query : queries) {
            QueryMask mask = found.get(query);
            boolean empty = mask == null || mask.getShare() == 0;
            if (mask == null || empty && mask.getPeakProbability() >= UNSURE) {
                Arrays.fill(hidden, true);
            } else if (!empty) {
                add(mask.getMask(), hidden, picture.getWidth(), picture.getHeight());
            }
        }
        pixelate(picture, hidden);
    }

    /** Marks the pixels of a mask and those around it. */
    private static void add(Mask mask, boolean[] hidden, int width, int height) throws IOException {
        byte[] inside;
        try {
            inside = Rle.decode(mask);
        } catch (IllegalArgumentException e) {
            throw new IOException("A mask cannot be read: " + e.getMessage(), e);
        }
        int margin = Math.max(1, (int) Math.ceil(MARGIN * width));
        for (int i = 0; i < inside.length; i++) {
            if (inside[i] != 0) {
                int x = i % mask.getWidth();
                int y = i / mask.getWidth();
                int left = Math.max(0, x * width / mask.getWidth() - margin);
                int right = Math.min(width, ceil((x + 1) * width, mask.getWidth()) + margin);
                int bottom = Math.min(height, ceil((y + 1) * height, mask.getHeight()) + margin);
                for (int row = Math.max(0, y * height / mask.getHeight() - margin); row < bottom; row++) {
                    Arrays.fill(hidden, row * width + left, row * width + right, true);
                }
            }
        }
    }

    private static int ceil(int dividend, int divisor) {
        return (dividend + divisor - 1) / divisor;
    }

    private static void pixelate(BufferedImage picture, boolean[] hidden) {
        int width = picture.getWidth();
        int[] rgb = picture.getRGB(0, 0, width, picture.getHeight(), null, 0, width);
        boolean[] seen = new boolean[hidden.length];
        for (int i = 0; i < hidden.length; i++) {
            if (hidden[i] && !seen[i]) {
                Region region = Region.around(i, hidden, seen, width);
                int block = Math.max(SMALLEST_BLOCK, ceil(Math.max(region.width(), region.height()), BLOCKS));
                for (int y = region.top; y <= region.bottom; y += block) {
                    for (int x = region.left; x <= region.right; x += block) {
                        level(
                                rgb,
                                hidden,
                                width,
                                x,
                                y,
                                Math.min(x + block, region.right + 1),
                                Math.min(y + block, region.bottom + 1));
                    }
                }
            }
        }
        picture.setRGB(0, 0, width, picture.getHeight(), rgb, 0, width);
    }

    /** Gives the hidden pixels of a block their mean. */
    private static void level(int[] rgb, boolean[] hidden, int width, int left, int top, int right, int bottom) {
        long red = 0;
        long green = 0;
        long blue = 0;
        long count = 0;
        for (int y = top; y < bottom; y++) {
            for (int x = left; x < right; x++) {
                if (hidden[y * width + x]) {
                    int pixel = rgb[y * width + x];
                    red += pixel >> 16 & 255;
                    green += pixel >> 8 & 255;
                    blue += pixel & 255;
                    count++;
                }
            }
        }
        if (count == 0) {
            return;
        }
        int mean = 0xff << 24 | (int) (red / count) << 16 | (int) (green / count) << 8 | (int) (blue / count);
        for (int y = top; y < bottom; y++) {
            for (int x = left; x < right; x++) {
                if (hidden[y * width + x]) {
                    rgb[y * width + x] = mean;
                }
            }
        }
    }

    /** The rectangle around hidden pixels that touch. */
    private static final class Region {
        int left;
        int right;
        int top;
        int bottom;

        static Region around(int start, boolean[] hidden, boolean[] seen, int width) {
            Region region = new Region();
            region.left = start % width;
            region.right = region.left;
            region.top = start / width;
            region.bottom = region.top;
            Deque<Integer> next = new ArrayDeque<>();
            seen[start] = true;
            next.push(start);
            while (!next.isEmpty()) {
                int at = next.pop();
                int x = at % width;
                region.left = Math.min(region.left, x);
                region.right = Math.max(region.right, x);
                region.top = Math.min(region.top, at / width);
                region.bottom = Math.max(region.bottom, at / width);
                visit(x > 0 ? at - 1 : -1, hidden, seen, next);
                visit(x < width - 1 ? at + 1 : -1, hidden, seen, next);
                visit(at - width, hidden, seen, next);
                visit(at + width, hidden, seen, next);
            }
            return region;
        }

        private static void visit(int at, boolean[] hidden, boolean[] seen, Deque<Integer> next) {
            if (at >= 0 && at < hidden.length && hidden[at] && !seen[at]) {
                seen[at] = true;
                next.push(at);
            }
        }

        int width() {
            return right - left + 1;
        }

        int height() {
            return bottom - top + 1;
        }
    }
}
