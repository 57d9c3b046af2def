package io.segwatch.dashboard.live;

import io.segwatch.dashboard.http.HttpProblem;
import java.util.concurrent.atomic.AtomicInteger;

/** How many pages and event streams may be open at a time. Threadsafe. */
final class ViewerLimit {
    private final int limit;
    private final AtomicInteger taken = new AtomicInteger();

    ViewerLimit(int limit) {
        this.limit = limit;
    }

    /** Fails with a problem (503) when all are taken; {@link #leave} must follow. */
    void take() {
        if (taken.incrementAndGet() > limit) {
            taken.decrementAndGet();
            throw HttpProblem.of(
                    503,
                    "viewers",
                    "there are " + limit + " already; close one, or raise segwatch.dashboard.max-viewers");
        }
        DashboardMetrics.VIEWERS.set(taken.get());
    }

    void leave() {
        DashboardMetrics.VIEWERS.set(taken.decrementAndGet());
    }

    int taken() {
        return taken.get();
    }
}
