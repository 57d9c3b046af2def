package io.segwatch.inference.model;

import java.util.ArrayList;
import java.util.List;

/**
 * A prompt to the mask head. Positions are pixels of the encoder's input.
 *
 * @param coords x, y of each point in turn
 * @param labels of each point: see the constants (SAM's)
 * @param earlier logits of an earlier mask at the image embedding's size, or null
 */
public record MaskPrompt(float[] coords, float[] labels, float[] earlier) {
    static final float PADDING = -1;
    private static final float OUTSIDE = 0;
    private static final float INSIDE = 1;
    private static final float TOP_LEFT = 2;
    private static final float BOTTOM_RIGHT = 3;

    public static Builder builder() {
        return new Builder();
    }

    /** Collects points and at most one box. */
    public static final class Builder {
        private final List<float[]> points = new ArrayList<>();
        private float[] earlier;

        public Builder point(double x, double y, boolean inside) {
            return add(x, y, inside ? INSIDE : OUTSIDE);
        }

        public Builder box(double x0, double y0, double x1, double y1) {
            return add(x0, y0, TOP_LEFT).add(x1, y1, BOTTOM_RIGHT);
        }

        public Builder earlier(float[] logits) {
            earlier = logits;
            return this;
        }

        private Builder add(double x, double y, float label) {
            points.add(new float[] {(float) x, (float) y, label});
            return this;
        }

        public MaskPrompt build() {
            float[] coords = new float[points.size() * 2];
            float[] labels = new float[points.size()];
            for (int i = 0; i < labels.length; i++) {
                coords[2 * i] = points.get(i)[0];
                coords[2 * i + 1] = points.get(i)[1];
                labels[i] = points.get(i)[2];
            }
            return new MaskPrompt(coords, labels, earlier);
        }
    }
}
