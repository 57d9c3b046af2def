package io.segwatch.inference.features;

import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_JPEG_QUALITY;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imencode;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_RGB2BGR;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.cvtColor;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import com.google.protobuf.ByteString;
import io.segwatch.inference.model.InputGeometry;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Size;

/** Small pictures of frames, as JPEGs of bounded size. For one thread; its buffers are reused. */
final class ThumbnailEncoder implements AutoCloseable {
    static final int MOST_BYTES = 12 << 10;
    /** Of the longer side. */
    static final int SIDE = 320;

    private static final int[] QUALITIES = {75, 60, 45, 30, 15};
    private static final double SMALLER = 0.7;

    private final Mat small = new Mat();
    private final Mat bgr = new Mat();

    /** @param input the encoder's input, RGB, of which the valid part is the picture */
    ByteString encode(Mat input, InputGeometry geometry) {
        double scale = Math.min(1, (double) SIDE / Math.max(geometry.validWidth(), geometry.validHeight()));
        while (true) {
            shrink(input, geometry, scale);
            for (int quality : QUALITIES) {
                ByteString jpeg = jpeg(quality);
                if (jpeg.size() <= MOST_BYTES) {
                    return jpeg;
                }
            }
            // Noise alone comes here.
            scale *= SMALLER;
        }
    }

    private void shrink(Mat input, InputGeometry geometry, double scale) {
        int width = (int) Math.max(1, Math.round(scale * geometry.validWidth()));
        int height = (int) Math.max(1, Math.round(scale * geometry.validHeight()));
        try (Rect valid = new Rect(0, 0, geometry.validWidth(), geometry.validHeight());
                Mat picture = new Mat(input, valid);
                Size size = new Size(width, height)) {
            resize(picture, small, size, 0, 0, INTER_AREA);
            cvtColor(small, bgr, COLOR_RGB2BGR);
        }
    }

    private ByteString jpeg(int quality) {
        try (BytePointer bytes = new BytePointer();
                IntPointer settings = new IntPointer(IMWRITE_JPEG_QUALITY, quality)) {
            if (!imencode(".jpg", bgr, bytes, settings)) {
                throw new IllegalStateException("OpenCV writes no JPEG");
            }
            byte[] jpeg = new byte[(int) bytes.limit()];
            bytes.get(jpeg);
            return ByteString.copyFrom(jpeg);
        }
    }

    @Override
    public void close() {
        small.close();
        bgr.close();
    }
}
