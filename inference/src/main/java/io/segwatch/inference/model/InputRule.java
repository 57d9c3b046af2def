package io.segwatch.inference.model;

import io.segwatch.contracts.WorkingSize;

/**
 * The size at which pictures are encoded ("Input size" in models/README.md).
 *
 * @param letterbox SAM's rule: the longer side becomes {@code side}, padded to a square; else the "area" rule
 * @param pixels area rule: about so many
 * @param multiple area rule: that each side is rounded to
 * @param minSide area rule
 * @param maxSide area rule
 * @param side letterbox rule: of the square
 */
public record InputRule(boolean letterbox, int pixels, int multiple, int minSide, int maxSide, int side) {

    /** Where a picture of {@code width} x {@code height} pixels, each 1 or more, lies in the encoder's input. */
    public InputGeometry geometry(int width, int height) {
        if (letterbox) {
            double scale = (double) side / Math.max(width, height);
            return new InputGeometry(side, side, scaled(width, scale), scaled(height, scale));
        }
        WorkingSize size = WorkingSize.of(width, height, pixels, multiple, minSide, maxSide);
        return new InputGeometry(size.width(), size.height(), size.width(), size.height());
    }

    /** Side of the smallest square that can be encoded, pixels; for the check at the start. */
    int smallestSide() {
        return letterbox ? side : minSide;
    }

    private int scaled(int length, double scale) {
        return Math.max(1, Math.min(side, (int) Math.round(length * scale)));
    }
}
