package io.segwatch.ingest;

/** Frames a second that a camera has published lately, also of one that publishes less than one. Not threadsafe. */
final class PublishedRate {
    private long sinceNanos;
    private long lastNanos;
    private int frames;
    private boolean begun;
    private double fps;

    void published(long nowNanos) {
        if (begun) {
            frames++;
        } else {
            // Nobody knows how long the first one has taken.
            begun = true;
            sinceNanos = nowNanos;
        }
        lastNanos = nowNanos;
    }

    /** From frame to frame since the last call, or slower when none has come for longer. */
    double measure(long nowNanos) {
        if (frames > 0) {
            fps = frames * 1e9 / Math.max(1, lastNanos - sinceNanos);
            sinceNanos = lastNanos;
            frames = 0;
        } else if (begun) {
            fps = Math.min(fps, 1e9 / Math.max(1, nowNanos - sinceNanos));
        }
        return fps;
    }

    /** The camera is not live. */
    void reset() {
        begun = false;
        frames = 0;
        fps = 0;
    }
}
