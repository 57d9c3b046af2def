package io.segwatch.delivery.push;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** Lets one message a rule and minute through to each browser. Not threadsafe. */
final class PushPace {
    private static final long EVERY_MS = Duration.ofMinutes(1).toMillis();
    private static final int MOST = 100_000;

    private final Map<String, Long> last = new LinkedHashMap<>();

    /** The oldest are the first: whoever is let through is put at the end. */
    boolean take(String subscription, String rule, long nowMs) {
        last.values().removeIf(at -> at + EVERY_MS <= nowMs);
        String key = subscription + "/" + rule;
        if (last.containsKey(key) || last.size() >= MOST) {
            return false;
        }
        last.put(key, nowMs);
        return true;
    }
}
