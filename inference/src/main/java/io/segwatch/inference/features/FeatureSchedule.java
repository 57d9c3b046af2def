package io.segwatch.inference.features;

import java.util.OptionalLong;

/**
 * When a camera's frames are kept, in event time: every interval while something moves, at once when the picture
 * changes or comes to rest, and once a minute while it stands still. For one thread.
 */
final class FeatureSchedule {
    /** Between records, however much happens; and that nothing moves for the picture to be at rest. */
    static final long LEAST_MS = 1_000;
    /** While the picture stands still: its time is known to have been seen. */
    static final long STILL_MS = 60_000;

    /** Share of the picture: the reach of one or two changed blocks, more than noise. */
    private static final double MOVES = 0.01;
    /** So many times what moved at the record before is a change. */
    private static final double SURGE = 3;
    /**
     * Records before their time; one more is allowed each interval, so that a flickering lamp does not double them for
     * long.
     */
    private static final double MOST_EARLY = 3;

    private final long intervalMs;
    private boolean begun;
    private long lastMs;
    private long seenMs;
    private long movedMs;
    /** Share that moved at the last record. */
    private double level;
    /** The picture was at rest at the last record. */
    private boolean still;

    private double early = MOST_EARLY;

    FeatureSchedule(long intervalMs) {
        this.intervalMs = intervalMs;
    }

    /** The next frame is kept: it is of a new connection, or comes after a cut. */
    void reset() {
        begun = false;
    }

    /**
     * Whether the frame is kept, and then for how long it stands, in milliseconds: until the next one is due, and a
     * little longer, because frames come late.
     *
     * @param moving share of the picture where it may have changed since the frame before, 0..1
     */
    OptionalLong due(long atMs, double moving) {
        if (!begun || atMs < seenMs) {
            begun = true;
            movedMs = atMs;
            seenMs = atMs;
            return OptionalLong.of(keep(atMs, 1, LEAST_MS));
        }
        long frameMs = atMs - seenMs;
        seenMs = atMs;
        if (moving >= MOVES) {
            movedMs = atMs;
        }
        long passed = atMs - lastMs;
        boolean moved = movedMs > lastMs;
        if (passed >= (still && !moved ? STILL_MS : intervalMs)) {
            return OptionalLong.of(keep(atMs, moving, frameMs));
        }
        boolean surge = moving >= Math.max(MOVES, SURGE * level);
        boolean rests = !still && atRest(atMs);
        if ((surge || rests) && passed >= LEAST_MS && early >= 1) {
            early--;
            return OptionalLong.of(keep(atMs, moving, frameMs));
        }
        return OptionalLong.empty();
    }

    private boolean atRest(long atMs) {
        return atMs - movedMs >= LEAST_MS;
    }

    private long keep(long atMs, double moving, long frameMs) {
        early = Math.min(MOST_EARLY, early + Math.max(0.0, atMs - lastMs) / intervalMs);
        lastMs = atMs;
        still = atRest(atMs);
        level = still ? 0 : moving;
        return (still ? STILL_MS : intervalMs) + Math.min(intervalMs, Math.max(LEAST_MS / 2, 2 * frameMs));
    }
}
