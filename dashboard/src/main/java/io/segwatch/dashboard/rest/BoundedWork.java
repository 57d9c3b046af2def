package io.segwatch.dashboard.rest;

import io.segwatch.dashboard.http.HttpProblem;
import io.segwatch.dashboard.http.Json;
import io.segwatch.dashboard.listen.Visitor;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * Work that takes a while, a few pieces at a time on threads of their own. A few more may wait, and whoever has the
 * least under way comes first; one owner never has all threads, so that the next one finds one. Threadsafe.
 */
final class BoundedWork {
    private static final int MAX_WAITING = 64;

    private record Job(String owner, Runnable start) {}

    private final String name;
    private final int limit;
    private final int perOwner;
    private final WorkerExecutor threads;
    private final Deque<Job> waiting = new ArrayDeque<>();
    private final Map<String, Integer> running = new HashMap<>();
    private final Map<String, Integer> held = new HashMap<>();
    private int runningNow;

    /**
     * @param name of the work, as in messages and threads
     * @param limit pieces at a time, and threads
     * @param perOwner pieces that one owner may have running and waiting
     */
    BoundedWork(Vertx vertx, String name, int limit, int perOwner) {
        this.name = name;
        this.limit = limit;
        this.perOwner = perOwner;
        this.threads = vertx.createSharedWorkerExecutor("dashboard-" + name, limit);
    }

    /** Runs {@code work} for who sends this request; fails with a problem (429) when there is too much already. */
    <T> Future<T> run(RoutingContext ctx, Callable<T> work) {
        String owner = Visitor.of(ctx).owner();
        Promise<T> promise = Promise.promise();
        Job job = new Job(owner, () -> start(ctx, owner, work, promise));
        synchronized (this) {
            int own = held.getOrDefault(owner, 0);
            if (own >= perOwner || waiting.size() >= MAX_WAITING) {
                String whose = own >= perOwner ? "of yours " : "";
                return Future.failedFuture(HttpProblem.of(
                        429,
                        name,
                        (own >= perOwner ? own : waiting.size()) + " " + whose
                                + "wait already; try again in a moment"));
            }
            held.merge(owner, 1, Integer::sum);
            waiting.add(job);
        }
        startNext();
        return promise.future();
    }

    /** As {@link #run}, and answers with the JSON that it makes. */
    void answer(RoutingContext ctx, Callable<Buffer> work) {
        run(ctx, work).onSuccess(json -> Json.send(ctx, 200, json)).onFailure(ctx::fail);
    }

    private <T> void start(RoutingContext ctx, String owner, Callable<T> work, Promise<T> promise) {
        Future<T> done = ctx.response().closed()
                ? Future.failedFuture(HttpProblem.of(499, name, "was no longer waited for"))
                : threads.executeBlocking(work, false);
        done.onComplete(result -> {
            finished(owner);
            startNext();
            promise.handle(result);
        });
    }

    private void startNext() {
        next().ifPresent(job -> job.start().run());
    }

    private synchronized Optional<Job> next() {
        int share = Math.max(1, limit - 1);
        if (runningNow >= limit) {
            return Optional.empty();
        }
        Optional<Job> next = waiting.stream()
                .filter(job -> running.getOrDefault(job.owner(), 0) < share)
                .min(Comparator.comparingInt(job -> running.getOrDefault(job.owner(), 0)));
        next.ifPresent(job -> {
            waiting.remove(job);
            running.merge(job.owner(), 1, Integer::sum);
            runningNow++;
        });
        return next;
    }

    private synchronized void finished(String owner) {
        running.computeIfPresent(owner, (key, count) -> count > 1 ? count - 1 : null);
        held.computeIfPresent(owner, (key, count) -> count > 1 ? count - 1 : null);
        runningNow--;
    }
}
