package io.segwatch.inference.features;

import static org.assertj.core.api.Assertions.assertThat;

import io.segwatch.v1.Point;
import io.segwatch.v1.PrivacyMask;
import io.segwatch.v1.Ring;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class HiddenCellsTest {
    private static final CoarseGrid GRID = new CoarseGrid(10, 5);

    private static PrivacyMask mask(double... xy) {
        Ring.Builder ring = Ring.newBuilder();
        for (int i = 0; i < xy.length; i += 2) {
            ring.addPoints(Point.newBuilder().setX(xy[i]).setY(xy[i + 1]));
        }
        return PrivacyMask.newBuilder().setOutline(ring).build();
    }

    private static int[] hidden(PrivacyMask... masks) {
        BitSet cells = HiddenCells.of(List.of(masks), GRID);
        return cells.stream().toArray();
    }

    @Test
    void aCellThatAMaskTouchesIsHidden() {
        assertThat(hidden()).isEmpty();
        assertThat(hidden(mask(0.32, 0.44, 0.38, 0.44, 0.38, 0.56, 0.32, 0.56))).containsExactly(23);
        assertThat(hidden(mask(0.32, 0.44, 0.42, 0.44, 0.42, 0.56, 0.32, 0.56))).containsExactly(23, 24);
    }

    @Test
    void aMaskThatEndsOnABorderTouchesTheCellBeyond() {
        assertThat(hidden(mask(0.31, 0.41, 0.4, 0.41, 0.4, 0.58, 0.31, 0.58))).contains(23, 24);
    }

    @Test
    void aThinMaskHidesTheCellsThatItCrosses() {
        assertThat(hidden(mask(0.05, 0.1, 0.95, 0.1, 0.95, 0.101))).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    }

    @Test
    void theWholePictureCanBeHidden() {
        assertThat(hidden(mask(0, 0, 1, 0, 1, 1, 0, 1))).hasSize(50);
    }

    /** Twice around a frame: what lies within is wound around by neither rule, and is enclosed all the same. */
    @Test
    void whatAnOutlineEnclosesIsHiddenHoweverItWinds() {
        PrivacyMask frame =
                mask(0.1, 0, 0.9, 0, 0.9, 1, 0.1, 1, 0.1, 0, 0.2, 0.1, 0.2, 0.9, 0.8, 0.9, 0.8, 0.1, 0.2, 0.1);
        assertThat(hidden(frame)).contains(24, 25);
    }

    @Test
    void masksAreHiddenTogether() {
        assertThat(hidden(mask(0.01, 0.01, 0.05, 0.01, 0.05, 0.1), mask(0.95, 0.9, 0.98, 0.9, 0.98, 0.95)))
                .containsExactly(0, 49);
    }
}
