package io.segwatch.inference.search;

import java.util.Arrays;

/** Products of all cells of a frame with one row, in loops that the compiler turns into vector instructions. */
final class Products {
    private Products() {}

    /**
     * Writes the product of each cell with the row into {@code sums}.
     *
     * @param planes [dims][cells]
     * @param row of at least {@code dims}
     */
    static void of(float[][] planes, int dims, int cells, float[] row, float[] sums) {
        Arrays.fill(sums, 0, cells, 0);
        int d = 0;
        for (; d + 4 <= dims; d += 4) {
            addFour(sums, planes, row, d, cells);
        }
        for (; d < dims; d++) {
            float weight = row[d];
            float[] plane = planes[d];
            for (int c = 0; c < cells; c++) {
                sums[c] += weight * plane[c];
            }
        }
    }

    private static void addFour(float[] sums, float[][] planes, float[] row, int d, int cells) {
        float[] a = planes[d];
        float[] b = planes[d + 1];
        float[] c = planes[d + 2];
        float[] e = planes[d + 3];
        float wa = row[d];
        float wb = row[d + 1];
        float wc = row[d + 2];
        float we = row[d + 3];
        for (int p = 0; p < cells; p++) {
            sums[p] = sums[p] + wa * a[p] + wb * b[p] + wc * c[p] + we * e[p];
        }
    }
}
