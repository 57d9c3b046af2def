package io.segwatch.inference.search;

import io.segwatch.inference.features.FeatureVectors;

/** Tells of each kept cell of a frame how likely what is looked for is there. For one thread. */
abstract class CellScorer {
    /** Less changes no probability in its sixth digit. */
    private static final float IMPROBABLE = -14;

    private final float threshold;
    private float[] values = new float[0];
    private float peak;
    private int peakCell;
    private boolean absent;

    /** @param threshold probability from which a cell shows it */
    CellScorer(float threshold) {
        this.threshold = threshold;
    }

    /** Scores a frame; what is told below is of it until the next call. */
    abstract void score(FeatureVectors frame);

    /** That the picture as a whole shows it, 0..1. */
    abstract double wholePicture(FeatureVectors frame);

    /** Where {@link #score} writes a score for each of so many cells, before it {@link #findPeak}s. */
    final float[] scores(int cells) {
        if (values.length < cells) {
            values = new float[cells];
        }
        return values;
    }

    /** The highest of the scores; negative infinity without cells. */
    final float findPeak(int cells) {
        peakCell = -1;
        float highest = Float.NEGATIVE_INFINITY;
        for (int c = 0; c < cells; c++) {
            if (values[c] > highest) {
                highest = values[c];
                peakCell = c;
            }
        }
        return highest;
    }

    /**
     * Makes the scores, of which the highest is found, probabilities: the logistic function of scale x score + offset.
     */
    final void fit(int cells, float scale, float offset) {
        for (int c = 0; c < cells; c++) {
            values[c] = probability(scale * values[c] + offset);
        }
        peak = peakCell < 0 ? 0 : values[peakCell];
    }

    static float probability(float logit) {
        return logit < IMPROBABLE ? 0 : (float) (1 / (1 + Math.exp(-logit)));
    }

    /** In place of the highest of the cells, that of the picture's positions. */
    final void setPeak(float ofPositions) {
        peak = peakCell < 0 ? 0 : ofPositions;
    }

    final void setAbsent(boolean known) {
        absent = known;
    }

    /** It is known that no position of the picture reaches the threshold, whatever cells seem to say. */
    final boolean absent() {
        return absent;
    }

    /** Of each kept cell, 0..1; may be longer than there are cells. Not to be kept. */
    final float[] probabilities() {
        return values;
    }

    /** The highest of the picture: of its positions where that is known, else of cells; 0 when no cell is kept. */
    final float peak() {
        return peak;
    }

    /** The likeliest cell; -1 when no cell is kept. */
    final int peakCell() {
        return peakCell;
    }

    final float threshold() {
        return threshold;
    }
}
