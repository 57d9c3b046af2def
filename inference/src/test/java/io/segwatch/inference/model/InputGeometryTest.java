package io.segwatch.inference.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class InputGeometryTest {
    @Test
    void withoutPaddingEveryCellIsValid() {
        InputGeometry geometry = new InputGeometry(672, 384, 672, 384);
        assertThat(geometry.isPadded()).isFalse();
        assertThat(geometry.validColumns(84)).isEqualTo(84);
        assertThat(geometry.validRows(48)).isEqualTo(48);
    }

    @Test
    void aCellThatThePictureReachesOnlyPartlyCounts() {
        InputGeometry geometry = new InputGeometry(1_024, 1_024, 1_024, 577);
        assertThat(geometry.isPadded()).isTrue();
        assertThat(geometry.validColumns(64)).isEqualTo(64);
        // 577 of 1024 is 36.06 of 64 rows.
        assertThat(geometry.validRows(64)).isEqualTo(37);
        assertThat(new InputGeometry(1_024, 1_024, 1, 1_024).validColumns(64)).isEqualTo(1);
    }
}
