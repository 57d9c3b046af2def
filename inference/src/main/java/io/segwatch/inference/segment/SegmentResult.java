package io.segwatch.inference.segment;

import io.segwatch.inference.model.DecodedMask;
import io.segwatch.inference.model.InputGeometry;
import java.util.List;

/**
 * The model's results for a picture, on the model's own grids.
 *
 * @param logits calibrated logits of each query, or null where they are not needed
 * @param probabilities p of each query
 * @param refined mask of each query at {@code refinedWidth} columns, or null
 * @param instance the prompted mask, or null
 */
record SegmentResult(
        Picture picture,
        InputGeometry geometry,
        int gridWidth,
        int gridHeight,
        float[][] logits,
        float[][] probabilities,
        double[] classProbabilities,
        List<byte[]> refined,
        int refinedWidth,
        int refinedHeight,
        DecodedMask instance) {}
