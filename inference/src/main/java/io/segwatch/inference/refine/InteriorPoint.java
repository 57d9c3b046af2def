package io.segwatch.inference.refine;

import static org.bytedeco.opencv.global.opencv_core.BORDER_CONSTANT;
import static org.bytedeco.opencv.global.opencv_core.CV_8U;
import static org.bytedeco.opencv.global.opencv_core.copyMakeBorder;
import static org.bytedeco.opencv.global.opencv_core.minMaxLoc;
import static org.bytedeco.opencv.global.opencv_imgproc.DIST_L2;
import static org.bytedeco.opencv.global.opencv_imgproc.distanceTransform;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Point;
import org.bytedeco.opencv.opencv_core.Scalar;

/**
 * The pixel of a mask that lies farthest from its edge.
 *
 * @param x column
 * @param y row
 */
public record InteriorPoint(int x, int y) {

    /** Of a row-major mask, 0 outside; the edge of the picture counts as an edge. */
    public static InteriorPoint of(byte[] mask, int width, int height) {
        try (Mat image = new Mat(height, width, CV_8U);
                Mat framed = new Mat();
                Mat distance = new Mat();
                BytePointer pixels = new BytePointer(image.data());
                DoublePointer least = new DoublePointer(1);
                DoublePointer most = new DoublePointer(1);
                Point low = new Point();
                Point high = new Point();
                Scalar outside = new Scalar(0)) {
            pixels.put(mask, 0, width * height);
            copyMakeBorder(image, framed, 1, 1, 1, 1, BORDER_CONSTANT, outside);
            distanceTransform(framed, distance, DIST_L2, 3);
            minMaxLoc(distance, least, most, low, high, null);
            return new InteriorPoint(high.x() - 1, high.y() - 1);
        }
    }
}
