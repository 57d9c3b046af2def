package io.segwatch.inference.worker;

import java.nio.ByteBuffer;

/**
 * Which of one camera's frames are encoded, and which are answered from the encoding before: those in which nothing has
 * changed, and, where something always does, those in which the least has, so that over some seconds no more than a
 * share of the frames is encoded. No answer is older than an age. For one thread.
 */
final class EncodingChoice {
    /** Encodings that a picture which stood still has saved up for when it moves. */
    private static final double MOST_SAVED = 10;

    private final double share;
    private final long maxAgeMs;
    private final PictureChange change = new PictureChange();
    private double saved = MOST_SAVED;
    private double usual;
    private long encodedAtMs = Long.MIN_VALUE;

    /**
     * @param share most encodings, of all frames, 0..1
     * @param maxAgeMs of an encoding that answers a later frame
     */
    EncodingChoice(double share, long maxAgeMs) {
        this.share = share;
        this.maxAgeMs = maxAgeMs;
    }

    /**
     * Whether to encode the frame; then the next ones are compared with it.
     *
     * @param rgb the encoder's input, {@code width * height * 3} bytes, row-major
     * @param must whether it cannot be answered from the encoding before
     */
    boolean encode(ByteBuffer rgb, int width, int height, long capturedAtMs, boolean must) {
        double changed = change.of(rgb, width, height);
        saved = Math.min(MOST_SAVED, saved + share);
        boolean old = capturedAtMs - encodedAtMs >= maxAgeMs || capturedAtMs < encodedAtMs;
        boolean encode = must || changed >= 1 || old || changed > 0 && affordable(changed);
        if (encode) {
            saved = Math.max(-MOST_SAVED, saved - 1);
            // A first picture has nothing to be compared with.
            usual = changed < 1 ? 0.9 * usual + 0.1 * changed : usual;
            encodedAtMs = capturedAtMs;
            change.encode();
        }
        return encode;
    }

    /** The less is saved, the more has to have changed, beside what usually has. */
    private boolean affordable(double changed) {
        if (share >= 1) {
            return true;
        }
        return saved >= 1 && changed >= usual * (1 - saved / MOST_SAVED);
    }
}
