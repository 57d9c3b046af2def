package io.segwatch.broker;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Monitors the free space of the broker's disk. A Kafka broker that cannot write ends its process at once; a shortage
 * is reported while there is still time to free some. Threadsafe.
 */
final class DiskSpace implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(DiskSpace.class);
    private static final long EVERY_SECONDS = 10;

    private final Path folder;
    private final long least;
    private final LongSupplier free;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(DiskSpace::daemon);
    private volatile String shortage;

    /** @param least bytes below which there is a shortage; 0 for never */
    DiskSpace(Path folder, long least, LongSupplier free) {
        this.folder = folder;
        this.least = least;
        this.free = free;
        check();
    }

    /** Checks from now on every {@value #EVERY_SECONDS} seconds. */
    void start() {
        timer.scheduleWithFixedDelay(this::check, EVERY_SECONDS, EVERY_SECONDS, TimeUnit.SECONDS);
    }

    /** What is missing and the remedy, as of the last check. */
    Optional<String> shortage() {
        return Optional.ofNullable(shortage);
    }

    void check() {
        long bytes = free.getAsLong();
        String now = bytes >= least
                ? null
                : String.format(
                        Locale.ROOT,
                        "only %d MiB are free on the disk of %s, less than segwatch.broker.min-free = %d MiB;"
                                + " free some, or name a folder on another disk with segwatch.data-dir",
                        bytes >> 20,
                        folder,
                        least >> 20);
        if (now != null && shortage == null) {
            log.error("The embedded broker will end when its disk is full: {}", now);
        } else if (now == null && shortage != null) {
            log.info("There is room again on the disk of {}", folder);
        }
        shortage = now;
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "broker-disk");
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
