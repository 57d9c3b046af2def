package io.segwatch.dashboard.live;

/**
 * How large and how good a picture is sent. Few steps, so that many viewers share each.
 *
 * @param width pixels; 0 for the frame's own
 * @param quality of the JPEG, 1 to 100 on libjpeg's scale; 0 for the frame's own
 */
record PictureSize(int width, int quality) {
    /** The frame as it is. */
    static final PictureSize ORIGINAL = new PictureSize(0, 0);

    /** How far a viewer's pictures can be made worse. */
    static final int MAX_STRAIN = 4;

    private static final int[] WIDTHS = {160, 240, 320, 480, 640, 960, 1_280};
    private static final int[] QUALITIES = {72, 60, 50, 45, 40};

    /** The smallest step that is no smaller; 0 for 0, and {@code width} where there is no such step. */
    static int stepOf(int width) {
        return width == 0 || place(width) == WIDTHS.length ? width : WIDTHS[place(width)];
    }

    /**
     * What to send.
     *
     * @param wanted width, a step; 0 for the frame's own
     * @param frame width of the frame
     * @param strain 0 for what is wanted, to {@link #MAX_STRAIN}
     */
    static PictureSize of(int wanted, int frame, int strain) {
        int most = wanted == 0 ? frame : Math.min(wanted, frame);
        if (strain == 0) {
            return most == frame ? ORIGINAL : new PictureSize(most, QUALITIES[0]);
        }
        int step = place(most) - strain;
        return new PictureSize(Math.min(most, WIDTHS[Math.max(0, step)]), QUALITIES[strain]);
    }

    private static int place(int width) {
        int place = 0;
        while (place < WIDTHS.length && WIDTHS[place] < width) {
            place++;
        }
        return place;
    }
}
