package io.segwatch.bench.faults;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The most resident memory of Segwatch's processes together while it is watched. */
final class Memory {
    private static final long EVERY_MS = 500;

    private final CountDownLatch stop = new CountDownLatch(1);
    private final Thread thread;
    private volatile long mostKiB;

    /** Watches from now on. */
    Memory(Deployment deployment) {
        thread = new Thread(
                () -> {
                    try {
                        do {
                            long now = deployment.processes().values().stream()
                                    .mapToLong(RoleProcess::rssKiB)
                                    .sum();
                            mostKiB = Math.max(mostKiB, now);
                        } while (!stop.await(EVERY_MS, TimeUnit.MILLISECONDS));
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "memory");
        thread.setDaemon(true);
        thread.start();
    }

    /** KiB. */
    long stop() throws InterruptedException {
        stop.countDown();
        thread.join();
        return mostKiB;
    }
}
