package io.segwatch.dashboard.rest;

import io.segwatch.dashboard.access.Principal;
import io.segwatch.dashboard.http.HttpProblem;
import io.segwatch.dashboard.http.Json;
import io.segwatch.dashboard.live.Live;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

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
        // As of a camera that is not there: its windows may still be, when it was removed.
        boolean seen = Principal.of(ctx).sees(filter.camera());
        printing.answer(ctx, () -> Json.list("areas", seen ? live.areas(filter) : List.of()));
    }
}
