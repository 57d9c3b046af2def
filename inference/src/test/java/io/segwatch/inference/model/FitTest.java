package io.segwatch.inference.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FitTest {
    @Test
    void withoutPaddingEveryCellIsValid() {
        Fit fit = new Fit(672, 384, 672, 384);
        assertThat(fit.isPadded()).isFalse();
        assertThat(fit.validColumns(84)).isEqualTo(84);
        assertThat(fit.validRows(48)).isEqualTo(48);
    }

    @Test
    void aCellThatThePictureReachesOnlyPartlyCounts() {
        Fit fit = new Fit(1_024, 1_024, 1_024, 577);
        assertThat(fit.isPadded()).isTrue();
        assertThat(fit.validColumns(64)).isEqualTo(64);
        // 577 of 1024 is 36.06 of 64 rows.
        assertThat(fit.validRows(64)).isEqualTo(37);
        assertThat(new Fit(1_024, 1_024, 1, 1_024).validColumns(64)).isEqualTo(1);
    }
}
