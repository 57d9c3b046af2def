package io.segwatch.inference.search;

import io.segwatch.inference.features.FeatureVectors;

/** Tells of each kept cell of a frame how likely what is looked for is there. For one thread. */
interface CellScorer {
    /** Scores a frame; what is told below is of it until the next call. */
    void score(FeatureVectors frame);

    /** Of each kept cell, 0..1; may be longer than there are cells. Not to be kept. */
    float[] probabilities();

    /** The highest of them; 0 when no cell is kept. */
    float peak();

    /** The cell that has it; -1 when no cell is kept. */
    int peakCell();

    /** That the picture as a whole shows it, 0..1. */
    double wholePicture(FeatureVectors frame);

    /** Probability from which a cell shows it. */
    float threshold();
}
