package io.segwatch.inference.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.segwatch.contracts.Rle;
import io.segwatch.inference.model.InputGeometry;
import io.segwatch.v1.QueryMask;
import java.util.Arrays;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class MaskMakerTest {
    private static final InputGeometry WHOLE = new InputGeometry(96, 64, 96, 64);

    private final Random random = new Random(3);

    @Test
    void aPixelIsInsideWhereTheResizedProbabilityIsAHalfOrMore() {
        float[] grid = random(12 * 8);
        try (MaskMaker masks = new MaskMaker()) {
            masks.make(grid, 12, 8, WHOLE);
            assertThat(masks.width()).isEqualTo(24);
            assertThat(masks.height()).isEqualTo(16);
            assertThat(Arrays.copyOf(masks.inside(), 24 * 16)).isEqualTo(reference(grid, 12, 8, 24, 16));
        }
    }

    @Test
    void aQuerysThresholdTakesTheHalfsPlace() {
        float[] grid = new float[12 * 8];
        Arrays.fill(grid, 0.3f);
        try (MaskMaker masks = new MaskMaker()) {
            masks.make(grid, 12, 8, WHOLE, 0.25f);
            assertThat(masks.area()).isEqualTo(24 * 16);
            masks.make(grid, 12, 8, WHOLE, 0.35f);
            assertThat(masks.area()).isZero();
        }
    }

    @Test
    void exactlyAHalfIsInside() {
        float[] grid = new float[12 * 8];
        Arrays.fill(grid, 0.5f);
        try (MaskMaker masks = new MaskMaker()) {
            masks.make(grid, 12, 8, WHOLE);
            assertThat(masks.area()).isEqualTo(24 * 16);
        }
    }

    @Test
    void masksOfManySizesInTurnDoNotDisturbEachOther() {
        try (MaskMaker masks = new MaskMaker()) {
            for (int round = 0; round < 40; round++) {
                int gridWidth = 1 + random.nextInt(14);
                int gridHeight = 1 + random.nextInt(14);
                int width = gridWidth * (1 + random.nextInt(4));
                int height = gridHeight * (1 + random.nextInt(4));
                InputGeometry geometry =
                        new InputGeometry(gridWidth * 8, gridHeight * 8, gridWidth * 8, gridHeight * 8);
                float[] grid = random(gridWidth * gridHeight);
                masks.make(grid, gridWidth, gridHeight, geometry, width, height);
                assertThat(Arrays.copyOf(masks.inside(), width * height))
                        .as("%dx%d to %dx%d", gridWidth, gridHeight, width, height)
                        .isEqualTo(reference(grid, gridWidth, gridHeight, width, height));
            }
        }
    }

    @Test
    void theNumbersAreThoseOfTheMask() {
        float[] grid = random(12 * 8);
        float[] full = resized(grid, 12, 8, 24, 16);
        int area = 0;
        double sum = 0;
        for (float p : full) {
            area += p >= 0.5 ? 1 : 0;
            sum += p >= 0.5 ? p : 0;
        }
        try (MaskMaker masks = new MaskMaker()) {
            masks.make(grid, 12, 8, WHOLE);
            QueryMask mask = masks.describe("car", grid, 0.25).build();
            assertThat(mask.getQuery()).isEqualTo("car");
            assertThat(mask.getShare()).isEqualTo(area / (24.0 * 16));
            assertThat(mask.getMeanProbability()).isCloseTo(sum / area, Offset.offset(1e-5));
            assertThat(mask.getPeakProbability()).isEqualTo(peak(grid));
            assertThat(mask.getClassProbability()).isEqualTo(0.25);
            assertThat(Rle.decode(mask.getMask())).isEqualTo(reference(grid, 12, 8, 24, 16));
        }
    }

    @Test
    void whatIsNowhereProbableHasAnEmptyMaskAfterAFullOneToo() {
        float[] full = new float[12 * 8];
        Arrays.fill(full, 0.9f);
        float[] low = new float[12 * 8];
        Arrays.fill(low, 0.49f);
        try (MaskMaker masks = new MaskMaker()) {
            masks.make(full, 12, 8, WHOLE);
            masks.make(low, 12, 8, WHOLE);
            QueryMask mask = masks.describe("car", low, 0).build();
            assertThat(mask.getShare()).isZero();
            assertThat(mask.getMeanProbability()).isZero();
            assertThat(mask.getPeakProbability()).isEqualTo(0.49f);
            assertThat(Rle.area(mask.getMask())).isZero();
        }
    }

    @Test
    void paddingIsCutOff() {
        // A picture of 96x48 in a square of 96: the lower half of the grid is padding, however probable.
        InputGeometry padded = new InputGeometry(96, 96, 96, 48);
        float[] grid = new float[12 * 12];
        Arrays.fill(grid, 6 * 12, grid.length, 1f);
        try (MaskMaker masks = new MaskMaker()) {
            masks.make(grid, 12, 12, padded);
            assertThat(masks.width()).isEqualTo(24);
            assertThat(masks.height()).isEqualTo(12);
            // Only the half-way row at the border is touched by interpolation, and stays below a half.
            assertThat(masks.area()).isZero();
        }
        InputGeometry upright = new InputGeometry(96, 96, 48, 96);
        Arrays.fill(grid, 0);
        for (int y = 0; y < 12; y++) {
            Arrays.fill(grid, y * 12, y * 12 + 6, 1f);
        }
        try (MaskMaker masks = new MaskMaker()) {
            masks.make(grid, 12, 12, upright);
            assertThat(masks.width()).isEqualTo(12);
            assertThat(masks.area()).isEqualTo(12 * 24);
        }
    }

    @Test
    void aMaskThatWasChangedIsMeasuredAnew() {
        float[] grid = new float[12 * 8];
        Arrays.fill(grid, 0.75f);
        try (MaskMaker masks = new MaskMaker()) {
            masks.make(grid, 12, 8, WHOLE);
            Arrays.fill(masks.inside(), 0, 24 * 8, (byte) 0);
            masks.measure();
            assertThat(masks.area()).isEqualTo(24 * 8);
            assertThat(masks.describe("car", grid, 0).build().getMeanProbability())
                    .isEqualTo(0.75);
        }
    }

    private float[] random(int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = random.nextFloat();
        }
        return values;
    }

    private static float peak(float[] values) {
        float peak = 0;
        for (float value : values) {
            peak = Math.max(peak, value);
        }
        return peak;
    }

    private static byte[] reference(float[] grid, int gridWidth, int gridHeight, int width, int height) {
        float[] full = resized(grid, gridWidth, gridHeight, width, height);
        byte[] inside = new byte[full.length];
        for (int i = 0; i < full.length; i++) {
            inside[i] = (byte) (full[i] >= 0.5f ? 1 : 0);
        }
        return inside;
    }

    /** Bilinear with half-pixel centres, the edge's values beyond it. */
    private static float[] resized(float[] grid, int gridWidth, int gridHeight, int width, int height) {
        float[] full = new float[width * height];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                double sourceX = Math.max(0, Math.min(gridWidth - 1, (x + 0.5) * gridWidth / width - 0.5));
                double sourceY = Math.max(0, Math.min(gridHeight - 1, (y + 0.5) * gridHeight / height - 0.5));
                int x0 = (int) sourceX;
                int y0 = (int) sourceY;
                int x1 = Math.min(gridWidth - 1, x0 + 1);
                int y1 = Math.min(gridHeight - 1, y0 + 1);
                double fx = sourceX - x0;
                double fy = sourceY - y0;
                double top = grid[y0 * gridWidth + x0] * (1 - fx) + grid[y0 * gridWidth + x1] * fx;
                double bottom = grid[y1 * gridWidth + x0] * (1 - fx) + grid[y1 * gridWidth + x1] * fx;
                full[y * width + x] = (float) (top * (1 - fy) + bottom * fy);
            }
        }
        return full;
    }
}
