package io.segwatch.inference.worker;

import java.time.Duration;

/** How long frames wait for those of other cameras, so that one run of the encoder serves more. For one thread. */
final class BatchPatience {
    private final long longestNanos;
    private boolean waiting;
    private long sinceNanos;

    /** @param longest zero for no wait at all */
    BatchPatience(Duration longest) {
        this.longestNanos = longest.toNanos();
    }

    boolean isNone() {
        return longestNanos == 0;
    }

    /** Whether {@code frames} frames are to be encoded: {@code whole} of them are there, or they waited long enough. */
    boolean isOver(int frames, int whole) {
        long now = System.nanoTime();
        if (!waiting) {
            waiting = true;
            sinceNanos = now;
        }
        if (frames < whole && now - sinceNanos < longestNanos) {
            return false;
        }
        waiting = false;
        return true;
    }

    /** How much longer frames wait at most; zero while none does. */
    Duration left() {
        return waiting ? Duration.ofNanos(Math.max(0, longestNanos - (System.nanoTime() - sinceNanos))) : Duration.ZERO;
    }
}
