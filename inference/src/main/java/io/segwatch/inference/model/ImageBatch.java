package io.segwatch.inference.model;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Map;

/**
 * The encoder's input and outputs for {@code count} pictures of one size, in native memory that is filled, read and
 * used again in place. Write each picture's RGB bytes, row-major, into {@link #pixels}, then give the batch to
 * {@link SegmentationModel#encode}. For one thread.
 */
public final class ImageBatch implements AutoCloseable {
    private final int count;
    private final int width;
    private final int height;
    private final ByteBuffer pixels;
    private final OnnxTensor image;
    private final OnnxTensor imageEmbedding;
    private final OnnxTensor textAligned;
    private final OnnxTensor imageFeature;
    private final OnnxTensor backgroundLse;
    private final Encoding[] encodings;

    ImageBatch(ModelDescription model, int count, int width, int height) {
        this.count = count;
        this.width = width;
        this.height = height;
        int channels = model.embeddingChannels();
        int columns = width / model.embeddingStride();
        int rows = height / model.embeddingStride();
        int dims = model.textDims();
        int gridWidth = width / model.textStride();
        int gridHeight = height / model.textStride();
        FloatBuffer embedding = floats(count * channels * rows * columns);
        FloatBuffer aligned = floats(count * dims * gridHeight * gridWidth);
        FloatBuffer feature = floats(count * dims);
        FloatBuffer lse = floats(count * gridHeight * gridWidth);
        this.pixels = ByteBuffer.allocateDirect(count * width * height * 3).order(ByteOrder.nativeOrder());
        try {
            this.image = OnnxTensor.createTensor(
                    OnnxSession.ENVIRONMENT, pixels, new long[] {count, height, width, 3}, OnnxJavaType.UINT8);
            this.imageEmbedding = tensor(embedding, count, channels, rows, columns);
            this.textAligned = tensor(aligned, count, dims, gridHeight, gridWidth);
            this.imageFeature = tensor(feature, count, dims);
            this.backgroundLse = tensor(lse, count, gridHeight, gridWidth);
        } catch (OrtException e) {
            throw new ModelException(
                    "No buffers for " + count + " pictures of " + width + "x" + height + ": " + e.getMessage(), e);
        }
        this.encodings = new Encoding[count];
        for (int i = 0; i < count; i++) {
            encodings[i] = new Encoding(
                    gridWidth,
                    gridHeight,
                    dims,
                    slice(aligned, i, count),
                    slice(lse, i, count),
                    slice(feature, i, count),
                    columns,
                    rows,
                    channels,
                    slice(embedding, i, count));
        }
    }

    public int count() {
        return count;
    }

    public int width() {
        return width;
    }

    public int height() {
        return height;
    }

    /** The place of picture {@code i}: {@code width * height * 3} bytes. */
    public ByteBuffer pixels(int i) {
        int bytes = width * height * 3;
        return pixels.slice(i * bytes, bytes);
    }

    /** What the encoder last wrote for picture {@code i}. */
    public Encoding encoding(int i) {
        return encodings[i];
    }

    Map<String, OnnxTensor> inputs() {
        return Map.of("image", image);
    }

    Map<String, OnnxTensor> outputs() {
        return Map.of(
                "image_embedding", imageEmbedding,
                "text_aligned", textAligned,
                "image_feature", imageFeature,
                "background_lse", backgroundLse);
    }

    private static FloatBuffer floats(int count) {
        return ByteBuffer.allocateDirect(count * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }

    private static FloatBuffer slice(FloatBuffer all, int i, int count) {
        int length = all.capacity() / count;
        return all.slice(i * length, length);
    }

    private static OnnxTensor tensor(FloatBuffer buffer, long... shape) throws OrtException {
        return OnnxTensor.createTensor(OnnxSession.ENVIRONMENT, buffer, shape);
    }

    @Override
    public void close() {
        image.close();
        outputs().values().forEach(OnnxTensor::close);
    }
}
