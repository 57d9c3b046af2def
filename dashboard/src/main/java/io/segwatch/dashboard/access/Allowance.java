package io.segwatch.dashboard.access;

import io.segwatch.dashboard.http.HttpProblem;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * How often each caller may do something: so many times at once, and then once in a while. It is counted when it
 * begins, so that many at once do not all get through. Bounded: who was not seen for longest is forgotten. Threadsafe.
 */
final class Allowance {
    private static final int MAX_CALLERS = 10_000;

    private static final class Bucket {
        private double left;
        private long atNanos;
    }

    private final int most;
    private final long refillNanos;
    private final String field;
    private final String what;
    private final Map<String, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
            return size() > MAX_CALLERS;
        }
    };

    /**
     * A full one for everybody.
     *
     * @param most times at once
     * @param refill after which there is one more
     * @param field of the problem, as {@code what} says it
     */
    Allowance(int most, Duration refill, String field, String what) {
        this.most = most;
        this.refillNanos = refill.toNanos();
        this.field = field;
        this.what = what;
    }

    /** @throws HttpProblem (429) when there were too many */
    synchronized void take(String caller) {
        long now = System.nanoTime();
        Bucket bucket = buckets.get(caller);
        if (bucket == null) {
            bucket = new Bucket();
            bucket.left = most;
            bucket.atNanos = now;
            buckets.put(caller, bucket);
        }
        bucket.left = Math.min(most, bucket.left + (double) (now - bucket.atNanos) / refillNanos);
        bucket.atNanos = now;
        if (bucket.left < 1) {
            long seconds = TimeUnit.NANOSECONDS.toSeconds((long) ((1 - bucket.left) * refillNanos)) + 1;
            throw HttpProblem.of(429, field, what + "; wait " + seconds + " s and try again");
        }
        bucket.left--;
    }

    /** As if nothing had been taken. */
    synchronized void restore(String caller) {
        buckets.remove(caller);
    }
}
