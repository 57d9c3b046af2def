package io.segwatch.inference.model;

import java.nio.FloatBuffer;

/**
 * The image encoder's outputs for one picture, as views of native memory: valid until its {@link ImageBatch} is encoded
 * again or closed.
 *
 * @param gridWidth columns of the text-aligned grid
 * @param gridHeight rows of the text-aligned grid
 * @param dims of a text-aligned vector
 * @param textAligned [dims, gridHeight, gridWidth], of unit length over dims
 * @param backgroundLse [gridHeight, gridWidth]
 * @param imageFeature [dims], of unit length
 * @param embeddingWidth columns of the image embedding
 * @param embeddingHeight rows of the image embedding
 * @param embeddingChannels of the image embedding
 * @param imageEmbedding [embeddingChannels, embeddingHeight, embeddingWidth]
 */
public record Encoding(
        int gridWidth,
        int gridHeight,
        int dims,
        FloatBuffer textAligned,
        FloatBuffer backgroundLse,
        FloatBuffer imageFeature,
        int embeddingWidth,
        int embeddingHeight,
        int embeddingChannels,
        FloatBuffer imageEmbedding) {

    /** The same shapes over other memory; an output that is not needed may be null. */
    public Encoding over(FloatBuffer aligned, FloatBuffer lse, FloatBuffer feature, FloatBuffer embedding) {
        return new Encoding(
                gridWidth,
                gridHeight,
                dims,
                aligned,
                lse,
                feature,
                embeddingWidth,
                embeddingHeight,
                embeddingChannels,
                embedding);
    }

    /** Cells of the text-aligned grid. */
    public int positions() {
        return gridWidth * gridHeight;
    }
}
