package io.segwatch.bench.scale;

import java.util.PriorityQueue;

/** Simulated time, microseconds, and what is due when; of two things at one moment the one that was asked for first. */
final class Clock {
    private record Due(long atUs, long number, Runnable action) implements Comparable<Due> {
        @Override
        public int compareTo(Due other) {
            return atUs == other.atUs ? Long.compare(number, other.number) : Long.compare(atUs, other.atUs);
        }
    }

    private final PriorityQueue<Due> due = new PriorityQueue<>();
    private long nowUs;
    private long asked;

    long nowUs() {
        return nowUs;
    }

    void after(long us, Runnable action) {
        due.add(new Due(nowUs + us, asked++, action));
    }

    void runUntil(long endUs) {
        while (!due.isEmpty() && due.peek().atUs <= endUs) {
            Due next = due.poll();
            nowUs = next.atUs;
            next.action.run();
        }
        nowUs = endUs;
    }
}
