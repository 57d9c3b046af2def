package io.segwatch.ingest;

/** How large a camera's picture may be. */
final class PictureBounds {
    private static final int MIN_SIDE = 16;
    static final int MAX_SIDE = 8_192;

    private PictureBounds() {}

    /** @throws GrabException when a picture of that size, pixels, is not decoded */
    static void check(InputSpec source, int width, int height) throws GrabException {
        if (width < MIN_SIDE || height < MIN_SIDE) {
            throw new GrabException(source + ": its picture of " + width + "x" + height + " is smaller than " + MIN_SIDE
                    + "x" + MIN_SIDE + " pixels. Choose a larger stream of the camera.");
        }
        if (width > MAX_SIDE || height > MAX_SIDE || (long) width * height > source.config.maxPixels()) {
            throw FfmpegErrors.tooLarge(source, width + "x" + height);
        }
    }
}
