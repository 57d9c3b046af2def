package io.segwatch.dashboard.live;

import io.segwatch.dashboard.http.HttpProblem;
import io.segwatch.dashboard.listen.Visitor;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * How many pages and event streams may be open at a time: in all, and for one owner. An eighth is kept free for people
 * at a page, so that programs cannot keep them out. Threadsafe.
 */
final class Seats {
    private static final int RESERVED_PART = 8;

    private final int total;
    private final int perOwner;
    private final Map<String, Integer> byOwner = new HashMap<>();
    private int taken;

    Seats(int total, int perOwner) {
        this.total = total;
        this.perOwner = perOwner;
    }

    /**
     * Takes a seat; the answer gives it back, however often it is run.
     *
     * @throws HttpProblem when there is none for this visitor (503), or they have theirs already (429)
     */
    synchronized Runnable take(Visitor visitor) {
        check(visitor);
        byOwner.merge(visitor.owner(), 1, Integer::sum);
        taken++;
        DashboardMetrics.VIEWERS.set(taken);
        AtomicBoolean left = new AtomicBoolean();
        return () -> {
            if (left.compareAndSet(false, true)) {
                leave(visitor.owner());
            }
        };
    }

    /** As {@link #take}, without taking one. */
    synchronized void check(Visitor visitor) {
        if (byOwner.getOrDefault(visitor.owner(), 0) >= perOwner) {
            throw HttpProblem.of(
                    429,
                    "viewers",
                    "your address has " + perOwner + " open already; close one, or raise"
                            + " segwatch.dashboard.max-viewers-per-address. If many people share it by a proxy, name the"
                            + " proxy in segwatch.dashboard.trusted-proxies");
        }
        int open = visitor.person() ? total : total - total / RESERVED_PART;
        if (taken >= open) {
            throw HttpProblem.of(
                    503,
                    "viewers",
                    "there are " + taken + " already" + (open < total ? ", and the rest is for people at the page" : "")
                            + "; close one, or raise segwatch.dashboard.max-viewers");
        }
    }

    private synchronized void leave(String owner) {
        byOwner.computeIfPresent(owner, (key, held) -> held > 1 ? held - 1 : null);
        taken--;
        DashboardMetrics.VIEWERS.set(taken);
    }

    synchronized int taken() {
        return taken;
    }
}
