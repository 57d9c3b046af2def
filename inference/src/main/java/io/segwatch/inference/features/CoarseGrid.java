package io.segwatch.inference.features;

import io.segwatch.inference.model.InputGeometry;

/**
 * Cells that a picture is evenly divided into: squares of about 32 pixels of the encoder's input, larger where that is
 * too many.
 */
record CoarseGrid(int columns, int rows) {
    private static final double CELL_PX = 32;
    /** Cells may be so much wider or narrower than high. */
    private static final double LEAST_EVEN = 0.9;

    /** @param most cells that there is room for, 1 or more */
    static CoarseGrid of(InputGeometry geometry, int most) {
        boolean wide = geometry.validWidth() >= geometry.validHeight();
        double longer = Math.max(geometry.validWidth(), geometry.validHeight());
        double shorter = Math.min(geometry.validWidth(), geometry.validHeight());
        int along = (int) Math.max(1, Math.min(FeatureVectors.MOST_SIDE, Math.round(longer / CELL_PX)));
        int across = across(along, shorter / longer, most);
        while (across == 0) {
            along--;
            across = across(along, shorter / longer, most);
        }
        return wide ? new CoarseGrid(along, across) : new CoarseGrid(across, along);
    }

    /** Cells along the shorter side that make about squares; 0 where there is no room for them. */
    private static int across(int along, double aspect, int most) {
        long even = Math.max(1, Math.round(along * aspect));
        long fits = Math.min(even, most / along);
        return fits >= LEAST_EVEN * even ? (int) fits : 0;
    }

    int cells() {
        return columns * rows;
    }
}
