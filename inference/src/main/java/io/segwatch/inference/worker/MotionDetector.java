package io.segwatch.inference.worker;

import java.nio.ByteBuffer;

/**
 * Where one camera's picture changes, on the grid of the words. Compared is the mean of small blocks of green, which is
 * most of the brightness, with a picture that follows the camera's in event time, so that slow movement adds up. For
 * one thread.
 */
final class MotionDetector {
    /** Of 255; the noise of cameras and codecs is less in a block's mean. */
    private static final float LEAST_CHANGE = 8;
    /** Cells around a change that may see it: the encoder looks further than its cell. */
    private static final int REACH = 2;

    private final double timeConstantMs;
    private float[] reference;
    private long lastMs;

    /** @param timeConstantMs with which the picture compared with follows the camera's */
    MotionDetector(double timeConstantMs) {
        this.timeConstantMs = timeConstantMs;
    }

    /** Forgets the picture: at a cut, or after the camera has reconnected. */
    void reset() {
        reference = null;
    }

    /**
     * The cells that may have changed since the frames before, row-major; null where that is not known, as of the first
     * frame or after another size.
     *
     * @param rgb the encoder's input, {@code width * height * 3} bytes, row-major
     */
    boolean[] update(ByteBuffer rgb, int width, int height, int columns, int rows, long atMs) {
        float[] blocks = BlockMeans.of(rgb, width, width / columns / 2, 2 * columns, 2 * rows);
        if (reference == null || reference.length != blocks.length || atMs < lastMs) {
            reference = blocks;
            lastMs = atMs;
            return null;
        }
        boolean[] moving = new boolean[columns * rows];
        float follow = timeConstantMs > 0 ? (float) (1 - Math.exp(-(atMs - lastMs) / timeConstantMs)) : 1;
        for (int b = 0; b < blocks.length; b++) {
            float change = blocks[b] - reference[b];
            if (Math.abs(change) >= LEAST_CHANGE) {
                spread(moving, columns, rows, b % (2 * columns) / 2, b / (2 * columns) / 2);
            }
            reference[b] += follow * change;
        }
        lastMs = atMs;
        return moving;
    }

    private static void spread(boolean[] moving, int columns, int rows, int column, int row) {
        for (int y = Math.max(0, row - REACH); y <= Math.min(rows - 1, row + REACH); y++) {
            for (int x = Math.max(0, column - REACH); x <= Math.min(columns - 1, column + REACH); x++) {
                moving[y * columns + x] = true;
            }
        }
    }
}
