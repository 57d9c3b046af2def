package io.segwatch.bench.alerts;

/**
 * One thing that comes, stays and goes: an ellipse that slides in from a side, rests with a slow drift, and slides out.
 * Places and sizes are in pictures, times in milliseconds of event time.
 *
 * @param due whether it is large enough for long enough that a person would want one alert
 * @param fromMs it touches the picture
 * @param toMs it has left the picture
 * @param x its centre while it rests; so is {@code y}
 * @param rx its half width; {@code ry} its half height
 * @param hiddenFromMs something stands before it from here to {@code hiddenToMs}; both 0 for never
 */
record GroundTruth(
        boolean due,
        long fromMs,
        long toMs,
        double x,
        double y,
        double rx,
        double ry,
        long hiddenFromMs,
        long hiddenToMs) {

    /** How long sliding in takes, and sliding out; a short visit rests for no time. */
    private static final long SLIDE_MS = 700;

    boolean visible(long atMs) {
        return atMs >= fromMs && atMs < toMs && !(atMs >= hiddenFromMs && atMs < hiddenToMs);
    }

    double xAt(long atMs) {
        long slide = Math.min(SLIDE_MS, (toMs - fromMs) / 2);
        double outside = Math.max(slide - (atMs - fromMs), slide - (toMs - atMs)) / (double) slide;
        double side = x < 0.5 ? -rx : 1 + rx;
        return outside > 0 ? x + (side - x) * outside : x + 0.02 * Math.sin(atMs / 2_000.0);
    }
}
