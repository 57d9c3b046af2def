package io.segwatch.dashboard;

import io.prometheus.client.Gauge;
import java.util.concurrent.atomic.AtomicInteger;

/** How many may look at a time, pages and event streams together. Threadsafe. */
final class Seats {
    private static final Gauge open = Gauge.build("segwatch_dashboard_viewers", "Open pages and event streams")
            .register();

    private final int limit;
    private final AtomicInteger taken = new AtomicInteger();

    Seats(int limit) {
        this.limit = limit;
    }

    /** Refuses when all are taken; {@link #leave} must follow. */
    void take() {
        if (taken.incrementAndGet() > limit) {
            taken.decrementAndGet();
            throw Refusal.of(
                    503,
                    "viewers",
                    "there are " + limit + " already; close one, or raise segwatch.dashboard.max-viewers");
        }
        open.set(taken.get());
    }

    void leave() {
        open.set(taken.decrementAndGet());
    }

    int taken() {
        return taken.get();
    }
}
