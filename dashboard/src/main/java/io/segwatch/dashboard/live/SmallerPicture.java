package io.segwatch.dashboard.live;

import io.segwatch.v1.Frame;
import java.io.IOException;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * A frame's picture, decoded once for all sizes that are made of it: libjpeg decodes straight to a half, a quarter or
 * an eighth where that is enough. Native memory; for one thread, which must also close it.
 */
final class SmallerPicture implements AutoCloseable {
    private static final int MAX_PIXELS = 16 << 20;

    private final Mat pixels;

    /**
     * @param width of the largest picture that will be made
     * @throws IOException when the frame is no picture
     */
    SmallerPicture(Frame frame, int width) throws IOException {
        if ((long) frame.getWidth() * frame.getHeight() > MAX_PIXELS) {
            throw new IOException("The frame has more than " + MAX_PIXELS + " pixels");
        }
        byte[] jpeg = frame.getJpeg().toByteArray();
        try (BytePointer bytes = new BytePointer(jpeg);
                Mat encoded = new Mat(1, jpeg.length, opencv_core.CV_8UC1, bytes)) {
            pixels = opencv_imgcodecs.imdecode(encoded, reduction(frame.getWidth(), width));
        }
        if (pixels == null || pixels.empty()) {
            throw new IOException("The frame is no JPEG");
        }
    }

    private static int reduction(int from, int to) {
        if (from >= to * 8) {
            return opencv_imgcodecs.IMREAD_REDUCED_COLOR_8;
        }
        if (from >= to * 4) {
            return opencv_imgcodecs.IMREAD_REDUCED_COLOR_4;
        }
        return from >= to * 2 ? opencv_imgcodecs.IMREAD_REDUCED_COLOR_2 : opencv_imgcodecs.IMREAD_COLOR;
    }

    /** The picture as JPEG, never larger than it is. */
    byte[] encode(PictureSize size) throws IOException {
        int width = Math.min(size.width(), pixels.cols());
        int height = Math.max(1, Math.round((float) pixels.rows() * width / pixels.cols()));
        try (Mat scaled = new Mat();
                Size to = new Size(width, height);
                IntPointer settings = new IntPointer(opencv_imgcodecs.IMWRITE_JPEG_QUALITY, size.quality());
                BytePointer encoded = new BytePointer()) {
            opencv_imgproc.resize(pixels, scaled, to, 0, 0, opencv_imgproc.INTER_AREA);
            if (!opencv_imgcodecs.imencode(".jpg", scaled, encoded, settings)) {
                throw new IOException("A picture of " + width + "x" + height + " could not be encoded");
            }
            byte[] jpeg = new byte[(int) encoded.limit()];
            encoded.get(jpeg);
            return jpeg;
        }
    }

    @Override
    public void close() {
        pixels.close();
    }
}
