package io.segwatch.inference.search;

import io.segwatch.inference.features.CoarseShare;
import io.segwatch.inference.features.FeatureVectors;
import io.segwatch.inference.model.EncodedQuery;
import io.segwatch.inference.model.ModelDescription.Calibration;
import java.util.List;

/**
 * The formula of models/README.md ("Score") on kept vectors, as the worker's scorer has it on whole ones: phrases and
 * synonyms, negatives, entries of the background that mean the same, biases, calibration.
 */
final class WordScorer extends CellScorer {
    private static final double LEAST_BACKGROUND = 1e-6;
    /** exp of less changes no probability in its sixth digit: most cells of most frames need no exp at all. */
    private static final float NOTHING = -14;

    private static final int MOST_EXPONENT = 88;

    private final KeptModel model;
    private final EncodedQuery query;
    private final float[][] phrases;
    private final float[] biases;
    private final float[][] excluded;
    private final float[][] negatives;
    private final List<float[]> excludedRows;
    private float[] sums = new float[0];
    private float[] exponents = new float[0];
    private double[] others = new double[0];
    private final KnownPeak known;

    /** @param threshold probability from which a cell shows it */
    WordScorer(KeptModel model, EncodedQuery query, float threshold) {
        super(threshold);
        this.model = model;
        this.query = query;
        this.excludedRows =
                query.excluded().stream().map(g -> model.background()[g]).toList();
        this.phrases = model.project(query.phrases());
        this.negatives = model.project(query.negatives());
        this.excluded = model.project(excludedRows);
        this.known = KnownPeak.of(model, query);
        this.biases = new float[phrases.length];
        for (int s = 0; s < biases.length; s++) {
            biases[s] = model.bias(query.phrases().get(s));
        }
    }

    @Override
    void score(FeatureVectors frame) {
        int cells = frame.cells();
        float[] best = scores(cells);
        if (sums.length < cells) {
            sums = new float[cells];
            exponents = new float[cells];
            others = new double[cells];
        }
        relative(frame, phrases[0], biases[0], best);
        for (int s = 1; s < phrases.length; s++) {
            relative(frame, phrases[s], biases[s], sums);
            for (int c = 0; c < cells; c++) {
                best[c] = Math.max(best[c], sums[c]);
            }
        }
        if (excluded.length + negatives.length > 0) {
            for (int c = 0; c < cells; c++) {
                others[c] = 1;
            }
            for (float[] row : excluded) {
                addExponential(frame, row, -1);
            }
            for (int c = 0; c < cells; c++) {
                others[c] = Math.max(others[c], LEAST_BACKGROUND);
            }
            for (float[] row : negatives) {
                addExponential(frame, row, 1);
            }
            for (int c = 0; c < cells; c++) {
                if (others[c] != 1) {
                    best[c] -= (float) Math.log(others[c]);
                }
            }
        }
        calibrate(frame);
    }

    private void calibrate(FeatureVectors frame) {
        Calibration calibration = model.description().calibration();
        float highest = findPeak(frame.cells());
        float most = known.most(frame);
        float expected = known.expected(frame, highest);
        // No mean over a cell is above the highest of the picture.
        float excess = Math.max(0, highest - most);
        float offset = CoarseShare.offset(calibration, expected) - calibration.scale() * excess;
        fit(frame.cells(), calibration.scale(), offset);
        if (known.isKnown(frame)) {
            setPeak(ofPicture(calibration, expected));
        }
        setAbsent(most < Float.POSITIVE_INFINITY && ofPicture(calibration, most) < threshold());
    }

    private static float ofPicture(Calibration calibration, float highest) {
        return probability(calibration.scale() * highest + CoarseShare.offset(calibration, highest));
    }

    /** κ·x·row − background, and {@code bias}. */
    private void relative(FeatureVectors frame, float[] row, float bias, float[] into) {
        int cells = frame.cells();
        Products.of(frame.planes(), frame.dims(), cells, row, into);
        float[] background = frame.background();
        float scale = model.description().logitScale();
        for (int c = 0; c < cells; c++) {
            into[c] = scale * into[c] - background[c] + bias;
        }
    }

    private void addExponential(FeatureVectors frame, float[] row, int sign) {
        relative(frame, row, 0, exponents);
        for (int c = 0; c < frame.cells(); c++) {
            if (exponents[c] > NOTHING) {
                others[c] += sign * Math.exp(Math.min(MOST_EXPONENT, exponents[c]));
            }
        }
    }

    @Override
    double wholePicture(FeatureVectors frame) {
        float[] feature = frame.imageFeature();
        double[] dots = new double[model.background().length];
        double most = Double.NEGATIVE_INFINITY;
        for (int g = 0; g < dots.length; g++) {
            dots[g] = dot(feature, model.background()[g]);
            most = Math.max(most, dots[g]);
        }
        double sum = 0;
        for (double dot : dots) {
            sum += Math.exp(dot - most);
        }
        double lse = most + Math.log(sum);
        double bestPhrase = query.phrases().stream()
                .mapToDouble(row -> dot(feature, row) - lse)
                .max()
                .orElseThrow();
        double rest = 1;
        for (float[] row : excludedRows) {
            rest -= Math.exp(dot(feature, row) - lse);
        }
        rest = Math.max(rest, LEAST_BACKGROUND);
        for (float[] row : query.negatives()) {
            rest += Math.exp(dot(feature, row) - lse);
        }
        Calibration calibration = model.description().classCalibration();
        return 1 / (1 + Math.exp(-(calibration.scale() * (bestPhrase - Math.log(rest)) + calibration.bias())));
    }

    private double dot(float[] a, float[] b) {
        double sum = 0;
        for (int d = 0; d < a.length; d++) {
            sum += (double) a[d] * b[d];
        }
        return model.description().logitScale() * sum;
    }
}
