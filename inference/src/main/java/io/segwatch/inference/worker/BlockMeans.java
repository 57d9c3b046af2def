package io.segwatch.inference.worker;

import java.nio.ByteBuffer;

/** The mean of small square blocks of a picture's green, which is most of the brightness. */
final class BlockMeans {
    private BlockMeans() {}

    /**
     * 0..255, row-major.
     *
     * @param rgb 8 bits a channel, row-major
     * @param width of the picture, pixels
     * @param side of a block, pixels
     */
    static float[] of(ByteBuffer rgb, int width, int side, int across, int down) {
        float[] means = new float[across * down];
        for (int b = 0; b < means.length; b++) {
            int left = b % across * side;
            int top = b / across * side;
            int sum = 0;
            for (int y = top; y < top + side; y++) {
                for (int x = left; x < left + side; x++) {
                    sum += rgb.get((y * width + x) * 3 + 1) & 0xFF;
                }
            }
            means[b] = sum / (float) (side * side);
        }
        return means;
    }
}
