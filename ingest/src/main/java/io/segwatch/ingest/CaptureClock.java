package io.segwatch.ingest;

/**
 * When a live picture was taken: the stream's timestamps laid onto this machine's clock. Timestamps are even but their
 * zero is unknown and may jump; arrival is absolute but jitters. The least delay seen so far is taken for the true one,
 * and forgotten at 1 ms a second, which is ten times the drift of a poor clock. A wrong camera clock can therefore
 * never put a picture into the future, nor further than {@link #MAX_DELAY} into the past.
 *
 * <p>What comes in bursts (a segment, or what a proxy gathered) is held and given out at its own pace: the hold is the
 * delay of the picture that came latest, and is released at 20 ms a second. All times are microseconds. For one thread.
 */
final class CaptureClock {
    static final long MAX_DELAY = 15_000_000;
    private static final long FORGET = 1_000;
    private static final long RELEASE = 50;
    /**
     * A picture later than the one before it by this much ends a pause; a slow decoder falls behind in smaller steps.
     */
    private static final long PAUSE = 250_000;

    private static final long SEGMENTED_FIRST = 5_000_000;
    private static final long SEGMENTED_LEAST = 2_000_000;

    private final long leastHold;
    private long hold;
    private long lastLate;
    private long lastDueNow;
    private long lastDue = Long.MIN_VALUE;

    private boolean started;
    private long offset;
    private long lastTimestamp;
    private long lastNow;
    private long last = Long.MIN_VALUE;

    CaptureClock() {
        this(false);
    }

    /** @param segmented whether several bursts are there at the start, as a playlist's are: none is rushed through */
    CaptureClock(boolean segmented) {
        leastHold = segmented ? SEGMENTED_LEAST : 0;
        hold = segmented ? SEGMENTED_FIRST : 0;
    }

    /**
     * When to give out the picture that has just come, {@code now} or later; that is its capture time from then on.
     *
     * @param timestamp on the stream's clock; Long.MIN_VALUE when it has none
     * @param now this machine's clock
     */
    long due(long timestamp, long now) {
        long captured = at(timestamp, now);
        long late = now - captured;
        if (timestamp == Long.MIN_VALUE) {
            return captured;
        }
        if (late - lastLate > PAUSE && late > hold && lastDueNow != 0) {
            hold = late;
        } else if (hold > leastHold && lastDueNow != 0) {
            hold = Math.max(leastHold, hold - (now - lastDueNow) / RELEASE);
        }
        lastLate = late;
        lastDueNow = now;
        lastDue = Math.max(lastDue, captured + hold);
        return lastDue;
    }

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
        if (!started || timestamp < lastTimestamp || timestamp - lastTimestamp > MAX_DELAY || now < lastNow) {
            started = true;
            offset = now - timestamp - hold;
        } else if (hold == 0) {
            offset += (now - lastNow) / FORGET;
        }
        offset = Math.min(offset, now - timestamp);
        if (now - (timestamp + offset) > MAX_DELAY) {
            hold = leastHold;
            offset = now - timestamp - hold;
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
