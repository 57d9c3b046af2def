package io.segwatch.inference.model;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_BGR2RGB;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_LINEAR;
import static org.bytedeco.opencv.global.opencv_imgproc.cvtColor;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.List;
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
    /** Views of each picture's bytes in {@link #image}. */
    private final Mat[] inputs;

    private final Mat scaled = new Mat();
    private final PinnedTensor image;
    private final List<PinnedTensor> outputs;
    private final Encoding[] encodings;
    /** What the tensors were bound to last; null until the first run. */
    private Network network;

    private final Map<Part, Network.Binding> bindings = new HashMap<>();

    /** Pictures in a row, which are run together. */
    private record Part(int from, int count) {}

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
        this.image = PinnedTensor.bytes("image", count, height, width, 3);
        PinnedTensor embedding = PinnedTensor.floats("image_embedding", count, channels, rows, columns);
        PinnedTensor aligned = PinnedTensor.floats("text_aligned", count, dims, gridHeight, gridWidth);
        PinnedTensor feature = PinnedTensor.floats("image_feature", count, dims);
        PinnedTensor lse = PinnedTensor.floats("background_lse", count, gridHeight, gridWidth);
        this.outputs = List.of(embedding, aligned, feature, lse);
        this.inputs = new Mat[count];
        this.encodings = new Encoding[count];
        for (int i = 0; i < count; i++) {
            inputs[i] = new Mat(height, width, CV_8UC3, new BytePointer(pixels(i)));
            encodings[i] = new Encoding(
                    gridWidth,
                    gridHeight,
                    dims,
                    slice(aligned.floats(), i, count),
                    slice(lse.floats(), i, count),
                    slice(feature.floats(), i, count),
                    columns,
                    rows,
                    channels,
                    slice(embedding.floats(), i, count));
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
        return image.bytes().slice(i * bytes, bytes);
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

    PinnedTensor image() {
        return image;
    }

    List<PinnedTensor> outputs() {
        return outputs;
    }

    /**
     * Runs the encoder over {@code some} pictures from picture {@code from} on. The tensors are bound anew when it is
     * not the network of the last run.
     *
     * @throws DeviceMemory.ExhaustedException when fewer may go well
     */
    void run(Network encoder, int from, int some) {
        // As many parts as pictures come of one limit; others were of an earlier one.
        if (network != encoder || bindings.size() > count) {
            unbind();
            network = encoder;
        }
        bindings.computeIfAbsent(
                        new Part(from, some),
                        part -> encoder.bind(
                                image.part(from, some),
                                outputs.stream()
                                        .map(output -> output.part(from, some))
                                        .toList()))
                .run();
    }

    private void unbind() {
        network = null;
        bindings.values().forEach(Network.Binding::close);
        bindings.clear();
    }

    private static FloatBuffer slice(FloatBuffer all, int i, int count) {
        int length = all.capacity() / count;
        return all.slice(i * length, length);
    }

    @Override
    public void close() {
        scaled.close();
        for (Mat input : inputs) {
            input.close();
        }
        unbind();
    }
}
