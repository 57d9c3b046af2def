package io.segwatch.ingest;

import io.segwatch.ingest.GrabException.Retry;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.utils.ExponentialBackoff;

/**
 * How long a grabber waits before it connects again. A camera that showed pictures a moment ago and is away now is
 * mostly restarting: it is asked at the shortest pace, so that it is seen as soon as it is back. Anything else is asked
 * later each time. For one thread.
 */
final class RetryPause {
    /** A camera that is away for longer is off rather than restarting. */
    private static final long RESTARTING_NANOS = TimeUnit.MINUTES.toNanos(2);
    /** A connection that gives pictures for this long has mended whatever was wrong before. */
    private static final long LASTED_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final ExponentialBackoff backoff;
    private final long mostMs;
    private int failures;
    /** Whether this connection has given a picture. */
    private boolean connected;
    /** Whether any has. */
    private boolean seen;

    private long firstPicture;
    private long lastPicture;

    RetryPause(IngestConfig config) {
        mostMs = config.retryMost().toMillis();
        // From half to the whole of a wait that doubles, so that cameras that failed together are not retried together.
        backoff = new ExponentialBackoff(config.retryFirst().toMillis() * 3 / 4, 2, mostMs, 1 / 3.0);
    }

    /** @param now System.nanoTime() */
    void picture(long now) {
        if (!connected) {
            connected = true;
            seen = true;
            firstPicture = now;
        }
        lastPicture = now;
    }

    /**
     * The connection has failed, or could not be made.
     *
     * @param now System.nanoTime()
     * @return milliseconds to wait
     */
    long after(Retry retry, long now) {
        boolean lasted = connected && now - firstPicture > LASTED_NANOS;
        boolean gavePictures = connected;
        connected = false;
        if (retry == Retry.RARELY) {
            failures++;
            return mostMs;
        }
        if (lasted) {
            failures = 0;
        }
        // A camera whose connections break again and again is not asked faster: each may take one of its few sessions.
        if (retry == Retry.SOON && !gavePictures && seen && now - lastPicture < RESTARTING_NANOS) {
            return backoff.backoff(0);
        }
        return backoff.backoff(failures++);
    }
}
