package io.segwatch.inference.worker;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_COLOR_RGB;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_IGNORE_ORIENTATION;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imdecode;

import com.google.protobuf.ByteString;
import io.segwatch.inference.model.ImageBatch;
import io.segwatch.inference.model.InputGeometry;
import io.segwatch.inference.model.InputRule;
import io.segwatch.inference.model.JpegHeader;
import io.segwatch.inference.worker.WaitingFrames.WaitingFrame;
import io.segwatch.v1.Frame;
import java.nio.ByteBuffer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.opencv_core.Mat;

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
     * The size that the frame's JPEG declares.
     *
     * @throws IllegalArgumentException when it is no JPEG or out of bounds
     */
    JpegHeader header(Frame frame) {
        JpegHeader size = JpegHeader.read(frame.getJpeg().asReadOnlyByteBuffer());
        if (size.width() < 16 || size.height() < 16 || (long) size.width() * size.height() > maxPixels) {
            throw new IllegalArgumentException("the frame is " + size.width() + "x" + size.height()
                    + " pixels; from 16x16 to segwatch.inference.max-frame-pixels = " + maxPixels + " are taken");
        }
        return size;
    }

    /** Where a frame of that size lies in the encoder's input. */
    InputGeometry geometry(Frame frame, JpegHeader size) {
        // The rule applied to a picture that ingest has already scaled may round its sides a second time.
        boolean hasSource = frame.getSourceWidth() > 0 && frame.getSourceHeight() > 0;
        InputGeometry ofSource = hasSource ? rule.geometry(frame.getSourceWidth(), frame.getSourceHeight()) : null;
        if (ofSource != null && ofSource.validWidth() == size.width() && ofSource.validHeight() == size.height()) {
            return ofSource;
        }
        return rule.geometry(size.width(), size.height());
    }

    /**
     * Decodes a frame into the input of picture {@code i}.
     *
     * @throws IllegalArgumentException when the JPEG cannot be decoded
     */
    void decode(WaitingFrame waiting, ImageBatch batch, int i) {
        ByteString jpeg = waiting.frame().getJpeg();
        load(jpeg);
        Mat input = batch.input(i);
        boolean exact = waiting.size().width() == input.cols() && waiting.size().height() == input.rows();
        try (BytePointer bytes = new BytePointer(compressed);
                Mat source = new Mat(1, jpeg.size(), CV_8UC1, bytes);
                Mat inPlace = new Mat(input)) {
            Mat picture = exact ? inPlace : scratch;
            // After a failure the target still holds an earlier picture; only the result is empty.
            try (Mat result = imdecode(source, IMREAD_COLOR_RGB | IMREAD_IGNORE_ORIENTATION, picture)) {
                if (result.empty()) {
                    throw new IllegalArgumentException("the JPEG cannot be decoded");
                }
            }
            // A picture of the input's size is decoded right there, unless OpenCV took other memory.
            if (picture.data().address() != input.data().address()) {
                batch.place(i, picture, waiting.geometry());
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

    @Override
    public void close() {
        scratch.close();
    }
}
