package io.segwatch.dashboard.live;

import io.segwatch.dashboard.access.Principal;
import io.segwatch.dashboard.http.Json;
import io.segwatch.dashboard.listen.Visitor;
import io.segwatch.v1.Alert;
import io.segwatch.v1.Area;
import io.segwatch.v1.Observation;
import io.segwatch.v1.QueryMask;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * Server-sent events for programs. Alerts have an id, with which a program that was disconnected resumes. Threadsafe;
 * events are handed over, never waited for.
 */
final class EventStreams {
    private static final long HEARTBEAT_MS = 15_000;
    private static final long CHECK_MS = 2_000;
    private static final Set<String> KINDS = Set.of("alert", "area", "observation", "gap", "dropped");
    private static final String GAP =
            "event: gap\ndata: {\"message\":\"Some alerts since your Last-Event-ID are no longer"
                    + " in memory. Read them in /api/alerts, or from the topic segwatch.alerts.\"}\n\n";

    private final Vertx vertx;
    private final Seats seats;
    private final Duration lease;
    private final int alertsKept;
    private final AllowedKinds allowed;
    private final Set<EventStream> streams = ConcurrentHashMap.newKeySet();
    private AlertLog log;

    EventStreams(Vertx vertx, Seats seats, Duration lease, int alertsKept, Live.Visibility visibility) {
        this.vertx = vertx;
        this.seats = seats;
        this.lease = lease;
        this.alertsKept = alertsKept;
        this.log = new AlertLog(alertsKept, new long[0]);
        this.allowed = new AllowedKinds("open-events", visibility.events(), KINDS);
        vertx.setPeriodic(HEARTBEAT_MS, timer -> beat());
        vertx.setPeriodic(CHECK_MS, timer -> endThoseOf(visibility.current().negate()));
    }

    private void endThoseOf(Predicate<Principal> loggedOut) {
        for (EventStream stream : streams) {
            if (loggedOut.test(stream.principal())) {
                stream.send(EventStream.LOGGED_OUT);
                stream.end();
                forget(stream);
            }
        }
    }

    /** Called before the first alert: where in each partition reading starts. */
    synchronized void begin(long[] offsets) {
        log = new AlertLog(alertsKept, offsets);
    }

    synchronized void onAlert(Alert alert, int partition, long offset) {
        AlertLog.Entry entry = log.add(partition, offset, alert);
        String event = streams.isEmpty() ? "" : text(entry);
        for (EventStream stream : streams) {
            if (wants(stream, alert)) {
                send(stream, event);
            }
        }
    }

    synchronized void passOver(int partition, long offset) {
        log.passOver(partition, offset);
    }

    synchronized void remove(String camera, long beforeMs) {
        log.remove(camera, beforeMs);
    }

    void onArea(Area area) {
        String event = null;
        for (EventStream stream : streams) {
            Live.EventFilter filter = stream.filter();
            if (filter.areas()
                    && filter.windowMs() == area.getWindowMs()
                    && isAbout(stream, "area", area.getCamera())) {
                event = event == null ? "event: area\ndata: " + Json.print(area) + "\n\n" : event;
                send(stream, event);
            }
        }
    }

    void onObservation(Observation observation) {
        for (EventStream stream : streams) {
            Live.EventFilter filter = stream.filter();
            if (filter.observations()
                    && isAbout(stream, "observation", observation.getFrame().getCamera())) {
                Observation shown = filter.masks() ? observation : withoutMasks(observation);
                send(stream, "event: observation\ndata: " + Json.print(shown) + "\n\n");
            }
        }
    }

    private static Observation withoutMasks(Observation observation) {
        Observation.Builder bare = observation.toBuilder();
        bare.getQueriesBuilderList().forEach(QueryMask.Builder::clearMask);
        return bare.build();
    }

    /** Also moves the id on, so that a program that is sent few events does not fall behind what is in memory. */
    private synchronized void beat() {
        String event = ": still here\nid: " + log.cursor() + "\n\n";
        streams.forEach(stream -> send(stream, event));
    }

    private boolean wants(EventStream stream, Alert alert) {
        Live.EventFilter filter = stream.filter();
        return filter.alerts()
                && isAbout(stream, "alert", alert.getCamera())
                && (filter.rule().isEmpty() || filter.rule().equals(alert.getRule()));
    }

    private boolean isAbout(EventStream stream, String kind, String camera) {
        Live.EventFilter filter = stream.filter();
        return (filter.camera().isEmpty() || filter.camera().equals(camera))
                && allowed.may(stream.principal(), kind, List.of(camera));
    }

    private static String text(AlertLog.Entry entry) {
        return "event: alert\nid: " + entry.cursor() + "\ndata: " + Json.print(entry.alert()) + "\n\n";
    }

    private void send(EventStream stream, String event) {
        if (!stream.send(event)) {
            DashboardMetrics.EVENT_STREAMS_DROPPED.inc();
            forget(stream);
        }
    }

    /** @param lastEventId the last event that the program has read; empty to start with what comes */
    void open(RoutingContext ctx, Live.EventFilter filter, String lastEventId) {
        Runnable leave = seats.take(Visitor.of(ctx));
        HttpServerResponse response = ctx.response()
                .setChunked(true)
                .putHeader("Content-Type", "text/event-stream; charset=utf-8")
                // A proxy must neither compress events nor hold them back until it has many.
                .putHeader("Cache-Control", "no-store, no-transform")
                .putHeader("X-Accel-Buffering", "no");
        EventStream stream = new EventStream(vertx, response, Principal.of(ctx), filter, leave);
        join(stream, lastEventId);
        // Nothing that a program does tells that it still reads: it comes back now and then, or is gone.
        long timer = vertx.setTimer(lease.toMillis(), over -> {
            stream.send(EventStream.LEASE_OVER);
            stream.end();
            forget(stream);
        });
        // Called once, whether the stream ends or its connection breaks.
        ctx.addEndHandler(ended -> {
            vertx.cancelTimer(timer);
            forget(stream);
        });
    }

    /** In one step, so that nothing is missed between what is in memory and what comes. */
    private synchronized void join(EventStream stream, String lastEventId) {
        streams.add(stream);
        stream.send(": Segwatch\nretry: 1000\n\n");
        if (!lastEventId.isEmpty()) {
            Optional<List<AlertLog.Entry>> missed = log.since(lastEventId);
            if (missed.isEmpty()) {
                stream.send(GAP);
            }
            missed.orElse(List.of()).stream()
                    .filter(entry -> wants(stream, entry.alert()))
                    .forEach(entry -> send(stream, text(entry)));
        }
        // An event without data sets the id and nothing else.
        stream.send("id: " + log.cursor() + "\n\n");
    }

    private void forget(EventStream stream) {
        streams.remove(stream);
        stream.leave();
    }
}
