package io.segwatch.dashboard.rest;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How much counters grew over a span, from what they were at steps of it. A counter that falls began anew. Bounded in
 * keys and steps; threadsafe.
 */
final class RecentCounts {
    private static final int MAX_KEYS = 10_000;

    private record Step(long atMs, long count) {}

    private final long spanMs;
    private final long stepMs;
    private final Map<String, Deque<Step>> byKey = new ConcurrentHashMap<>();

    RecentCounts(long spanMs, long stepMs) {
        this.spanMs = spanMs;
        this.stepMs = stepMs;
    }

    void note(String key, long atMs, long count) {
        if (byKey.size() >= MAX_KEYS && !byKey.containsKey(key)) {
            return;
        }
        byKey.compute(key, (any, known) -> {
            Deque<Step> steps = known == null ? new ArrayDeque<>() : known;
            Step newest = steps.peekLast();
            if (newest != null && newest.count > count) {
                steps.clear();
            }
            if (steps.size() > 1 && atMs - beforeNewest(steps).atMs < stepMs) {
                steps.removeLast();
            }
            steps.addLast(new Step(atMs, count));
            // One from before the span stays: what it grew from.
            while (steps.size() > 2 && second(steps).atMs <= atMs - spanMs) {
                steps.removeFirst();
            }
            return steps;
        });
    }

    private static Step beforeNewest(Deque<Step> steps) {
        var newestFirst = steps.descendingIterator();
        newestFirst.next();
        return newestFirst.next();
    }

    private static Step second(Deque<Step> steps) {
        var oldestFirst = steps.iterator();
        oldestFirst.next();
        return oldestFirst.next();
    }

    void remove(String key) {
        byKey.remove(key);
    }

    /** By how much it grew over the span, or since it is known. */
    long growth(String key) {
        long[] grown = {0};
        byKey.computeIfPresent(key, (any, steps) -> {
            grown[0] = steps.getLast().count - steps.getFirst().count;
            return steps;
        });
        return grown[0];
    }

    /** How much it grew a second over the span. */
    double rate(String key) {
        double[] rate = {0};
        byKey.computeIfPresent(key, (any, steps) -> {
            long ms = steps.getLast().atMs - steps.getFirst().atMs;
            rate[0] = ms == 0 ? 0 : (steps.getLast().count - steps.getFirst().count) * 1e3 / ms;
            return steps;
        });
        return rate[0];
    }
}
