package io.segwatch.ingest;

/**
 * When to give out pictures that have no timestamps, as those of MJPEG: as they come, or, where several come at once
 * (from a proxy that gathers them), spread over the time until the next of them. All times are microseconds. For one
 * thread.
 */
final class BurstClock {
    /** A wait that ends one burst and begins another. */
    private static final long PAUSE = 150_000;
    /** A picture that had to be waited for: none was left over. */
    private static final long WAIT = 20_000;

    private static final long MAX_INTERVAL = 2_000_000;
    private static final long MAX_BACKLOG = 15_000_000;

    private long start = Long.MIN_VALUE;
    private long pictures;
    private long interval;
    private long lastWait;
    private long lastDue = Long.MIN_VALUE;

    /**
     * When to give out the picture that has just come, {@code now} or later.
     *
     * @param waited how long it had to be waited for
     */
    long due(long now, long waited) {
        if (waited >= PAUSE || start == Long.MIN_VALUE) {
            if (start != Long.MIN_VALUE) {
                // A little faster than they come, so that none is left over when the next do.
                long pace = (now - start) * 4 / 5 / pictures;
                interval = pictures == 1 ? 0 : Math.min(MAX_INTERVAL, pace);
            }
            start = now;
            pictures = 0;
        }
        pictures++;
        if (waited >= WAIT) {
            lastWait = now;
        }
        boolean behind = now - lastWait > MAX_BACKLOG;
        lastDue = behind || lastDue == Long.MIN_VALUE ? now : Math.max(now, lastDue + interval);
        return lastDue;
    }
}
