package io.segwatch.dashboard.rest;

import io.segwatch.dashboard.http.HttpProblem;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;

/** Work that blocks, a few pieces at a time on threads of their own; more is refused, not queued. Threadsafe. */
final class BoundedWork {
    private final String name;
    private final int limit;
    private final Semaphore slots;
    private final WorkerExecutor threads;

    /**
     * @param name of the work, as in messages and threads
     * @param limit pieces at a time, and threads
     */
    BoundedWork(Vertx vertx, String name, int limit) {
        this.name = name;
        this.limit = limit;
        this.slots = new Semaphore(limit);
        this.threads = vertx.createSharedWorkerExecutor("dashboard-" + name, limit);
    }

    /** Runs {@code work}; fails with a problem (429) when {@code limit} pieces run already. */
    <T> Future<T> run(Callable<T> work) {
        if (!slots.tryAcquire()) {
            return Future.failedFuture(
                    HttpProblem.of(429, name, limit + " are being worked on already; try again in a moment"));
        }
        return threads.executeBlocking(work, false).onComplete(done -> slots.release());
    }
}
