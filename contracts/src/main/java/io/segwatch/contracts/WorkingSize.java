package io.segwatch.contracts;

/**
 * The size at which a picture is encoded: its aspect ratio kept, about {@code pixels} pixels, each side a multiple of
 * the encoder's stride ("area" rule of the model directory). Ingest scales to it once, so that inference need not.
 *
 * @param width pixels
 * @param height pixels
 */
public record WorkingSize(int width, int height) {

    /**
     * The working size of a picture.
     *
     * @param width of the picture, 1 or more
     * @param height of the picture, 1 or more
     * @param pixels to come close to
     * @param multiple that each side is rounded to
     * @param minSide smallest side, a multiple of {@code multiple}
     * @param maxSide largest side, a multiple of {@code multiple}
     */
    public static WorkingSize of(int width, int height, int pixels, int multiple, int minSide, int maxSide) {
        double scale = Math.sqrt((double) pixels / ((double) width * height));
        return new WorkingSize(
                side(width * scale, multiple, minSide, maxSide), side(height * scale, multiple, minSide, maxSide));
    }

    private static int side(double length, int multiple, int min, int max) {
        int rounded = (int) Math.round(length / multiple) * multiple;
        return Math.max(min, Math.min(max, rounded));
    }
}
