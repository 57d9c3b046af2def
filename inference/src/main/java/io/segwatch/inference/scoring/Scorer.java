package io.segwatch.inference.scoring;

import io.segwatch.inference.model.EncodedQuery;
import io.segwatch.inference.model.Encoding;
import io.segwatch.inference.model.ModelDescription;
import io.segwatch.inference.model.ModelDescription.Calibration;
import io.segwatch.inference.model.SegmentationModel;
import io.segwatch.inference.model.Vectors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.opencv.global.opencv_core;

/**
 * Scores a fixed list of queries against one picture after another, by the formula of models/README.md. Written with r
 * = κ·x·row − background_lse, which stays small where exp(κ·x·row) would overflow:
 *
 * <pre>{@code z = max_s (r_s + bias_s) − log(max(1 − Σ_e exp(r_e), 1e-6) + Σ_n exp(r_n))}</pre>
 *
 * <p>Every query's numbers are the same to the last bit whatever other queries there are: see {@link #multiply}. For
 * one thread. Call {@link #start} with a picture's encoding, then read queries by their place in the list.
 */
public final class Scorer {
    private static final float LEAST_BACKGROUND = 1e-6f;
    /** exp of more than this is infinite in 32 bits. */
    private static final float MOST_EXPONENT = 88;

    private record Rows(int[] phrases, int[] negatives, int[] excluded) {}

    private final ModelDescription model;
    private final float[][] background;
    private final List<EncodedQuery> queries;
    private final List<Rows> rowsOf = new ArrayList<>();
    private final float[][] rows;
    /** Of each row, added where it is a query's phrase. */
    private final float[] biases;
    /** x·row of each row at each position. */
    private final float[][] products;

    private Encoding encoding;
    /** The picture's text_aligned, a plane for each dimension. */
    private float[][] planes = new float[0][];

    private float[] lse = new float[0];
    private float[] best = new float[0];
    private float[] rest = new float[0];
    private float[] scratch = new float[0];
    /** exp(r) of a row, once a picture, for rows that are summed. */
    private final float[][] exponentials;

    private final boolean[] hasExponential;
    private final double[] classDots;
    private double classLse;

    public Scorer(SegmentationModel model, List<EncodedQuery> queries) {
        this(model.description(), model.background(), queries);
    }

    Scorer(ModelDescription model, float[][] background, List<EncodedQuery> queries) {
        this.model = model;
        this.background = background;
        this.queries = List.copyOf(queries);
        RowTable table = new RowTable();
        for (EncodedQuery query : queries) {
            List<float[]> excluded =
                    query.excluded().stream().map(g -> background[g]).toList();
            rowsOf.add(
                    new Rows(table.places(query.phrases()), table.places(query.negatives()), table.places(excluded)));
        }
        this.rows = table.rows().toArray(float[][]::new);
        this.biases = new float[rows.length];
        for (int r = 0; r < rows.length; r++) {
            biases[r] = bias(rows[r]);
        }
        this.products = new float[rows.length][];
        this.exponentials = new float[rows.length][];
        this.hasExponential = new boolean[rows.length];
        this.classDots = new double[rows.length];
    }

    private float bias(float[] row) {
        for (int g = 0; g < background.length; g++) {
            if (Arrays.equals(row, background[g])) {
                return model.background().get(g).bias();
            }
        }
        return 0;
    }

    public List<EncodedQuery> queries() {
        return queries;
    }

    /** Starts a picture; its encoding must stay unchanged until the next call of this method. */
    public void start(Encoding picture) {
        encoding = picture;
        int positions = picture.positions();
        if (lse.length != positions) {
            allocate(positions);
        }
        picture.backgroundLse().get(0, lse);
        Arrays.fill(hasExponential, false);
        multiply();
        scoreWhole();
    }

    private void allocate(int positions) {
        planes = new float[model.textDims()][positions];
        for (int r = 0; r < rows.length; r++) {
            products[r] = new float[positions];
        }
        lse = new float[positions];
        best = new float[positions];
        rest = new float[positions];
        scratch = new float[positions];
        Arrays.fill(exponentials, null);
    }

    /**
     * rows · text_aligned, each row by itself and each sum in the order of the dimensions. A library's matrix product
     * is a little faster for many rows, and adds up some rows in another order than others, by their place among all:
     * with it a new query changes the last bits of another's scores.
     */
    private void multiply() {
        int positions = lse.length;
        for (int d = 0; d < planes.length; d++) {
            encoding.textAligned().get(d * positions, planes[d]);
        }
        for (int r = 0; r < rows.length; r++) {
            float[] row = rows[r];
            float[] sums = products[r];
            Arrays.fill(sums, 0);
            int d = 0;
            for (; d + 4 <= row.length; d += 4) {
                add(sums, planes[d], planes[d + 1], planes[d + 2], planes[d + 3], row, d);
            }
            for (; d < row.length; d++) {
                for (int p = 0; p < positions; p++) {
                    sums[p] += row[d] * planes[d][p];
                }
            }
        }
    }

    /** Four dimensions at a time: as many as the compiler still turns into vector instructions. */
    private static void add(float[] sums, float[] a, float[] b, float[] c, float[] e, float[] row, int d) {
        float wa = row[d];
        float wb = row[d + 1];
        float wc = row[d + 2];
        float we = row[d + 3];
        for (int p = 0; p < sums.length; p++) {
            sums[p] = sums[p] + wa * a[p] + wb * b[p] + wc * c[p] + we * e[p];
        }
    }

    /** The scores z of query {@code q} at each position of the grid, row-major, into {@code z}. */
    void scores(int q, float[] z) {
        Rows row = rowsOf.get(q);
        relative(row.phrases[0], biases[row.phrases[0]], best);
        for (int s = 1; s < row.phrases.length; s++) {
            relative(row.phrases[s], biases[row.phrases[s]], scratch);
            for (int p = 0; p < best.length; p++) {
                best[p] = Math.max(best[p], scratch[p]);
            }
        }
        if (row.excluded.length == 0 && row.negatives.length == 0) {
            System.arraycopy(best, 0, z, 0, best.length);
            return;
        }
        Arrays.fill(rest, 1);
        for (int e : row.excluded) {
            float[] exponential = exponential(e);
            for (int p = 0; p < rest.length; p++) {
                rest[p] -= exponential[p];
            }
        }
        for (int p = 0; p < rest.length; p++) {
            rest[p] = Math.max(rest[p], LEAST_BACKGROUND);
        }
        for (int n : row.negatives) {
            float[] exponential = exponential(n);
            for (int p = 0; p < rest.length; p++) {
                rest[p] += exponential[p];
            }
        }
        opencv_core.log(rest, scratch, rest.length);
        for (int p = 0; p < best.length; p++) {
            z[p] = best[p] - scratch[p];
        }
    }

    /** The calibrated logits of query {@code q} at each position of the grid, row-major: p is their sigmoid. */
    public void logits(int q, float[] logits) {
        scores(q, logits);
        float peak = logits[0];
        for (int p = 1; p < best.length; p++) {
            peak = Math.max(peak, logits[p]);
        }
        Calibration calibration = model.calibration();
        float offset = calibration.bias() - calibration.peak() * Math.max(0, calibration.sure() - peak);
        for (int p = 0; p < best.length; p++) {
            logits[p] = calibration.scale() * logits[p] + offset;
        }
    }

    /** The calibrated probabilities of query {@code q} at each position of the grid, row-major. */
    public void probabilities(int q, float[] probabilities) {
        logits(q, probabilities);
        for (int p = 0; p < scratch.length; p++) {
            scratch[p] = Math.min(MOST_EXPONENT, -probabilities[p]);
        }
        opencv_core.exp(scratch, rest, scratch.length);
        for (int p = 0; p < rest.length; p++) {
            probabilities[p] = 1 / (1 + rest[p]);
        }
    }

    /** The calibrated probability that the picture as a whole shows query {@code q}. */
    public double classProbability(int q) {
        Calibration calibration = model.classCalibration();
        return 1 / (1 + Math.exp(-(calibration.scale() * classScore(q) + calibration.bias())));
    }

    /** z of query {@code q} for the picture as a whole. */
    private double classScore(int q) {
        Rows row = rowsOf.get(q);
        double bestPhrase = Arrays.stream(row.phrases)
                .mapToDouble(s -> classDots[s] - classLse)
                .max()
                .orElseThrow();
        double others = 1;
        for (int e : row.excluded) {
            others -= Math.exp(classDots[e] - classLse);
        }
        others = Math.max(others, LEAST_BACKGROUND);
        for (int n : row.negatives) {
            others += Math.exp(classDots[n] - classLse);
        }
        return bestPhrase - Math.log(others);
    }

    private void scoreWhole() {
        float[] feature = new float[model.textDims()];
        encoding.imageFeature().get(0, feature);
        double most = Double.NEGATIVE_INFINITY;
        double[] dots = new double[background.length];
        for (int g = 0; g < dots.length; g++) {
            dots[g] = model.logitScale() * Vectors.dot(feature, background[g]);
            most = Math.max(most, dots[g]);
        }
        double sum = 0;
        for (double dot : dots) {
            sum += Math.exp(dot - most);
        }
        classLse = most + Math.log(sum);
        for (int r = 0; r < rows.length; r++) {
            classDots[r] = model.logitScale() * Vectors.dot(feature, rows[r]);
        }
    }

    /** r of a row at each position, and {@code bias}. */
    private void relative(int row, float bias, float[] r) {
        float[] product = products[row];
        float scale = model.logitScale();
        for (int p = 0; p < r.length; p++) {
            r[p] = scale * product[p] - lse[p] + bias;
        }
    }

    private float[] exponential(int row) {
        if (exponentials[row] == null) {
            exponentials[row] = new float[lse.length];
        }
        if (!hasExponential[row]) {
            relative(row, 0, scratch);
            for (int p = 0; p < scratch.length; p++) {
                scratch[p] = Math.min(MOST_EXPONENT, scratch[p]);
            }
            opencv_core.exp(scratch, exponentials[row], lse.length);
            hasExponential[row] = true;
        }
        return exponentials[row];
    }
}
