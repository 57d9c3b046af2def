package io.segwatch.dashboard;

import io.prometheus.client.Counter;
import io.segwatch.v1.Alert;
import io.segwatch.v1.Area;
import io.segwatch.v1.Observation;
import io.segwatch.v1.QueryMask;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * {@code /api/events}: server-sent events for programs. Alerts have an id, with which a program that was away goes on
 * where it was. Threadsafe; tells are handed over, never waited for.
 */
final class EventStreams {
    private static final Counter droppedStreams = Counter.build(
                    "segwatch_dashboard_event_streams_dropped_total", "Event streams ended because they were too slow")
            .register();
    private static final long HEARTBEAT_MS = 15_000;
    private static final String GAP =
            "event: gap\ndata: {\"message\":\"Some alerts since your Last-Event-ID are no longer"
                    + " in memory. Read them in /api/alerts, or from the topic segwatch.alerts.\"}\n\n";

    private final Vertx vertx;
    private final Seats seats;
    private final Predicate<String> cameraExists;
    private final int alertsKept;
    private final Set<EventStream> streams = ConcurrentHashMap.newKeySet();
    private AlertLog log;

    EventStreams(Vertx vertx, Seats seats, int alertsKept, Predicate<String> cameraExists) {
        this.vertx = vertx;
        this.seats = seats;
        this.alertsKept = alertsKept;
        this.cameraExists = cameraExists;
        this.log = new AlertLog(alertsKept, new long[0]);
        vertx.setPeriodic(HEARTBEAT_MS, timer -> beat());
    }

    void mount(Router router) {
        router.get("/api/events").handler(this::open);
    }

    /** Told before the first alert: where in each partition reading starts. */
    synchronized void begin(long[] offsets) {
        log = new AlertLog(alertsKept, offsets);
    }

    synchronized void tellOfAlert(Alert alert, int partition, long offset) {
        AlertLog.Entry entry = log.add(partition, offset, alert);
        String event = streams.isEmpty() ? "" : text(entry);
        for (EventStream stream : streams) {
            if (wants(stream, alert)) {
                tell(stream, event);
            }
        }
    }

    void tellOfArea(Area area) {
        String event = null;
        for (EventStream stream : streams) {
            EventStream.Wanted wanted = stream.wanted();
            if (wanted.areas() && wanted.windowMs() == area.getWindowMs() && wanted.isAbout(area.getCamera())) {
                event = event == null ? "event: area\ndata: " + Json.print(area) + "\n\n" : event;
                tell(stream, event);
            }
        }
    }

    void tellOfObservation(Observation observation) {
        for (EventStream stream : streams) {
            EventStream.Wanted wanted = stream.wanted();
            if (wanted.observations() && wanted.isAbout(observation.getFrame().getCamera())) {
                Observation shown = wanted.masks() ? observation : withoutMasks(observation);
                tell(stream, "event: observation\ndata: " + Json.print(shown) + "\n\n");
            }
        }
    }

    private static Observation withoutMasks(Observation observation) {
        Observation.Builder bare = observation.toBuilder();
        bare.getQueriesBuilderList().forEach(QueryMask.Builder::clearMask);
        return bare.build();
    }

    /** Also moves the id on, so that a program that is told of little does not fall behind what is in memory. */
    private synchronized void beat() {
        String event = ": still here\nid: " + log.place() + "\n\n";
        streams.forEach(stream -> tell(stream, event));
    }

    private static boolean wants(EventStream stream, Alert alert) {
        EventStream.Wanted wanted = stream.wanted();
        return wanted.alerts()
                && wanted.isAbout(alert.getCamera())
                && (wanted.rule().isEmpty() || wanted.rule().equals(alert.getRule()));
    }

    private static String text(AlertLog.Entry entry) {
        return "event: alert\nid: " + entry.place() + "\ndata: " + Json.print(entry.alert()) + "\n\n";
    }

    private void tell(EventStream stream, String event) {
        if (!stream.tell(event)) {
            droppedStreams.inc();
            forget(stream);
        }
    }

    private void open(RoutingContext ctx) {
        EventStream.Wanted wanted = wanted(ctx.request());
        String known = ctx.request().getHeader("Last-Event-ID");
        seats.take();
        HttpServerResponse response = ctx.response()
                .setChunked(true)
                .putHeader("Content-Type", "text/event-stream; charset=utf-8")
                .putHeader("Cache-Control", "no-store");
        EventStream stream = new EventStream(vertx, response, wanted);
        join(stream, known == null ? ctx.request().getParam("lastEventId", "") : known);
        // Called once, whether the stream ends or its connection breaks.
        ctx.addEndHandler(ended -> forget(stream));
    }

    /** In one step, so that nothing is missed between what is in memory and what comes. */
    private synchronized void join(EventStream stream, String known) {
        streams.add(stream);
        stream.tell(": Segwatch\n\n");
        if (!known.isEmpty()) {
            Optional<List<AlertLog.Entry>> missed = log.since(known);
            if (missed.isEmpty()) {
                stream.tell(GAP);
            }
            missed.orElse(List.of()).stream()
                    .filter(entry -> wants(stream, entry.alert()))
                    .forEach(entry -> tell(stream, text(entry)));
        }
        // An event without data sets the id and nothing else.
        stream.tell("id: " + log.place() + "\n\n");
    }

    private EventStream.Wanted wanted(HttpServerRequest request) {
        String camera = request.getParam("camera", "");
        if (!camera.isEmpty() && !cameraExists.test(camera)) {
            throw Refusal.notFound("camera", camera);
        }
        boolean observations = flag(request, "observations", false);
        if (observations && camera.isEmpty()) {
            throw Refusal.badInput("camera", "is missing; name the camera whose observations you want");
        }
        return new EventStream.Wanted(
                camera,
                request.getParam("rule", ""),
                flag(request, "alerts", true),
                flag(request, "areas", false),
                window(request),
                observations,
                flag(request, "masks", false));
    }

    private static boolean flag(HttpServerRequest request, String name, boolean fallback) {
        return switch (request.getParam(name, "")) {
            case "" -> fallback;
            case "true" -> true;
            case "false" -> false;
            default -> throw Refusal.badInput(name, "must be true or false");
        };
    }

    private static long window(HttpServerRequest request) {
        return switch (request.getParam("windowMs", "1000")) {
            case "1000" -> 1_000;
            case "10000" -> 10_000;
            case "60000" -> 60_000;
            case "3600000" -> 3_600_000;
            default -> throw Refusal.badInput("windowMs", "must be 1000, 10000, 60000 or 3600000");
        };
    }

    private void forget(EventStream stream) {
        if (streams.remove(stream)) {
            seats.leave();
        }
    }
}
