package io.segwatch.dashboard.access;

import io.segwatch.dashboard.http.HttpProblem;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * How often somebody may be wrong: so many times at once, and then once in a while. A try is counted when it begins, so
 * that many at once do not all get through. Bounded; threadsafe.
 */
final class LoginTries {
    private static final int MAX_KEYS = 10_000;
    private static final long REFILL_NANOS = TimeUnit.SECONDS.toNanos(30);

    private static final class Bucket {
        private double left;
        private long atNanos;
    }

    private final int most;
    /** Least lately tried first. */
    private final Map<String, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
            return size() > MAX_KEYS;
        }
    };

    /** @param most tries that may be wrong at once */
    LoginTries(int most) {
        this.most = most;
    }

    /** @throws HttpProblem (429) when there were too many */
    synchronized void begin(String key) {
        Bucket bucket = buckets.get(key);
        long now = System.nanoTime();
        if (bucket == null) {
            bucket = new Bucket();
            bucket.left = most;
            bucket.atNanos = now;
            buckets.put(key, bucket);
        }
        bucket.left = Math.min(most, bucket.left + (double) (now - bucket.atNanos) / REFILL_NANOS);
        bucket.atNanos = now;
        if (bucket.left < 1) {
            long seconds = TimeUnit.NANOSECONDS.toSeconds((long) ((1 - bucket.left) * REFILL_NANOS)) + 1;
            throw HttpProblem.of(429, "password", "was wrong too often; wait " + seconds + " s and try again");
        }
        bucket.left--;
    }

    /** The try was right. */
    synchronized void right(String key) {
        buckets.remove(key);
    }
}
