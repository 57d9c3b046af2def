package io.segwatch.bench.scale;

import java.util.ArrayDeque;
import java.util.function.Consumer;

/**
 * Some servers behind one queue of bounded length: cores, a broker's disk. What comes when the queue is full takes the
 * place of the oldest that waits, as a newer frame does.
 */
final class Station {
    private final Clock clock;
    private final int servers;
    private final int bound;
    private final double serviceUs;
    private final Consumer<SimulatedFrame> next;
    private final ArrayDeque<SimulatedFrame> queue = new ArrayDeque<>();
    private int busy;
    private double busyUs;
    private long dropped;

    Station(Clock clock, int servers, int bound, double serviceUs, Consumer<SimulatedFrame> next) {
        this.clock = clock;
        this.servers = servers;
        this.bound = bound;
        this.serviceUs = serviceUs;
        this.next = next;
    }

    void accept(SimulatedFrame frame) {
        if (busy < servers) {
            serve(frame);
            return;
        }
        if (queue.size() >= bound) {
            queue.poll();
            dropped++;
        }
        queue.add(frame);
    }

    private void serve(SimulatedFrame frame) {
        busy++;
        busyUs += serviceUs;
        clock.after((long) serviceUs, () -> {
            busy--;
            next.accept(frame);
            SimulatedFrame waiting = queue.poll();
            if (waiting != null) {
                serve(waiting);
            }
        });
    }

    long dropped() {
        return dropped;
    }

    /** Share of the servers' time that was used, 0..1. */
    double load(double spanUs) {
        return Math.min(1, busyUs / servers / spanUs);
    }
}
