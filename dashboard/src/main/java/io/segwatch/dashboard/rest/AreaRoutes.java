package io.segwatch.dashboard.rest;

import io.segwatch.dashboard.http.HttpProblem;
import io.segwatch.dashboard.http.Json;
import io.segwatch.dashboard.live.Live;
import io.vertx.ext.web.RoutingContext;

/** {@code /api/areas}: the windows of the last minutes. */
final class AreaRoutes {
    private final Live live;
    private final BoundedWork printing;

    AreaRoutes(Live live, BoundedWork printing) {
        this.live = live;
        this.printing = printing;
    }

    void bind(Operations operations) {
        operations.on("list-areas", this::list);
    }

    private void list(RoutingContext ctx) {
        var filter = new Live.AreaFilter(
                Validated.query(ctx, "camera", ""),
                Validated.query(ctx, "zone", ""),
                Validated.query(ctx, "query", ""),
                Validated.number(ctx, "windowMs", 0),
                Validated.number(ctx, "from", 0),
                Validated.number(ctx, "to", Long.MAX_VALUE));
        if (filter.fromMs() > filter.toMs()) {
            throw HttpProblem.badInput("from", "is after to");
        }
        printing.run(ctx, () -> Json.list("areas", live.areas(filter)))
                .onSuccess(areas -> Json.send(ctx, 200, areas))
                .onFailure(ctx::fail);
    }
}
