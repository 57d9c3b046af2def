package io.segwatch.inference.features;

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
import java.util.BitSet;
import java.util.List;
import org.bytedeco.javacpp.indexer.IntIndexer;
import org.bytedeco.javacpp.indexer.UByteIndexer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.MatVector;
import org.bytedeco.opencv.opencv_core.Scalar;

/**
 * The cells that privacy masks touch. An outline is drawn as it is burnt into the pictures: what it encloses is hidden,
 * however often it winds around it.
 */
final class HiddenCells {
    /** Of a cell's side; the outline's stroke is a tenth of a cell on either side. */
    private static final int PIXELS = 16;

    private static final int STROKE = 3;
    /** OpenCV takes positions in parts of a pixel. */
    private static final int SHIFT = 4;

    private HiddenCells() {}

    static BitSet of(List<PrivacyMask> masks, CoarseGrid grid) {
        BitSet hidden = new BitSet(grid.cells());
        for (PrivacyMask mask : masks) {
            add(mask, grid, hidden);
        }
        return hidden;
    }

    private static void add(PrivacyMask mask, CoarseGrid grid, BitSet hidden) {
        try (Scalar black = new Scalar(0, 0, 0, 0);
                Scalar white = new Scalar(255, 255, 255, 255);
                Mat drawn = new Mat(grid.rows() * PIXELS, grid.columns() * PIXELS, opencv_core.CV_8UC1, black);
                Mat outline = points(mask, grid);
                MatVector outlines = new MatVector(outline);
                MatVector around = new MatVector()) {
            fillPoly(drawn, outlines, white, LINE_8, SHIFT, null);
            polylines(drawn, outlines, true, white, STROKE, LINE_8, SHIFT);
            findContours(drawn, around, RETR_EXTERNAL, CHAIN_APPROX_NONE);
            drawContours(drawn, around, -1, white, FILLED, LINE_8, null, Integer.MAX_VALUE, null);
            try (UByteIndexer at = drawn.createIndexer()) {
                for (int y = 0; y < grid.rows() * PIXELS; y++) {
                    for (int x = 0; x < grid.columns() * PIXELS; x++) {
                        if (at.get(y, x) != 0) {
                            hidden.set(y / PIXELS * grid.columns() + x / PIXELS);
                        }
                    }
                }
            }
        }
    }

    /** OpenCV counts from the middle of the first pixel. */
    private static Mat points(PrivacyMask mask, CoarseGrid grid) {
        int count = mask.getOutline().getPointsCount();
        Mat points = new Mat(count, 1, opencv_core.CV_32SC2);
        try (IntIndexer at = points.createIndexer()) {
            for (int i = 0; i < count; i++) {
                Point point = mask.getOutline().getPoints(i);
                at.put(i, 0, 0, position(point.getX() * grid.columns()));
                at.put(i, 0, 1, position(point.getY() * grid.rows()));
            }
        }
        return points;
    }

    private static int position(double cells) {
        return (int) Math.round((cells * PIXELS - 0.5) * (1 << SHIFT));
    }
}
