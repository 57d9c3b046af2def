package io.segwatch.inference.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import io.segwatch.inference.model.EncodedQuery;
import io.segwatch.inference.model.Encoding;
import io.segwatch.inference.scoring.SyntheticEncodings;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class PeakScoresTest {
    private static final int POSITIONS = SyntheticEncodings.WIDTH * SyntheticEncodings.HEIGHT;

    private final SyntheticEncodings synthetic = new SyntheticEncodings(3, 6, 0);
    private final PeakScores scores = new PeakScores(BackgroundEntries.of(synthetic.model, synthetic.background));

    /** Two entries of the background at a position each, something else everywhere else. */
    private Encoding picture() {
        List<float[]> vectors = synthetic.units(POSITIONS);
        vectors.set(4, synthetic.background[1]);
        vectors.set(9, synthetic.background[5]);
        float[] lse = new float[POSITIONS];
        for (int p = 0; p < POSITIONS; p++) {
            lse[p] = synthetic.backgroundLse(vectors.get(p));
        }
        return synthetic.of(vectors, lse, vectors.get(0));
    }

    private static float[] likely(float logProbability) {
        float[] all = new float[6];
        Arrays.fill(all, logProbability);
        return all;
    }

    /** By its calibration, the score of a probability that the worker's scorer gives. */
    private double live(int entry) {
        EncodedQuery query =
                SyntheticEncodings.query("q", List.of(synthetic.background[entry]), List.of(), List.of(entry));
        float[] probabilities = new float[POSITIONS];
        var scorer = synthetic.scorer(query);
        scorer.start(picture);
        scorer.probabilities(0, probabilities);
        double most = 0;
        for (float probability : probabilities) {
            most = Math.max(most, probability);
        }
        return (Math.log(most / (1 - most)) - synthetic.model.calibration().bias())
                / synthetic.model.calibration().scale();
    }

    private final Encoding picture = picture();

    @Test
    void whatAnEntryHasAtMostInThePictureIsWhatALiveQueryOfItHas() {
        ByteString bytes = scores.of(picture, likely(0), 100);
        assertThat(bytes.byteAt(0)).isZero();
        assertThat(bytes.size()).isGreaterThan(2 * PeakScores.BYTES);
        for (int at = 1; at < bytes.size(); at += PeakScores.BYTES) {
            assertThat(bytes.byteAt(at + 1)).isZero();
            double score = (bytes.byteAt(at + 2) & 0xFF) / PeakScores.STEPS;
            assertThat(score).isCloseTo(live(bytes.byteAt(at)), within(0.05));
        }
    }

    @Test
    void anEntryThatNoCellMakesLikelyIsNotLookedAt() {
        assertThat(scores.of(picture, likely(-30), 100)).isEqualTo(ByteString.copyFrom(new byte[1]));
    }

    @Test
    void whereThereIsNoRoomForAllTheMostOfTheOthersIsTold() {
        ByteString all = scores.of(picture, likely(0), 100);
        ByteString some = scores.of(picture, likely(0), 6);
        assertThat(some.size()).isEqualTo(4);
        assertThat(some.substring(1)).isEqualTo(all.substring(1, 4));
        assertThat(some.byteAt(0)).isEqualTo(all.byteAt(6));
    }
}
