package io.segwatch.inference.model;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_BGR2RGB;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_LINEAR;
import static org.bytedeco.opencv.global.opencv_imgproc.cvtColor;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Map;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * The encoder's input and outputs for {@code count} pictures of one size, in native memory that is reused.
 * {@link #place} each picture, then give the batch to {@link SegmentationModel#encode}. For one thread.
 */
public final class ImageBatch implements AutoCloseable {
    private final int count;
    private final int width;
    private final int height;
    private final ByteBuffer pixels;
    /** Views of each picture's bytes in {@link #pixels}. */
    private final Mat[] inputs;

    private final Mat scaled = new Mat();
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
        this.inputs = new Mat[count];
        this.encodings = new Encoding[count];
        for (int i = 0; i < count; i++) {
            inputs[i] = new Mat(height, width, CV_8UC3, new BytePointer(pixels(i)));
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

    /** The input of picture {@code i}: {@code width * height * 3} bytes, RGB, row-major. */
    public ByteBuffer pixels(int i) {
        int bytes = width * height * 3;
        return pixels.slice(i * bytes, bytes);
    }

    /** The same bytes as {@link #pixels}, as a matrix of {@code height} x {@code width}; not to be resized. */
    public Mat input(int i) {
        return inputs[i];
    }

    /**
     * Scales a picture into the input of picture {@code i}, and clears the padding.
     *
     * @param rgb 8 bits a channel, of any size; area interpolation where it shrinks, else bilinear
     */
    public void place(int i, Mat rgb, InputGeometry geometry) {
        if (geometry.isPadded()) {
            clearPadding(inputs[i], geometry);
        }
        try (Mat valid = part(inputs[i], 0, 0, geometry.validWidth(), geometry.validHeight())) {
            scale(rgb, valid, geometry);
        }
    }

    /** As {@link #place}, for a picture in OpenCV's order of channels. */
    public void placeBgr(int i, Mat bgr, InputGeometry geometry) {
        if (geometry.isPadded()) {
            clearPadding(inputs[i], geometry);
        }
        try (Mat valid = part(inputs[i], 0, 0, geometry.validWidth(), geometry.validHeight())) {
            scale(bgr, scaled, geometry);
            cvtColor(scaled, valid, COLOR_BGR2RGB);
        }
    }

    private static void scale(Mat picture, Mat to, InputGeometry geometry) {
        boolean shrinks =
                (long) geometry.validWidth() * geometry.validHeight() < (long) picture.cols() * picture.rows();
        try (Size size = new Size(geometry.validWidth(), geometry.validHeight())) {
            resize(picture, to, size, 0, 0, shrinks ? INTER_AREA : INTER_LINEAR);
        }
    }

    private static void clearPadding(Mat input, InputGeometry geometry) {
        int right = geometry.inputWidth() - geometry.validWidth();
        int below = geometry.inputHeight() - geometry.validHeight();
        if (right > 0) {
            clear(input, geometry.validWidth(), 0, right, geometry.validHeight());
        }
        if (below > 0) {
            clear(input, 0, geometry.validHeight(), geometry.inputWidth(), below);
        }
    }

    private static void clear(Mat input, int x, int y, int width, int height) {
        try (Mat padding = part(input, x, y, width, height);
                Scalar black = new Scalar(0)) {
            padding.put(black);
        }
    }

    private static Mat part(Mat input, int x, int y, int width, int height) {
        try (Rect rectangle = new Rect(x, y, width, height)) {
            return new Mat(input, rectangle);
        }
    }

    /** The encoder's last outputs for picture {@code i}. */
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
        scaled.close();
        for (Mat input : inputs) {
            input.close();
        }
        image.close();
        outputs().values().forEach(OnnxTensor::close);
    }
}
