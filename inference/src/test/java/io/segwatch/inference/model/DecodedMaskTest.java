package io.segwatch.inference.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DecodedMaskTest {
    private static final DecodedMask LEFT_HALF = new DecodedMask(4, 2, new float[] {3, 1, -1, -3, 3, 1, -1, -3}, 0.9f);

    @Test
    void aboveZeroIsInside() {
        assertThat(LEFT_HALF.inside(new InputGeometry(16, 8, 16, 8), 4, 2)).containsExactly(1, 1, 0, 0, 1, 1, 0, 0);
        assertThat(new DecodedMask(1, 1, new float[] {0}, 1).inside(new InputGeometry(4, 4, 4, 4), 1, 1))
                .containsExactly(0);
    }

    @Test
    void itIsEnlargedBetweenItsCells() {
        byte[] inside = LEFT_HALF.inside(new InputGeometry(16, 8, 16, 8), 8, 4);
        assertThat(inside).hasSize(32);
        for (int i = 0; i < 32; i++) {
            assertThat(inside[i]).as("pixel %d", i).isEqualTo((byte) (i % 8 < 4 ? 1 : 0));
        }
    }

    @Test
    void paddingIsCutOff() {
        // The picture fills the upper of two rows.
        assertThat(LEFT_HALF.inside(new InputGeometry(16, 8, 16, 4), 4, 1)).containsExactly(1, 1, 0, 0);
        assertThat(LEFT_HALF.inside(new InputGeometry(16, 8, 8, 8), 2, 2)).containsExactly(1, 1, 1, 1);
    }
}
