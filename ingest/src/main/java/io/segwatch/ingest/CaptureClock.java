package io.segwatch.ingest;

/**
 * When a live picture was taken: the stream's timestamps laid onto this machine's clock. Timestamps are even but their
 * zero is unknown and may jump; arrival is absolute but jitters. The least delay seen so far is taken for the true one,
 * and forgotten at 1 ms a second, which is ten times the drift of a poor clock. A wrong camera clock can therefore
 * never put a picture into the future, nor further than {@link #MAX_DELAY} into the past. All times are microseconds.
 * For one thread.
 */
final class CaptureClock {
    static final long MAX_DELAY = 10_000_000;
    private static final long FORGET = 1_000;

    private boolean started;
    private long offset;
    private long lastTimestamp;
    private long lastNow;
    private long last = Long.MIN_VALUE;

    /**
     * The capture time of the picture that has just come.
     *
     * @param timestamp on the stream's clock; Long.MIN_VALUE when it has none
     * @param now this machine's clock
     */
    long at(long timestamp, long now) {
        if (timestamp == Long.MIN_VALUE) {
            return advance(now, now);
        }
        if (!started || timestamp < lastTimestamp || now < lastNow) {
            started = true;
            offset = now - timestamp;
        } else {
            offset += (now - lastNow) / FORGET;
        }
        offset = Math.min(offset, now - timestamp);
        if (now - (timestamp + offset) > MAX_DELAY) {
            offset = now - timestamp;
        }
        lastTimestamp = timestamp;
        lastNow = now;
        return advance(timestamp + offset, now);
    }

    /** Capture times do not go back, unless this machine's clock was set back. */
    private long advance(long captured, long now) {
        last = Math.min(Math.max(captured, last), now);
        return last;
    }
}
