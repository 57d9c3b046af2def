package io.segwatch.bench.faults;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Waits for what other processes bring about. */
final class Waiting {
    private static final long EVERY_MS = 10;

    private Waiting() {}

    /** @throws IllegalStateException when it has not come within {@code atMost} */
    static void until(String what, Duration atMost, BooleanSupplier there) throws InterruptedException {
        if (!comes(atMost, there)) {
            throw new IllegalStateException("In vain for " + atMost.toSeconds() + " s: " + what);
        }
    }

    /** Whether it has come within {@code atMost}. */
    static boolean comes(Duration atMost, BooleanSupplier there) throws InterruptedException {
        long end = System.nanoTime() + atMost.toNanos();
        while (!there.getAsBoolean()) {
            if (System.nanoTime() > end) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(EVERY_MS);
        }
        return true;
    }
}
