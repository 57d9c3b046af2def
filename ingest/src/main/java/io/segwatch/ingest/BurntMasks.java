package io.segwatch.ingest;

import static org.bytedeco.opencv.global.opencv_imgproc.CHAIN_APPROX_NONE;
import static org.bytedeco.opencv.global.opencv_imgproc.FILLED;
import static org.bytedeco.opencv.global.opencv_imgproc.LINE_8;
import static org.bytedeco.opencv.global.opencv_imgproc.RETR_EXTERNAL;
import static org.bytedeco.opencv.global.opencv_imgproc.drawContours;
import static org.bytedeco.opencv.global.opencv_imgproc.fillPoly;
import static org.bytedeco.opencv.global.opencv_imgproc.findContours;
import static org.bytedeco.opencv.global.opencv_imgproc.polylines;

import io.segwatch.v1.Point;
import io.segwatch.v1.PrivacyMask;
import java.util.List;
import org.bytedeco.javacpp.indexer.IntIndexer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.MatVector;
import org.bytedeco.opencv.opencv_core.Scalar;

/**
 * A camera's privacy masks on pictures of one size: whatever their outlines enclose becomes black, with a margin of a
 * pixel, into which scaling has mixed what lies within. Drawn once, and again when they change. For one thread.
 */
final class BurntMasks implements AutoCloseable {
    /** OpenCV takes positions in parts of a pixel. */
    private static final int SHIFT = 4;

    private static final int MARGIN_STROKE = 3;

    private final int width;
    private final int height;
    private final Mat hidden = new Mat();
    private final Scalar black = new Scalar(0, 0, 0, 0);
    private final Scalar white = new Scalar(255, 255, 255, 255);
    private List<PrivacyMask> drawn = List.of();

    BurntMasks(int width, int height) {
        this.width = width;
        this.height = height;
    }

    /** @param picture upright, of this size */
    void burn(List<PrivacyMask> masks, Mat picture) {
        if (masks.isEmpty()) {
            return;
        }
        if (picture.cols() != width || picture.rows() != height) {
            throw new IllegalStateException("Masks of " + width + "x" + height + " do not fit the picture");
        }
        if (!masks.equals(drawn)) {
            draw(masks);
        }
        try (Mat colour = new Mat(black)) {
            picture.setTo(colour, hidden);
        }
    }

    private void draw(List<PrivacyMask> masks) {
        drawn = List.of();
        hidden.create(height, width, opencv_core.CV_8UC1);
        try (Mat nothing = new Mat(black)) {
            hidden.setTo(nothing);
        }
        for (PrivacyMask mask : masks) {
            draw(mask);
        }
        drawn = List.copyOf(masks);
    }

    /** An outline may cross itself: what it encloses is hidden, however often it winds around it. */
    private void draw(PrivacyMask mask) {
        try (Mat one = new Mat(height, width, opencv_core.CV_8UC1, black);
                Mat outline = points(mask);
                MatVector outlines = new MatVector(outline);
                MatVector around = new MatVector()) {
            fillPoly(one, outlines, white, LINE_8, SHIFT, null);
            polylines(one, outlines, true, white, MARGIN_STROKE, LINE_8, SHIFT);
            findContours(one, around, RETR_EXTERNAL, CHAIN_APPROX_NONE);
            drawContours(hidden, around, -1, white, FILLED, LINE_8, null, Integer.MAX_VALUE, null);
        }
    }

    /** OpenCV counts from the middle of the first pixel. */
    private Mat points(PrivacyMask mask) {
        int count = mask.getOutline().getPointsCount();
        Mat points = new Mat(count, 1, opencv_core.CV_32SC2);
        try (IntIndexer at = points.createIndexer()) {
            for (int i = 0; i < count; i++) {
                Point point = mask.getOutline().getPoints(i);
                at.put(i, 0, 0, (int) Math.round((point.getX() * width - 0.5) * (1 << SHIFT)));
                at.put(i, 0, 1, (int) Math.round((point.getY() * height - 0.5) * (1 << SHIFT)));
            }
        }
        return points;
    }

    @Override
    public void close() {
        hidden.close();
        black.close();
        white.close();
    }
}
