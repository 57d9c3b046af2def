package io.segwatch.kafka;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.errors.RetriableException;

/**
 * Asks Kafka again while it says itself that this may help. A topic just made is not known to each broker at once, and
 * a broker just started leads its partitions some moments later; the client does not ask again for all requests.
 */
final class AskedAgain {
    private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final long PAUSE_MS = 100;

    private AskedAgain() {}

    /** A request and the wait for its answer. */
    interface Request<T> {
        T answer() throws InterruptedException, ExecutionException, TimeoutException;
    }

    /**
     * Blocks for a minute at most, beyond what the last request itself takes.
     *
     * @throws ExecutionException the last refusal
     */
    static <T> T whileRetriable(Request<T> request) throws InterruptedException, ExecutionException, TimeoutException {
        long began = System.nanoTime();
        while (true) {
            try {
                return request.answer();
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof RetriableException) || System.nanoTime() - began > LONGEST_NANOS) {
                    throw e;
                }
                TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
            }
        }
    }
}
