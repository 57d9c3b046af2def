package io.segwatch.ingest;

/**
 * When each picture of a file is due, so that the file plays at its own rate from now on. Passes of a loop are joined.
 * A machine that cannot keep up plays slower rather than in bursts. All times are microseconds. For one thread.
 */
final class PlaybackClock {
    private static final long MAX_GAP = 10_000_000;
    private static final long MAX_LAG = 500_000;

    private final long now;
    private long interval = 40_000;
    private long offset;
    private long last;
    private long lastTimestamp = Long.MIN_VALUE;

    /** Plays from {@code now} on. */
    PlaybackClock(long now) {
        this.now = now;
        this.last = now - interval;
    }

    /** A new pass begins; {@code fps} is what its file declares, or 0. */
    void restart(double fps) {
        interval = fps >= 0.1 && fps <= 240 ? Math.round(1e6 / fps) : 40_000;
        if (lastTimestamp == Long.MIN_VALUE) {
            last = now - interval;
        }
        lastTimestamp = Long.MIN_VALUE;
    }

    /** When the picture with this timestamp (Long.MIN_VALUE for none) is due. */
    long due(long timestamp, long now) {
        if (timestamp == Long.MIN_VALUE) {
            return keepUp(last + interval, now);
        }
        long gap = timestamp - lastTimestamp;
        // Also the first of a pass, whose gap is enormous or negative.
        if (lastTimestamp == Long.MIN_VALUE || gap < 0 || gap > MAX_GAP) {
            offset = last + interval - timestamp;
        }
        lastTimestamp = timestamp;
        return keepUp(timestamp + offset, now);
    }

    private long keepUp(long due, long now) {
        if (now - due > MAX_LAG) {
            offset += now - due;
            last = now;
        } else {
            last = due;
        }
        return last;
    }
}
