package io.segwatch.inference.features;

import io.segwatch.inference.model.ModelDescription.Calibration;

/**
 * How much of a cell a word covers, so that sums over cells are the shares that the live query would give. A cell's
 * score is of the mean of what it shows: a thing that covers half of it moves the score about half of the way, so that
 * cells count in part around the threshold; and the highest score of a picture is lower than that of its positions.
 * Both numbers were chosen on real clips and scenes made of them; {@code bench/run features} measures what they give.
 */
public final class CoarseShare {
    /** What the mean over a cell takes from a picture's highest score, in units of z. */
    static final float PEAK_LOSS = 0.7f;

    private CoarseShare() {}

    /** A picture's highest z to be expected of the highest of its cells, where nothing more is known. */
    public static float highest(float ofCells) {
        return ofCells + PEAK_LOSS;
    }

    /** What is added to {@code calibration.scale * z}, for a picture whose highest z this is. */
    public static float offset(Calibration calibration, float highest) {
        float lacking = Math.max(0, calibration.sure() - highest);
        return calibration.bias() - calibration.peak() * lacking;
    }

    /**
     * 0..1, 0.5 at the threshold: the logistic function of twice the logit's distance from the threshold's.
     *
     * @param probability of the cell, 0..1
     * @param threshold from which a pixel is inside, more than 0 and less than 1
     */
    public static float of(float probability, float threshold) {
        if (probability >= 1) {
            return 1;
        }
        float odds = probability / (1 - probability) * (1 - threshold) / threshold;
        float steep = odds * odds;
        return steep > 1e6f ? 1 : steep / (1 + steep);
    }
}
