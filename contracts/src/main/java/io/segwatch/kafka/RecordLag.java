package io.segwatch.kafka;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Whether a role keeps up with its topic: how old what it works on is by then. It is behind once that has been more
 * than a bound for ten seconds, and no longer when it is less than half of it, so that it does not flap. Threadsafe.
 */
public final class RecordLag {
    private static final long HOLD_MS = 10_000;
    /** Without work for so long, there is nothing to be behind with. */
    private static final long FORGET_MS = 60_000;

    private final long mostMs;
    private final LongSupplier clock;
    private long lagMs;
    private long lateSinceMs;
    private long doneAtMs;
    private long busySinceMs;
    private boolean behind;

    /** @param most above which a role is behind */
    public RecordLag(Duration most) {
        this(most, System::currentTimeMillis);
    }

    RecordLag(Duration most, LongSupplier clock) {
        this.mostMs = most.toMillis();
        this.clock = clock;
    }

    /** The role begins to work on a record, or on several. */
    public synchronized void begin() {
        busySinceMs = clock.getAsLong();
    }

    /** It is done with a record that is from {@code recordAtMs}. */
    public synchronized void done(long recordAtMs) {
        long now = clock.getAsLong();
        busySinceMs = 0;
        doneAtMs = now;
        lagMs = now - recordAtMs;
        if (lagMs <= mostMs) {
            lateSinceMs = 0;
            behind &= lagMs > mostMs / 2;
        } else {
            lateSinceMs = lateSinceMs == 0 ? now : lateSinceMs;
            behind |= now - lateSinceMs >= HOLD_MS;
        }
    }

    /** Why the role is behind, in a sentence; empty while it keeps up. Never blocks for long. */
    public synchronized Optional<String> behind() {
        long now = clock.getAsLong();
        if (busySinceMs > 0 && now - busySinceMs > mostMs + HOLD_MS) {
            return Optional.of("It has been busy with one record for " + (now - busySinceMs) / 1000 + " s.");
        }
        if (!behind || now - doneAtMs > FORGET_MS) {
            return Optional.empty();
        }
        return Optional.of("It is " + lagMs / 1000 + " s behind, more than " + mostMs / 1000
                + " s: add processes, or watch fewer cameras or at a lower rate.");
    }
}
