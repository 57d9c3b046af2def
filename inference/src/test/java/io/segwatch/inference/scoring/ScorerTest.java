package io.segwatch.inference.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.segwatch.inference.model.EncodedQuery;
import io.segwatch.inference.model.ModelDescription.Calibration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class ScorerTest {
    private static final int POSITIONS = SyntheticEncodings.WIDTH * SyntheticEncodings.HEIGHT;

    private final SyntheticEncodings synthetic = new SyntheticEncodings(11, 20, 0);
    private final List<float[]> vectors = synthetic.units(POSITIONS);

    @Test
    void aPlainQueryScoresByTheFormula() {
        assertFollowsTheFormula(SyntheticEncodings.query("q", synthetic.units(1), List.of(), List.of()));
    }

    @Test
    void ofSynonymsTheNearestCounts() {
        assertFollowsTheFormula(SyntheticEncodings.query("q", synthetic.units(3), List.of(), List.of()));
    }

    @Test
    void backgroundEntriesThatMeanTheSameDoNotCountAgainstIt() {
        assertFollowsTheFormula(SyntheticEncodings.query("q", synthetic.units(1), List.of(), List.of(1, 4)));
    }

    @Test
    void anEntryThatIsAskedForBringsItsBias() {
        List<float[]> phrases = List.of(synthetic.background[1], synthetic.background[4], synthetic.unit());
        assertFollowsTheFormula(
                SyntheticEncodings.query("q", phrases, List.of(synthetic.background[5]), List.of(1, 4)));
    }

    @Test
    void negativesCountAgainstIt() {
        assertFollowsTheFormula(SyntheticEncodings.query("q", synthetic.units(1), synthetic.units(2), List.of()));
    }

    @Test
    void synonymsAliasesAndNegativesTogetherScoreByTheFormula() {
        assertFollowsTheFormula(
                SyntheticEncodings.query("q", synthetic.units(2), synthetic.units(3), List.of(0, 2, 5)));
    }

    @Test
    void whenTheWholeBackgroundMeansTheSameALittleOfItStays() {
        EncodedQuery query =
                SyntheticEncodings.query("q", List.of(synthetic.background[0]), List.of(), List.of(0, 1, 2, 3, 4, 5));
        float[] z = scores(List.of(query), 0);
        for (int p = 0; p < POSITIONS; p++) {
            double r = 20 * SyntheticEncodings.dot(vectors.get(p), synthetic.background[0])
                    - backgroundLse(vectors.get(p));
            // The clamp of models/README.md: 1e-6 of exp(background_lse).
            assertThat((double) z[p]).isCloseTo(r + SyntheticEncodings.bias(0) - Math.log(1e-6), Offset.offset(1e-3));
        }
    }

    @Test
    void aSteepModelOverflowsNowhere() {
        SyntheticEncodings steep = new SyntheticEncodings(3, 1_000, 0);
        List<float[]> steepVectors = steep.units(POSITIONS);
        EncodedQuery query =
                SyntheticEncodings.query("q", List.of(steepVectors.get(0)), List.of(steepVectors.get(1)), List.of(0));
        Scorer scorer = new Scorer(steep.model, steep.background, List.of(query));
        scorer.start(steep.of(steepVectors));
        float[] p = new float[POSITIONS];
        scorer.probabilities(0, p);
        for (float probability : p) {
            assertThat(probability).isBetween(0f, 1f);
        }
        assertThat(p[0]).isEqualTo(1f);
        assertThat(p[1]).isLessThan(1e-6f);
    }

    @Test
    void probabilitiesAreTheCalibratedScores() {
        assertCalibrated(new SyntheticEncodings(11, 20, -1_000));
    }

    @Test
    void aQueryThatIsSureNowhereInThePictureIsBelievedLess() {
        assertCalibrated(new SyntheticEncodings(11, 20, 30));
    }

    private void assertCalibrated(SyntheticEncodings synthetic) {
        EncodedQuery query = SyntheticEncodings.query("q", synthetic.units(2), synthetic.units(1), List.of(3));
        Calibration calibration = synthetic.model.calibration();
        Scorer scorer = new Scorer(synthetic.model, synthetic.background, List.of(query));
        scorer.start(synthetic.of(vectors));
        float[] z = new float[POSITIONS];
        float[] logits = new float[POSITIONS];
        float[] p = new float[POSITIONS];
        scorer.scores(0, z);
        scorer.logits(0, logits);
        scorer.probabilities(0, p);
        double peak = IntStream.range(0, POSITIONS).mapToDouble(i -> z[i]).max().orElseThrow();
        double lacking = Math.max(0, calibration.sure() - peak);
        for (int i = 0; i < POSITIONS; i++) {
            double logit = calibration.scale() * (double) z[i] + calibration.bias() - calibration.peak() * lacking;
            assertThat((double) logits[i]).isCloseTo(logit, Offset.offset(1e-4));
            assertThat((double) p[i]).isCloseTo(1 / (1 + Math.exp(-logit)), Offset.offset(1e-6));
        }
    }

    @Test
    void theWholePictureIsScoredOverAllRowsOfTheBackground() {
        EncodedQuery query = SyntheticEncodings.query("q", synthetic.units(2), synthetic.units(2), List.of(1, 3));
        Calibration calibration = synthetic.model.classCalibration();
        Scorer scorer = new Scorer(synthetic.model, synthetic.background, List.of(query));
        scorer.start(synthetic.of(vectors));
        double z = reference(query, vectors.get(0));
        double expected = 1 / (1 + Math.exp(-(calibration.scale() * z + calibration.bias())));
        assertThat(scorer.classProbability(0)).isCloseTo(expected, Offset.offset(1e-5));
    }

    @Test
    void otherQueriesChangeNotABitOfAQuerysScores() {
        Random random = new Random(5);
        EncodedQuery watched = SyntheticEncodings.query("watched", synthetic.units(3), synthetic.units(2), List.of(2));
        float[] alone = scores(List.of(watched), 0);
        List<EncodedQuery> queries = new ArrayList<>(List.of(watched));
        for (int i = 0; i < 70; i++) {
            queries.add(
                    random.nextInt(queries.size() + 1),
                    SyntheticEncodings.query(
                            "q" + i, synthetic.units(1 + i % 3), synthetic.units(i % 2), List.of(i % 6)));
            assertThat(scores(queries, queries.indexOf(watched)))
                    .as("with %d others", i + 1)
                    .isEqualTo(alone);
        }
    }

    @Test
    void aQuerysScoresDoNotDependOnWhatWasAskedBefore() {
        List<float[]> shared = synthetic.units(1);
        EncodedQuery first = SyntheticEncodings.query("first", synthetic.units(1), shared, List.of());
        EncodedQuery second = SyntheticEncodings.query("second", shared, List.of(), List.of(0));
        float[] z = new float[POSITIONS];
        Scorer scorer = new Scorer(synthetic.model, synthetic.background, List.of(first, second));
        scorer.start(synthetic.any());
        scorer.scores(0, z);
        scorer.start(synthetic.of(vectors));
        scorer.scores(1, z);
        scorer.scores(0, z);
        assertThat(z).isEqualTo(scores(List.of(first), 0));
    }

    @Test
    void anEmptyListOfQueriesIsFine() {
        Scorer scorer = new Scorer(synthetic.model, synthetic.background, List.of());
        scorer.start(synthetic.any());
        assertThat(scorer.queries()).isEmpty();
    }

    private void assertFollowsTheFormula(EncodedQuery query) {
        float[] z = scores(List.of(query), 0);
        for (int p = 0; p < POSITIONS; p++) {
            assertThat((double) z[p])
                    .as("position %d", p)
                    .isCloseTo(reference(query, vectors.get(p)), Offset.offset(tolerance(query, vectors.get(p))));
        }
    }

    private float[] scores(List<EncodedQuery> queries, int q) {
        Scorer scorer = new Scorer(synthetic.model, synthetic.background, queries);
        scorer.start(synthetic.of(vectors));
        float[] z = new float[POSITIONS];
        scorer.scores(q, z);
        return z;
    }

    /** Of 32 bits: where the excluded entries are nearly the whole background, little is left of them. */
    private double tolerance(EncodedQuery query, float[] x) {
        double left = 1;
        for (int e : query.excluded()) {
            left -= Math.exp(20 * SyntheticEncodings.dot(x, synthetic.background[e]) - backgroundLse(x));
        }
        return 1e-4 + 5e-6 / Math.max(left, 1e-6);
    }

    /** "Score" in models/README.md, word for word. */
    private double reference(EncodedQuery query, float[] x) {
        double best = query.phrases().stream()
                .mapToDouble(s -> 20 * SyntheticEncodings.dot(x, s) + biasOf(s))
                .max()
                .orElseThrow();
        double whole = Math.exp(backgroundLse(x));
        double others = whole;
        for (int e : query.excluded()) {
            others -= Math.exp(20 * SyntheticEncodings.dot(x, synthetic.background[e]));
        }
        others = Math.max(others, 1e-6 * whole);
        for (float[] n : query.negatives()) {
            others += Math.exp(20 * SyntheticEncodings.dot(x, n));
        }
        return best - Math.log(others);
    }

    private double biasOf(float[] row) {
        return IntStream.range(0, SyntheticEncodings.BACKGROUND)
                .filter(g -> synthetic.background[g] == row)
                .mapToDouble(SyntheticEncodings::bias)
                .sum();
    }

    private double backgroundLse(float[] x) {
        double sum = 0;
        for (float[] row : synthetic.background) {
            sum += Math.exp(20 * SyntheticEncodings.dot(x, row));
        }
        return Math.log(sum);
    }
}
