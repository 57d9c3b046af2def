package io.segwatch.inference.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import io.segwatch.inference.features.FeatureVectors;
import io.segwatch.inference.model.EncodedQuery;
import io.segwatch.inference.scoring.Scorer;
import io.segwatch.inference.scoring.SyntheticEncodings;
import io.segwatch.v1.Features;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The worker's scorer gets what a reader of the record sees, in all of the model's dimensions: the same numbers. */
class WordScorerTest {
    private static final int DIMS = SyntheticEncodings.DIMS;
    private static final int CELLS = SyntheticEncodings.WIDTH * SyntheticEncodings.HEIGHT;
    private static final float THRESHOLD = 0.5f;

    /** However little sure a query is, it is believed: what cells take from a peak is another test's. */
    private final SyntheticEncodings synthetic = new SyntheticEncodings(11, 20, -1_000);

    private final FeatureVectors kept = new FeatureVectors(DIMS, DIMS);
    private final List<float[]> seen = new ArrayList<>();

    @Test
    void aPlainWordHasTheLiveProbabilityInEachCell() {
        assertAsLive(query(synthetic.units(1), List.of()));
    }

    @Test
    void ofSynonymsTheNearestCounts() {
        assertAsLive(query(synthetic.units(3), List.of()));
    }

    @Test
    void negativesCountAgainstIt() {
        assertAsLive(query(synthetic.units(1), synthetic.units(2)));
    }

    @Test
    void entriesOfTheBackgroundThatMeanTheSameDoNotCountAgainstIt() {
        assertAsLive(query(synthetic.units(1), List.of(), 1, 4));
    }

    @Test
    void anEntryThatIsAskedForBringsItsBias() {
        assertAsLive(query(List.of(synthetic.unit(), synthetic.background[4]), List.of(), 4));
    }

    @Test
    void whenTheWholeBackgroundMeansTheSameALittleOfItStays() {
        assertAsLive(query(synthetic.units(1), synthetic.units(1), 0, 1, 2, 3, 4, 5));
    }

    @Test
    void allOfItTogether() {
        List<float[]> phrases = List.of(synthetic.background[2], synthetic.unit(), synthetic.unit());
        assertAsLive(query(phrases, List.of(synthetic.background[5], synthetic.unit()), 0, 2));
    }

    /** With a calibration that asks how sure a query is of any position, which means over cells do not show. */
    @Test
    void whatIsKnownOfAnEntryTakesThePlaceOfWhatItsCellsLetExpect() {
        SyntheticEncodings asking = new SyntheticEncodings(11, 20, 8);
        KeptModel model = SyntheticRecords.model(asking);
        List<float[]> vectors = asking.units(CELLS);
        Features record = SyntheticRecords.of(asking, vectors);
        EncodedQuery alone = query(List.of(asking.background[4]), List.of(), 4);
        WordScorer scorer = new WordScorer(model, alone, THRESHOLD);

        kept.read(record);
        scorer.score(kept);
        float guessed = scorer.peak();
        assertThat(scorer.absent()).isFalse();

        kept.read(record.toBuilder().setFormat(2).setPeaks(peaks(0, 4, 112)).build());
        scorer.score(kept);
        assertThat((double) scorer.peak()).isCloseTo(sigmoid(1.7 * 7 - 0.4 - 0.3 * (8 - 7)), within(1e-5));
        assertThat(scorer.peak()).isNotEqualTo(guessed);
        assertThat(scorer.absent()).isFalse();

        kept.read(record.toBuilder().setFormat(2).setPeaks(peaks(0, 3, 112)).build());
        scorer.score(kept);
        assertThat(scorer.absent()).isTrue();
        assertThat((double) scorer.peak()).isLessThan(THRESHOLD);
    }

    @Test
    void ofSynonymsAnEntryTellsTheLeastAndWithNegativesTheMost() {
        SyntheticEncodings asking = new SyntheticEncodings(11, 20, 8);
        KeptModel model = SyntheticRecords.model(asking);
        kept.read(SyntheticRecords.of(asking, asking.units(CELLS)).toBuilder()
                .setFormat(2)
                .setPeaks(peaks(0, 4, 240))
                .build());
        EncodedQuery synonyms = query(List.of(asking.unit(), asking.background[4]), List.of(), 4);
        WordScorer scorer = new WordScorer(model, synonyms, THRESHOLD);
        scorer.score(kept);
        assertThat((double) scorer.peak()).isCloseTo(sigmoid(1.7 * 15 - 0.4), within(1e-5));

        EncodedQuery against = query(List.of(asking.background[4]), asking.units(1), 4);
        scorer = new WordScorer(model, against, THRESHOLD);
        scorer.score(kept);
        assertThat((double) scorer.peak()).isLessThan(sigmoid(1.7 * 15 - 0.4));
        kept.read(SyntheticRecords.of(asking, asking.units(CELLS)).toBuilder()
                .setFormat(2)
                .setPeaks(peaks(0, 3, 240))
                .build());
        scorer.score(kept);
        assertThat(scorer.absent()).isTrue();
    }

    private static ByteString peaks(int others, int entry, int sixteenths) {
        return ByteString.copyFrom(new byte[] {(byte) others, (byte) entry, 0, (byte) sixteenths});
    }

    private static double sigmoid(double logit) {
        return 1 / (1 + Math.exp(-logit));
    }

    private static EncodedQuery query(List<float[]> phrases, List<float[]> negatives, Integer... excluded) {
        return SyntheticEncodings.query("q", phrases, negatives, List.of(excluded));
    }

    private void assertAsLive(EncodedQuery query) {
        kept.read(record());
        for (int c = 0; c < CELLS; c++) {
            float[] vector = new float[DIMS];
            for (int d = 0; d < DIMS; d++) {
                vector[d] = kept.planes()[d][c];
            }
            seen.add(vector);
        }
        Scorer live = synthetic.scorer(query);
        live.start(synthetic.of(seen, Arrays.copyOf(kept.background(), CELLS), kept.imageFeature()));
        float[] expected = new float[CELLS];
        live.probabilities(0, expected);

        WordScorer scorer = new WordScorer(SyntheticRecords.model(synthetic), query, THRESHOLD);
        scorer.score(kept);

        assertThat(Arrays.copyOf(scorer.probabilities(), CELLS)).containsExactly(expected, within(2e-5f));
        assertThat(scorer.probabilities()[scorer.peakCell()]).isEqualTo(scorer.peak());
        assertThat((double) scorer.peak())
                .isCloseTo(Arrays.stream(doubles(expected)).max().orElseThrow(), within(2e-5));
        assertThat(scorer.wholePicture(kept)).isCloseTo(live.classProbability(0), within(1e-5));
        // Else it would hold of cells that are all nothing or all sure.
        assertThat(Arrays.stream(doubles(expected))).anyMatch(probability -> probability > 0.02 && probability < 0.98);
    }

    private static double[] doubles(float[] values) {
        return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
    }

    /** Cells of any vectors, and some of the background's. */
    private Features record() {
        List<float[]> vectors = synthetic.units(CELLS);
        Collections.copy(vectors, List.of(synthetic.background));
        return SyntheticRecords.of(synthetic, vectors);
    }
}
