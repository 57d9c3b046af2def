package io.segwatch.delivery;

import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.utils.ExponentialBackoff;

/**
 * Settings of the delivery role; the key of each is {@code segwatch.delivery.} and its name with dashes.
 *
 * @param instance name of this process in statuses, unique among those that deliver, 1 to 200 characters
 * @param maxWebhooks that this process posts to, 1 to 1,000; further ones wait, and their status says so
 * @param inFlight requests open at a time to one webhook, 1 to 64
 * @param maxWaiting alerts that may wait their turn for one webhook, 100 to 1,000,000; further ones stay in Kafka
 * @param attempts to post an alert before it goes to dead-letter, 1 to 50
 * @param timeout of one attempt, 100 ms to 2 minutes
 * @param retryFirst wait before the second attempt, doubled at each further one up to {@code retryMost}; 10 ms or more
 * @param retryMost longest wait between two attempts, up to a day
 * @param privateTargets networks that are not public and may still be posted to, as 192.168.1.0/24
 */
public record DeliveryConfig(
        String instance,
        int maxWebhooks,
        int inFlight,
        int maxWaiting,
        int attempts,
        Duration timeout,
        Duration retryFirst,
        Duration retryMost,
        List<String> privateTargets) {

    public DeliveryConfig {
        if (instance.isEmpty() || instance.length() > 200) {
            throw new IllegalArgumentException("segwatch.delivery.instance must have 1 to 200 characters");
        }
        bound("max-webhooks", maxWebhooks, 1, 1_000);
        bound("in-flight", inFlight, 1, 64);
        bound("max-waiting", maxWaiting, 100, 1_000_000);
        bound("attempts", attempts, 1, 50);
        bound("timeout", timeout, Duration.ofMillis(100), Duration.ofMinutes(2));
        bound("retry-first", retryFirst, Duration.ofMillis(10), Duration.ofDays(1));
        bound("retry-most", retryMost, retryFirst, Duration.ofDays(1));
        privateTargets = List.copyOf(privateTargets);
        privateTargets.forEach(EgressPolicy::parseNetwork);
    }

    /** Public targets only; an alert is given up after about an hour and a half. */
    public static DeliveryConfig defaults() {
        return new DeliveryConfig(
                "local",
                64,
                4,
                100_000,
                14,
                Duration.ofSeconds(10),
                Duration.ofSeconds(1),
                Duration.ofMinutes(30),
                List.of());
    }

    /**
     * Wait before the next attempt: {@code retryFirst}, doubled with each further failure and never more than
     * {@code retryMost}, each time varied by up to half, so that rules that failed together do not come back together.
     */
    ExponentialBackoff retryBackoff() {
        return new ExponentialBackoff(retryFirst.toMillis(), 2, retryMost.toMillis(), 0.5);
    }

    private static void bound(String key, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    "segwatch.delivery." + key + " must be " + least + ".." + most + ", not " + value);
        }
    }

    private static void bound(String key, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException("segwatch.delivery." + key + " must be " + least.toMillis() + ".."
                    + most.toMillis() + " ms, not " + value.toMillis() + " ms");
        }
    }
}
