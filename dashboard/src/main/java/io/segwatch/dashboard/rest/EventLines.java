package io.segwatch.dashboard.rest;

import com.google.protobuf.Message;
import io.segwatch.dashboard.http.Json;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * An answer of messages as JSON, one a line, written by one thread of work while the event loop sends them. Who reads
 * slowly is waited for; who has gone is noticed.
 */
final class EventLines {
    /** Of somebody who takes nothing; their connection is closed before. */
    private static final long MOST_WAIT_MS = 40_000;

    private final HttpServerResponse response;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private volatile boolean gone;
    private volatile boolean begun;

    /** On the event loop, before anything is written. */
    EventLines(RoutingContext ctx) {
        this.response = ctx.response();
        response.closeHandler(closed -> leave());
        response.exceptionHandler(failure -> leave());
        response.drainHandler(drained -> wake());
        this.gone = response.closed();
    }

    private void leave() {
        gone = true;
        wake();
    }

    private void wake() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Nobody reads it any more. */
    boolean isGone() {
        return gone || response.closed();
    }

    /** A line was written: what fails from now on is told in a line. */
    boolean hasBegun() {
        return begun;
    }

    /** Writes a line; blocks while those before are on their way. Does nothing for who has gone. */
    void write(Message event) {
        if (isGone()) {
            return;
        }
        if (!begun) {
            begun = true;
            response.setChunked(true)
                    .putHeader("Content-Type", "application/x-ndjson; charset=utf-8")
                    .putHeader("Cache-Control", "no-store")
                    // Of nginx: it would keep the lines back.
                    .putHeader("X-Accel-Buffering", "no");
        }
        response.write(Json.print(event) + "\n");
        awaitRoom();
    }

    private void awaitRoom() {
        long untilNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(MOST_WAIT_MS);
        lock.lock();
        try {
            while (!isGone() && response.writeQueueFull()) {
                if (System.nanoTime() > untilNanos) {
                    gone = true;
                }
                // Looked at again now and then: it may have drained before this thread began to wait.
                changed.await(100, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            gone = true;
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    /** After the last line. */
    void end() {
        if (!isGone() && !response.ended()) {
            response.end();
        }
    }
}
