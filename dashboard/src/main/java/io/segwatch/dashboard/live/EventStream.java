package io.segwatch.dashboard.live;

import io.segwatch.dashboard.access.Principal;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * One program that reads server-sent events. What it has not read yet is kept up to a bound; a program that is slower
 * than that is disconnected with a reason, rather than sent less than happened. Threadsafe.
 */
final class EventStream {
    private static final int MAX_PENDING_CHARS = 1 << 20;
    private static final long CLOSE_TIMEOUT_MS = 10_000;
    private static final String DROPPED =
            "event: dropped\ndata: {\"message\":\"You read more slowly than things happen."
                    + " Connect again with the Last-Event-ID that you have, or ask for less.\"}\n\n";

    static final String LEASE_OVER =
            ": This stream ends for its time is up. Connect again with the Last-Event-ID that you have.\n\n";

    static final String LOGGED_OUT = ": This log-in is over. Log in again.\n\n";

    private final Vertx vertx;
    private final Context context;
    private final HttpServerResponse response;
    private final Principal principal;
    private final Live.EventFilter filter;
    private final Deque<String> pending = new ArrayDeque<>();
    private int pendingChars;
    private final Runnable leave;
    private boolean dropped;
    private boolean over;

    /**
     * A stream that nothing was sent to yet.
     *
     * @param principal who reads it
     * @param leave gives the seat back
     */
    EventStream(
            Vertx vertx, HttpServerResponse response, Principal principal, Live.EventFilter filter, Runnable leave) {
        this.principal = principal;
        this.leave = leave;
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.response = response;
        this.filter = filter;
        response.drainHandler(drained -> flush());
    }

    Principal principal() {
        return principal;
    }

    Live.EventFilter filter() {
        return filter;
    }

    /** False once the program has been disconnected. */
    boolean send(String event) {
        synchronized (this) {
            if (dropped) {
                return false;
            }
            if (over) {
                return true;
            }
            pending.add(event);
            pendingChars += event.length();
            if (pendingChars > MAX_PENDING_CHARS) {
                dropped = true;
                pending.clear();
            }
        }
        context.runOnContext(v -> flush());
        return !dropped;
    }

    private void flush() {
        if (response.closed() || response.ended()) {
            return;
        }
        while (!response.writeQueueFull()) {
            String event = next();
            if (event == null) {
                break;
            }
            response.write(event);
        }
        if (isDropped()) {
            resetUnless(response.end(DROPPED));
        } else if (isOver()) {
            resetUnless(response.end());
        }
    }

    private void resetUnless(Future<Void> ended) {
        vertx.setTimer(CLOSE_TIMEOUT_MS, timer -> {
            if (!ended.isComplete()) {
                response.reset();
            }
        });
    }

    /** Ends the stream after what was sent; nothing is taken any more. */
    void end() {
        synchronized (this) {
            over = true;
        }
        context.runOnContext(v -> flush());
    }

    /** Gives the seat back, once. */
    void leave() {
        leave.run();
    }

    private synchronized boolean isOver() {
        return over;
    }

    private synchronized String next() {
        String event = pending.poll();
        pendingChars -= event == null ? 0 : event.length();
        return event;
    }

    private synchronized boolean isDropped() {
        return dropped;
    }
}
