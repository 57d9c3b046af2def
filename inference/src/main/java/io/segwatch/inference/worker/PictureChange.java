package io.segwatch.inference.worker;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * How much of one camera's picture differs from the one that was encoded last, so that slow movement adds up. Compared
 * is the mean of small blocks, without what the light has changed over the whole picture, and beyond what the camera's
 * noise does from picture to picture. For one thread.
 */
final class PictureChange {
    private static final int SIDE = 8;
    /** Of 255: what codecs do to a block's mean. */
    private static final float LEAST_CHANGE = 2;
    /** Standard deviations of what noise changes between two pictures. */
    private static final float BEYOND_NOISE = 4.5f;
    /** From the median of a normal distribution's absolute values to its standard deviation. */
    private static final float DEVIATIONS = 1.4826f;

    private static final float FOLLOW = 0.1f;

    private float[] encoded;
    private float[] last;
    private float noise;

    /**
     * The share of the blocks that differ, 0..1; 1 where there is nothing to compare with.
     *
     * @param rgb the encoder's input, {@code width * height * 3} bytes, row-major
     */
    double of(ByteBuffer rgb, int width, int height) {
        float[] now = BlockMeans.of(rgb, width, SIDE, width / SIDE, height / SIDE);
        if (last != null && last.length == now.length) {
            float spread = DEVIATIONS * deviation(now, last, light(now, last));
            noise += (noise == 0 ? 1 : FOLLOW) * (spread - noise);
        }
        last = now;
        if (encoded == null || encoded.length != now.length) {
            return 1;
        }
        float light = light(now, encoded);
        float most = Math.max(LEAST_CHANGE, BEYOND_NOISE * noise);
        int changed = 0;
        for (int b = 0; b < now.length; b++) {
            changed += Math.abs(now[b] - encoded[b] - light) > most ? 1 : 0;
        }
        return (double) changed / now.length;
    }

    /** The picture that was looked at last is encoded. */
    void encode() {
        encoded = last;
    }

    /** Most blocks' common change. */
    private static float light(float[] now, float[] before) {
        float[] changes = new float[now.length];
        for (int b = 0; b < now.length; b++) {
            changes[b] = now[b] - before[b];
        }
        return median(changes);
    }

    private static float deviation(float[] now, float[] before, float light) {
        float[] changes = new float[now.length];
        for (int b = 0; b < now.length; b++) {
            changes[b] = Math.abs(now[b] - before[b] - light);
        }
        return median(changes);
    }

    private static float median(float[] values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }
}
