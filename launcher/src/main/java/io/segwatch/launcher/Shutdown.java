package io.segwatch.launcher;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Lets the command's own thread stop things in their order when Ctrl-C or SIGTERM comes. */
final class Shutdown {
    private static final CountDownLatch done = new CountDownLatch(1);
    private static final long LONGEST_SECONDS = 25;

    private Shutdown() {}

    /** {@code stop} makes the command end; the JVM then waits until {@link #done} or for 25 s. */
    static void onSignal(Runnable stop) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            stop.run();
            try {
                done.await(LONGEST_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
    }

    /** Everything is stopped: the JVM may end. */
    static void done() {
        done.countDown();
    }
}
