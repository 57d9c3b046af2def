package io.segwatch.inference.scoring;

import static org.bytedeco.opencv.global.opencv_core.CV_32F;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_LINEAR;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import io.segwatch.contracts.Rle;
import io.segwatch.inference.model.InputGeometry;
import io.segwatch.v1.QueryMask;
import java.util.Arrays;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * Turns probabilities on the text-aligned grid into a mask: resized bilinearly (half-pixel centres), inside where a
 * threshold or more, which is 0.5 if none is given. For one thread; its buffers are reused.
 */
public final class MaskMaker implements AutoCloseable {
    /** From which a pixel is inside where a query has no threshold of its own. */
    public static final float THRESHOLD = 0.5f;
    /** Pixels of the encoder's input to a pixel of an observation's mask. */
    public static final int MASK_STRIDE = 4;

    private final Mat grid = new Mat();
    private final Mat resized = new Mat();
    private final Size size = new Size();
    private FloatPointer gridValues;
    private FloatPointer resizedValues;
    private float[] values = new float[0];
    private byte[] inside = new byte[0];
    private int width;
    private int height;
    private int area;
    private double sum;

    /** The mask at a quarter of the encoder's input, without its padding. */
    public void make(float[] probabilities, int gridWidth, int gridHeight, InputGeometry geometry) {
        make(probabilities, gridWidth, gridHeight, geometry, THRESHOLD);
    }

    /** The same, with the pixels inside that have at least this probability. */
    public void make(float[] probabilities, int gridWidth, int gridHeight, InputGeometry geometry, float threshold) {
        make(
                probabilities,
                gridWidth,
                gridHeight,
                geometry,
                threshold,
                geometry.validColumns(geometry.inputWidth() / MASK_STRIDE),
                geometry.validRows(geometry.inputHeight() / MASK_STRIDE));
    }

    /** The mask at {@code toWidth} x {@code toHeight}, which stand for the valid part of the input. */
    public void make(
            float[] probabilities, int gridWidth, int gridHeight, InputGeometry geometry, int toWidth, int toHeight) {
        make(probabilities, gridWidth, gridHeight, geometry, THRESHOLD, toWidth, toHeight);
    }

    private void make(
            float[] probabilities,
            int gridWidth,
            int gridHeight,
            InputGeometry geometry,
            float threshold,
            int toWidth,
            int toHeight) {
        width = toWidth;
        height = toHeight;
        area = 0;
        sum = 0;
        if (inside.length < width * height) {
            inside = new byte[width * height];
        }
        if (peak(probabilities) < threshold) {
            // Interpolation never goes above its highest source.
            Arrays.fill(inside, 0, width * height, (byte) 0);
            return;
        }
        float[] full = enlarge(probabilities, gridWidth, gridHeight, geometry, toWidth, toHeight);
        for (int i = 0; i < width * height; i++) {
            inside[i] = full[i] >= threshold ? (byte) 1 : 0;
        }
        measure();
    }

    /** Measures the last mask again after {@link #inside} was changed, as by a refinement. */
    public void measure() {
        area = 0;
        sum = 0;
        for (int i = 0; i < width * height; i++) {
            if (inside[i] != 0) {
                sum += values[i];
                area++;
            }
        }
    }

    /** Pixels inside the last mask. */
    public int area() {
        return area;
    }

    /** A grid's values resized as {@link #make} does; the next call overwrites the array. */
    public float[] enlarge(
            float[] from, int gridWidth, int gridHeight, InputGeometry geometry, int toWidth, int toHeight) {
        // The whole input at the scale at which its valid part has the size asked for; the rest is cut off below.
        int fullWidth = (int) Math.round((double) toWidth * geometry.inputWidth() / geometry.validWidth());
        int fullHeight = (int) Math.round((double) toHeight * geometry.inputHeight() / geometry.validHeight());
        allocate(gridWidth, gridHeight, fullWidth, fullHeight);
        gridValues.put(from, 0, gridWidth * gridHeight);
        resize(grid, resized, size, 0, 0, INTER_LINEAR);
        if (values.length < toWidth * toHeight) {
            values = new float[toWidth * toHeight];
        }
        resizedValues.position(0);
        if (fullWidth == toWidth) {
            resizedValues.get(values, 0, toWidth * toHeight);
        } else {
            for (int y = 0; y < toHeight; y++) {
                resizedValues.position((long) y * fullWidth).get(values, y * toWidth, toWidth);
            }
        }
        return values;
    }

    /**
     * Sizes stay the same from query to query and mostly from frame to frame: buffers are allocated only when they
     * change.
     */
    private void allocate(int gridWidth, int gridHeight, int fullWidth, int fullHeight) {
        if (grid.cols() != gridWidth || grid.rows() != gridHeight) {
            grid.create(gridHeight, gridWidth, CV_32F);
            gridValues = new FloatPointer(grid.data());
        }
        if (resized.cols() != fullWidth || resized.rows() != fullHeight) {
            resized.create(fullHeight, fullWidth, CV_32F);
            resizedValues = new FloatPointer(resized.data());
            size.width(fullWidth).height(fullHeight);
        }
    }

    /** The last mask, row-major, 0 or 1; the next one overwrites it. */
    public byte[] inside() {
        return inside;
    }

    public int width() {
        return width;
    }

    public int height() {
        return height;
    }

    /** Fills in the last mask and its numbers. */
    public QueryMask.Builder describe(String query, float[] probabilities, double classProbability) {
        return QueryMask.newBuilder()
                .setQuery(query)
                .setMask(Rle.encode(inside, width, height))
                .setShare((double) area / (width * height))
                .setMeanProbability(area == 0 ? 0 : sum / area)
                .setPeakProbability(peak(probabilities))
                .setClassProbability(classProbability);
    }

    private static float peak(float[] values) {
        float peak = 0;
        for (float value : values) {
            peak = Math.max(peak, value);
        }
        return peak;
    }

    @Override
    public void close() {
        grid.close();
        resized.close();
        size.close();
    }
}
