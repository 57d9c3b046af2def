package io.segwatch.dashboard;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * One program that reads server-sent events. What it has not taken yet is kept up to a bound; a program that is slower
 * than that is told so and let go, rather than told less than happened. Threadsafe.
 */
final class EventStream {
    private static final int MAX_PENDING_CHARS = 1 << 20;
    private static final long LAST_WORD_MS = 10_000;
    private static final String DROPPED =
            "event: dropped\ndata: {\"message\":\"You read more slowly than things happen."
                    + " Connect again with the Last-Event-ID that you have, or ask for less.\"}\n\n";

    /**
     * What it wants to be told.
     *
     * @param camera empty for all
     * @param rule of alerts; empty for all
     * @param windowMs of areas
     * @param masks whether observations come with their masks
     */
    record Wanted(
            String camera,
            String rule,
            boolean alerts,
            boolean areas,
            long windowMs,
            boolean observations,
            boolean masks) {

        boolean isAbout(String other) {
            return camera.isEmpty() || camera.equals(other);
        }
    }

    private final Vertx vertx;
    private final Context context;
    private final HttpServerResponse response;
    private final Wanted wanted;
    private final Deque<String> pending = new ArrayDeque<>();
    private int pendingChars;
    private boolean dropped;

    EventStream(Vertx vertx, HttpServerResponse response, Wanted wanted) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.response = response;
        this.wanted = wanted;
        response.drainHandler(drained -> flush());
    }

    Wanted wanted() {
        return wanted;
    }

    /** False once it has been let go. */
    boolean tell(String event) {
        synchronized (this) {
            if (dropped) {
                return false;
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
            Future<Void> lastWord = response.end(DROPPED);
            vertx.setTimer(LAST_WORD_MS, timer -> {
                if (!lastWord.isComplete()) {
                    response.reset();
                }
            });
        }
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
