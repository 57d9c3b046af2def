package io.segwatch.inference.refine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class InteriorPointTest {
    @Test
    void ofASquareItIsTheMiddle() {
        byte[] mask = new byte[9 * 9];
        for (int y = 2; y < 7; y++) {
            Arrays.fill(mask, y * 9 + 1, y * 9 + 6, (byte) 1);
        }
        assertThat(InteriorPoint.of(mask, 9, 9)).isEqualTo(new InteriorPoint(3, 4));
    }

    @Test
    void theEdgeOfThePictureIsAnEdge() {
        byte[] mask = new byte[7 * 7];
        Arrays.fill(mask, (byte) 1);
        assertThat(InteriorPoint.of(mask, 7, 7)).isEqualTo(new InteriorPoint(3, 3));
    }

    @Test
    void ofARingItLiesOnTheRingAndNotInItsHole() {
        int side = 31;
        byte[] mask = new byte[side * side];
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                double radius = Math.hypot(x - 15, y - 15);
                mask[y * side + x] = (byte) (radius < 14 && radius > 7 ? 1 : 0);
            }
        }
        InteriorPoint point = InteriorPoint.of(mask, side, side);
        assertThat(Math.hypot(point.x() - 15, point.y() - 15)).isBetween(9.0, 12.0);
    }

    @Test
    void ofOnePixelItIsThatPixel() {
        byte[] mask = new byte[5 * 3];
        mask[2 * 5 + 4] = 1;
        assertThat(InteriorPoint.of(mask, 5, 3)).isEqualTo(new InteriorPoint(4, 2));
    }
}
