package io.segwatch.delivery;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * Waits between attempts: doubled each time up to a most, and then a random part of the upper half, so that receivers
 * that come back are not met by everybody at once.
 */
record Backoff(Duration first, Duration most, DoubleSupplier random) {

    /** @param failures so far, 1 or more */
    long waitMs(int failures) {
        double full = Math.min(most.toMillis(), first.toMillis() * Math.pow(2, failures - 1));
        return Math.round(full * (0.5 + random.getAsDouble() / 2));
    }
}
