package io.segwatch.inference.model;

/**
 * Where a picture lies in the encoder's input: scaled to {@code validWidth} x {@code validHeight} at the top left
 * corner, zeros elsewhere. Under the "area" rule nothing is padded and both sizes are equal. Pixels of the encoder's
 * input.
 */
public record InputGeometry(int inputWidth, int inputHeight, int validWidth, int validHeight) {

    /** Of a grid that spans the whole input, {@code gridWidth} columns: the columns that the picture reaches. */
    public int validColumns(int gridWidth) {
        return ceilDiv(gridWidth * validWidth, inputWidth);
    }

    /** As {@link #validColumns} for rows. */
    public int validRows(int gridHeight) {
        return ceilDiv(gridHeight * validHeight, inputHeight);
    }

    public boolean isPadded() {
        return validWidth != inputWidth || validHeight != inputHeight;
    }

    private static int ceilDiv(int a, int b) {
        return (a + b - 1) / b;
    }
}
