package io.segwatch.inference.search;

import io.segwatch.inference.features.FeatureVectors;
import io.segwatch.inference.model.FeatureBasis;
import io.segwatch.v1.Box;
import io.segwatch.v1.Features;
import io.segwatch.v1.Point;
import io.segwatch.v1.SearchExample;
import java.util.Arrays;

/**
 * How like a clicked part of a kept frame a cell is: the cosine of its vector with the mean of the clicked cells', as a
 * probability. What counts as like is read off the clicked picture itself: 0.5 lies half-way between the clicked cells
 * and the likest of those that are taken to show other things, but never under a cosine of 0.8. Three tenths of the
 * picture may be as like: the thing itself reaches beyond the click. Both numbers were chosen on real clips;
 * {@code bench/run features} measures what a click finds. For one thread.
 */
final class LikenessScorer extends CellScorer {
    private static final double LEAST_COSINE = 0.8;
    private static final double STRANGERS = 0.7;
    /** Probability 0.5 becomes 0.95 over the half of the way to the clicked cells. */
    private static final double STEEP = 3;

    private final float[] row;
    private final float scale;
    private final float offset;

    private LikenessScorer(float[] row, double middle, double own) {
        super(0.5f);
        this.row = row;
        double steep = STEEP / Math.max(0.02, own - middle);
        this.scale = (float) steep;
        this.offset = (float) (-steep * middle);
    }

    /**
     * Of the part of a frame of this model that was clicked.
     *
     * @throws IllegalArgumentException when nothing of it is kept
     */
    static LikenessScorer of(KeptModel model, Features record, SearchExample example) {
        FeatureVectors frame = new FeatureVectors(
                model.basis().directions(), model.description().textDims());
        frame.read(record);
        boolean[] clicked = clicked(frame, example);
        float[] mean = new float[frame.dims()];
        int count = 0;
        for (int c = 0; c < frame.cells(); c++) {
            if (clicked[c]) {
                count++;
                for (int d = 0; d < mean.length; d++) {
                    mean[d] += frame.planes()[d][c];
                }
            }
        }
        if (count == 0) {
            throw new IllegalArgumentException(
                    "like: a privacy mask hides this part of the picture; click another part");
        }
        float[] row = unit(model.basis(), mean);
        float[] products = new float[frame.cells()];
        Products.of(frame.planes(), frame.dims(), frame.cells(), row, products);
        return fitted(row, products, clicked, count);
    }

    private static LikenessScorer fitted(float[] row, float[] products, boolean[] clicked, int count) {
        double own = 0;
        float[] others = new float[products.length - count];
        int at = 0;
        for (int c = 0; c < products.length; c++) {
            if (clicked[c]) {
                own += products[c] / count;
            } else {
                others[at++] = products[c];
            }
        }
        Arrays.sort(others);
        double stranger = at == 0 ? LEAST_COSINE : others[(int) (STRANGERS * (at - 1))];
        double middle = Math.max(LEAST_COSINE, (own + Math.min(own, stranger)) / 2);
        return new LikenessScorer(row, Math.min(middle, own), own);
    }

    /** Products of kept vectors with it are cosines with the mean: vectors are of unit length before they are kept. */
    private static float[] unit(FeatureBasis basis, float[] mean) {
        int dims = mean.length;
        double[] row = new double[dims];
        double squares = 0;
        for (int i = 0; i < dims; i++) {
            for (int j = 0; j < dims; j++) {
                row[i] += dot(basis.ofWords()[i], basis.ofWords()[j]) * mean[j];
            }
            squares += row[i] * mean[i];
        }
        float[] unit = new float[dims];
        for (int i = 0; i < dims; i++) {
            unit[i] = (float) (row[i] / Math.sqrt(Math.max(1e-12, squares)));
        }
        return unit;
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int d = 0; d < a.length; d++) {
            sum += (double) a[d] * b[d];
        }
        return sum;
    }

    /**
     * Kept cells that the point lies in, or whose middle the box holds; of a box that holds none, that of its middle.
     */
    private static boolean[] clicked(FeatureVectors frame, SearchExample example) {
        boolean[] clicked = new boolean[frame.cells()];
        Box box = example.getBox();
        boolean any = false;
        for (int c = 0; example.hasBox() && c < frame.cells(); c++) {
            double x = (frame.places()[c] % frame.columns() + 0.5) / frame.columns();
            double y = (frame.places()[c] / frame.columns() + 0.5) / frame.rows();
            clicked[c] = x >= box.getX0() && x <= box.getX1() && y >= box.getY0() && y <= box.getY1();
            any |= clicked[c];
        }
        if (!any) {
            Point at = example.hasBox()
                    ? Point.newBuilder()
                            .setX((box.getX0() + box.getX1()) / 2)
                            .setY((box.getY0() + box.getY1()) / 2)
                            .build()
                    : example.getAt();
            int place = side(at.getY(), frame.rows()) * frame.columns() + side(at.getX(), frame.columns());
            for (int c = 0; c < frame.cells(); c++) {
                clicked[c] = frame.places()[c] == place;
            }
        }
        return clicked;
    }

    private static int side(double at, int size) {
        return Math.max(0, Math.min(size - 1, (int) (at * size)));
    }

    @Override
    void score(FeatureVectors frame) {
        int cells = frame.cells();
        Products.of(frame.planes(), Math.min(frame.dims(), row.length), cells, row, scores(cells));
        findPeak(cells);
        fit(cells, scale, offset);
    }

    @Override
    double wholePicture(FeatureVectors frame) {
        return peak();
    }
}
