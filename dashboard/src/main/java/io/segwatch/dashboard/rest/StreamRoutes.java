package io.segwatch.dashboard.rest;

import io.segwatch.dashboard.http.HttpProblem;
import io.segwatch.dashboard.live.Live;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Predicate;

/** {@code /api/live}, the page's WebSocket, and {@code /api/events}, server-sent events for programs. */
final class StreamRoutes {
    private final Live live;
    private final Predicate<String> cameraExists;

    StreamRoutes(Live live, Predicate<String> cameraExists) {
        this.live = live;
        this.cameraExists = cameraExists;
    }

    /** Before bodies are read: a WebSocket's handshake has none. */
    void mount(Router router) {
        router.get("/api/live").handler(ctx -> live.openSocket(ctx, camera(ctx.request())));
        router.get("/api/events").handler(this::events);
    }

    private void events(RoutingContext ctx) {
        HttpServerRequest request = ctx.request();
        String lastEventId = request.getHeader("Last-Event-ID");
        live.openEvents(ctx, filter(request), lastEventId == null ? request.getParam("lastEventId", "") : lastEventId);
    }

    private Live.EventFilter filter(HttpServerRequest request) {
        String camera = camera(request);
        boolean observations = Parameters.flag(request, "observations", false);
        if (observations && camera.isEmpty()) {
            throw HttpProblem.badInput("camera", "is missing; name the camera whose observations you want");
        }
        return new Live.EventFilter(
                camera,
                request.getParam("rule", ""),
                Parameters.flag(request, "alerts", true),
                Parameters.flag(request, "areas", false),
                window(request),
                observations,
                Parameters.flag(request, "masks", false));
    }

    private String camera(HttpServerRequest request) {
        String camera = request.getParam("camera", "");
        if (!camera.isEmpty() && !cameraExists.test(camera)) {
            throw HttpProblem.notFound("camera", camera);
        }
        return camera;
    }

    private static long window(HttpServerRequest request) {
        return switch (request.getParam("windowMs", "1000")) {
            case "1000" -> 1_000;
            case "10000" -> 10_000;
            case "60000" -> 60_000;
            case "3600000" -> 3_600_000;
            default -> throw HttpProblem.badInput("windowMs", "must be 1000, 10000, 60000 or 3600000");
        };
    }
}
