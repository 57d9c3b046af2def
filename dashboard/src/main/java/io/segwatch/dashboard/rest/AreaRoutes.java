package io.segwatch.dashboard.rest;

import io.segwatch.dashboard.http.HttpProblem;
import io.segwatch.dashboard.http.Json;
import io.segwatch.dashboard.live.Live;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** {@code /api/areas}: the windows of the last minutes. */
final class AreaRoutes {
    private final Live live;

    AreaRoutes(Live live) {
        this.live = live;
    }

    void mount(Router router) {
        router.get("/api/areas").handler(this::list);
    }

    private void list(RoutingContext ctx) {
        HttpServerRequest request = ctx.request();
        var filter = new Live.AreaFilter(
                request.getParam("camera", ""),
                request.getParam("zone", ""),
                request.getParam("query", ""),
                Parameters.number(request, "windowMs", 0),
                Parameters.number(request, "from", 0),
                Parameters.number(request, "to", Long.MAX_VALUE));
        if (filter.camera().isEmpty()) {
            throw HttpProblem.badInput("camera", "is missing; name the camera whose areas you want");
        }
        if (filter.fromMs() > filter.toMs()) {
            throw HttpProblem.badInput("from", "is after to");
        }
        Json.send(ctx, 200, Json.list("areas", live.areas(filter)));
    }
}
