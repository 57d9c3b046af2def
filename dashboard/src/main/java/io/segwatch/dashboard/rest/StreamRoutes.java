package io.segwatch.dashboard.rest;

import io.segwatch.dashboard.http.HttpProblem;
import io.segwatch.dashboard.live.Live;
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

    void bind(Operations operations) {
        operations.on("open-live", this::live);
        operations.on("open-events", this::events);
    }

    private void live(RoutingContext ctx) {
        if (!"websocket".equalsIgnoreCase(ctx.request().getHeader("Upgrade"))) {
            ctx.response().putHeader("Upgrade", "websocket");
            throw HttpProblem.of(426, "Upgrade", "is missing: this is a WebSocket");
        }
        live.openSocket(ctx, existing(ctx.request().getParam("camera", "")));
    }

    private void events(RoutingContext ctx) {
        String lastEventId = ctx.request().getHeader("Last-Event-ID");
        live.openEvents(ctx, filter(ctx), lastEventId == null ? Validated.query(ctx, "lastEventId", "") : lastEventId);
    }

    private Live.EventFilter filter(RoutingContext ctx) {
        String camera = existing(Validated.query(ctx, "camera", ""));
        boolean observations = Validated.flag(ctx, "observations", false);
        if (observations && camera.isEmpty()) {
            throw HttpProblem.badInput("camera", "is missing; name the camera whose observations you want");
        }
        return new Live.EventFilter(
                camera,
                Validated.query(ctx, "rule", ""),
                Validated.flag(ctx, "alerts", true),
                Validated.flag(ctx, "areas", false),
                Validated.number(ctx, "windowMs", 1_000),
                observations,
                Validated.flag(ctx, "masks", false));
    }

    private String existing(String camera) {
        if (!camera.isEmpty() && !cameraExists.test(camera)) {
            throw HttpProblem.notFound("camera", camera);
        }
        return camera;
    }
}
