package io.segwatch.inference.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.segwatch.inference.model.ModelDescription.Calibration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CoarseShareTest {
    @ParameterizedTest
    @CsvSource({"0.5, 0.5, 0.5", "0.8, 0.8, 0.5", "0.2, 0.2, 0.5", "0, 0.5, 0", "1, 0.5, 1", "1, 0.9, 1"})
    void atTheThresholdACellCountsForHalf(float probability, float threshold, float share) {
        assertThat(CoarseShare.of(probability, threshold)).isEqualTo(share, within(1e-5f));
    }

    @Test
    void theShareIsTheLogisticFunctionOfTheDistanceInLogits() {
        double logit = Math.log(0.7 / 0.3) - Math.log(0.6 / 0.4);
        assertThat((double) CoarseShare.of(0.7f, 0.6f)).isCloseTo(1 / (1 + Math.exp(-2 * logit)), within(1e-5));
        assertThat(CoarseShare.of(Math.nextDown(1f), 0.01f)).isEqualTo(1);
    }

    @Test
    void aHighestScoreIsTakenForALittleMoreThanCellsHave() {
        Calibration calibration = new Calibration(1, -0.5f, 0.8f, 3);
        assertThat(CoarseShare.offset(calibration, 3)).isEqualTo(-0.5f);
        assertThat(CoarseShare.offset(calibration, CoarseShare.highest(1.3f))).isEqualTo(-0.5f - 0.8f, within(1e-5f));
    }
}
