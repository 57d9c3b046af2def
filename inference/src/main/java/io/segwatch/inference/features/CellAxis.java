package io.segwatch.inference.features;

/**
 * One axis of a grid of positions divided evenly into fewer or more cells: which positions each cell covers, and how
 * much of them.
 */
final class CellAxis {
    private final int[] first;
    private final float[][] weights;

    /** @param extent positions that the picture reaches over, which may be a fraction */
    CellAxis(int cells, double extent) {
        first = new int[cells];
        weights = new float[cells][];
        int last = (int) Math.ceil(extent) - 1;
        for (int cell = 0; cell < cells; cell++) {
            double from = cell * extent / cells;
            double to = (cell + 1) * extent / cells;
            first[cell] = Math.min(last, (int) from);
            int end = Math.max(first[cell] + 1, Math.min(last + 1, (int) Math.ceil(to - 1e-9)));
            weights[cell] = new float[end - first[cell]];
            for (int i = 0; i < weights[cell].length; i++) {
                double covered = Math.min(to, first[cell] + i + 1.0) - Math.max(from, first[cell] + i);
                weights[cell][i] = (float) (covered * cells / extent);
            }
        }
    }

    int cells() {
        return first.length;
    }

    /** The first position that the cell covers. */
    int first(int cell) {
        return first[cell];
    }

    /** Of each position from the first on, its part of the cell; they sum to 1. */
    float[] weights(int cell) {
        return weights[cell];
    }
}
