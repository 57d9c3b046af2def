package io.segwatch.inference.worker;

/** The smallest box around a mask and the mask's area, pixels; x1 and y1 exclusive. */
record MaskBox(int x0, int y0, int x1, int y1, int area) {

    /** Of a row-major mask of 0 and 1; a mask without a pixel has a box of no size. */
    static MaskBox of(byte[] mask, int width, int height) {
        int x0 = width;
        int y0 = height;
        int x1 = 0;
        int y1 = 0;
        int area = 0;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                if (mask[y * width + x] != 0) {
                    x0 = Math.min(x0, x);
                    x1 = Math.max(x1, x + 1);
                    y0 = Math.min(y0, y);
                    y1 = y + 1;
                    area++;
                }
            }
        }
        return area == 0 ? new MaskBox(0, 0, 0, 0, 0) : new MaskBox(x0, y0, x1, y1, area);
    }
}
