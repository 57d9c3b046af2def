package io.segwatch.inference.worker;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_COLOR_RGB;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_IGNORE_ORIENTATION;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imdecode;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_LINEAR;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import com.google.protobuf.ByteString;
import io.segwatch.inference.model.InputGeometry;
import io.segwatch.inference.model.InputRule;
import io.segwatch.inference.picture.JpegHeader;
import io.segwatch.v1.Frame;
import java.nio.ByteBuffer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;

/** Decodes frames' JPEGs into the encoder's input. For one thread; its buffers are reused. */
final class FrameDecoder implements AutoCloseable {
    private final InputRule rule;
    private final int maxPixels;
    private final Mat scratch = new Mat();
    private ByteBuffer compressed = ByteBuffer.allocateDirect(1 << 18);

    FrameDecoder(InputRule rule, int maxPixels) {
        this.rule = rule;
        this.maxPixels = maxPixels;
    }

    /**
     * Where the frame lies in the encoder's input, by its JPEG header alone.
     *
     * @throws IllegalArgumentException when it is no JPEG or out of bounds
     */
    InputGeometry geometry(Frame frame) {
        JpegHeader size = JpegHeader.read(frame.getJpeg().asReadOnlyByteBuffer());
        if (size.width() < 16 || size.height() < 16 || (long) size.width() * size.height() > maxPixels) {
            throw new IllegalArgumentException("the frame is " + size.width() + "x" + size.height()
                    + " pixels; from 16x16 to segwatch.inference.max-frame-pixels = " + maxPixels + " are taken");
        }
        // The rule applied to a picture that ingest has already scaled may round its sides a second time.
        boolean hasSource = frame.getSourceWidth() > 0 && frame.getSourceHeight() > 0;
        InputGeometry ofSource = hasSource ? rule.geometry(frame.getSourceWidth(), frame.getSourceHeight()) : null;
        if (ofSource != null && ofSource.validWidth() == size.width() && ofSource.validHeight() == size.height()) {
            return ofSource;
        }
        return rule.geometry(size.width(), size.height());
    }

    /**
     * Decodes into {@code pixels}, the place of one picture in the encoder's input.
     *
     * @throws IllegalArgumentException when the JPEG cannot be decoded
     */
    void decode(ByteString jpeg, InputGeometry geometry, ByteBuffer pixels) {
        load(jpeg);
        try (BytePointer bytes = new BytePointer(compressed);
                Mat source = new Mat(1, jpeg.size(), CV_8UC1, bytes);
                BytePointer place = new BytePointer(pixels);
                Mat input = new Mat(geometry.inputHeight(), geometry.inputWidth(), CV_8UC3, place)) {
            JpegHeader size = JpegHeader.read(jpeg.asReadOnlyByteBuffer());
            boolean exact = size.width() == geometry.inputWidth() && size.height() == geometry.inputHeight();
            try (Mat target = exact ? new Mat(input) : new Mat(scratch)) {
                imdecode(source, IMREAD_COLOR_RGB | IMREAD_IGNORE_ORIENTATION, target);
                if (target.empty()) {
                    throw new IllegalArgumentException("the JPEG cannot be decoded");
                }
                if (!exact) {
                    scale(target, geometry, pixels, input);
                } else if (target.data().address() != place.address()) {
                    target.copyTo(input);
                }
            }
        }
    }

    private void load(ByteString jpeg) {
        if (compressed.capacity() < jpeg.size()) {
            compressed = ByteBuffer.allocateDirect(Integer.highestOneBit(jpeg.size()) * 2);
        }
        compressed.clear();
        jpeg.copyTo(compressed);
        compressed.flip();
    }

    private static void scale(Mat picture, InputGeometry geometry, ByteBuffer pixels, Mat input) {
        if (geometry.isPadded()) {
            pixels.duplicate().put(new byte[pixels.capacity()]);
        }
        boolean shrinks =
                (long) geometry.validWidth() * geometry.validHeight() < (long) picture.cols() * picture.rows();
        try (Rect valid = new Rect(0, 0, geometry.validWidth(), geometry.validHeight());
                Mat part = new Mat(input, valid)) {
            resize(picture, part, part.size(), 0, 0, shrinks ? INTER_AREA : INTER_LINEAR);
        }
    }

    @Override
    public void close() {
        scratch.close();
    }
}
