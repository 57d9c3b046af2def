package io.segwatch.ingest;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Waits between attempts: doubled each time up to a cap, each shortened at random by up to a half, so that cameras that
 * failed together do not all come back together. For one thread.
 */
final class Backoff {
    private final Duration first;
    private final Duration most;
    private final RandomGenerator random;
    private Duration next;

    Backoff(Duration first, Duration most, RandomGenerator random) {
        this.first = first;
        this.most = most;
        this.random = random;
        this.next = first;
    }

    Duration next() {
        Duration longest = next;
        Duration doubled = next.multipliedBy(2);
        next = doubled.compareTo(most) < 0 ? doubled : most;
        return Duration.ofNanos((long) (longest.toNanos() * (0.5 + random.nextDouble() / 2)));
    }

    /** After a success that lasted. */
    void reset() {
        next = first;
    }
}
