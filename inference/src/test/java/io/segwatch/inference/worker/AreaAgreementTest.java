package io.segwatch.inference.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.segwatch.v1.AreaComparison;
import org.junit.jupiter.api.Test;

class AreaAgreementTest {
    private static final int[] ALL = {0, 1, 2, 3};

    private final AreaAgreement agreement = new AreaAgreement();

    @Test
    void twoThatSeeTheSameAgreeInFull() {
        agreement.add(mask(1, 1, 0, 0), mask(1, 1, 0, 0), ALL);
        agreement.add(mask(1, 0, 0, 0), mask(1, 0, 0, 0), ALL);

        AreaComparison said = agreement.describe().build();
        assertThat(said.getFrames()).isEqualTo(2);
        assertThat(said.getMeanShare()).isEqualTo(0.375);
        assertThat(said.getCandidateMeanShare()).isEqualTo(0.375);
        assertThat(said.getMeanDifference()).isZero();
        assertThat(said.getP95Difference()).isZero();
        assertThat(said.getCorrelation()).isEqualTo(1, within(1e-9));
        assertThat(said.getIou()).isEqualTo(1);
    }

    @Test
    void sharesMayBeTheSameWhereMasksAreNot() {
        agreement.add(mask(1, 1, 0, 0), mask(0, 1, 1, 0), ALL);

        AreaComparison said = agreement.describe().build();
        assertThat(said.getMeanDifference()).isZero();
        assertThat(said.getIou()).isEqualTo(1 / 3.0, within(1e-9));
        assertThat(said.hasCorrelation()).as("a share that has not varied").isFalse();
    }

    @Test
    void onlyTheZoneCounts() {
        agreement.add(mask(1, 1, 0, 0), mask(0, 0, 0, 0), new int[] {1, 2});

        AreaComparison said = agreement.describe().build();
        assertThat(said.getMeanShare()).isEqualTo(0.5);
        assertThat(said.getMeanDifference()).isEqualTo(0.5);
        assertThat(said.getIou()).isZero();
    }

    @Test
    void framesInWhichNeitherSeesAnythingSayNothingOfMasks() {
        agreement.add(mask(0, 0, 0, 0), mask(0, 0, 0, 0), ALL);
        agreement.add(mask(1, 0, 0, 0), mask(1, 1, 0, 0), ALL);

        AreaComparison said = agreement.describe().build();
        assertThat(said.getFramesWithMask()).isEqualTo(1);
        assertThat(said.getIou()).isEqualTo(0.5);
    }

    @Test
    void theDifferenceThatFewPassIsOfTheLastFrames() {
        for (int i = 0; i < 600; i++) {
            // Only the first hundred differ, and they are too long ago.
            agreement.add(mask(1, 1, 1, 1), i < 100 ? mask(0, 0, 0, 0) : mask(1, 1, 1, 1), ALL);
        }
        assertThat(agreement.describe().getP95Difference()).isZero();
        assertThat(agreement.describe().getMeanDifference()).isEqualTo(1 / 6.0, within(1e-9));

        for (int i = 0; i < 50; i++) {
            agreement.add(mask(1, 1, 1, 1), mask(1, 0, 0, 0), ALL);
        }
        assertThat(agreement.describe().getP95Difference()).isEqualTo(0.75);
    }

    private static byte[] mask(int... inside) {
        byte[] mask = new byte[inside.length];
        for (int i = 0; i < mask.length; i++) {
            mask[i] = (byte) inside[i];
        }
        return mask;
    }
}
