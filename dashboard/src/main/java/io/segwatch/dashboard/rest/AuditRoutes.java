package io.segwatch.dashboard.rest;

import io.segwatch.dashboard.audit.AuditTrail;
import io.segwatch.dashboard.http.Json;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;

/** {@code /api/audit}: who did what, for admins. */
final class AuditRoutes {
    private static final int AT_ONCE = 2;
    private static final int EACH = 4;
    private static final long DEFAULT_LIMIT = 200;

    private final AuditTrail trail;
    private final BoundedWork reading;

    AuditRoutes(Vertx vertx, AuditTrail trail) {
        this.trail = trail;
        this.reading = new BoundedWork(vertx, "audit", AT_ONCE, EACH);
    }

    void bind(Operations operations) {
        operations.on("list-audit", this::list);
        // That it came to this is what is noted.
        operations.on("note-export", ctx -> Json.send(ctx, 200, new JsonObject()));
    }

    private void list(RoutingContext ctx) {
        long now = System.currentTimeMillis();
        AuditTrail.Filter filter = new AuditTrail.Filter(
                Validated.number(ctx, "fromMs", now - Duration.ofDays(1).toMillis()),
                Validated.number(ctx, "toMs", now + Duration.ofMinutes(1).toMillis()),
                Validated.query(ctx, "who", ""),
                Validated.query(ctx, "camera", ""),
                Validated.query(ctx, "action", ""),
                Validated.flag(ctx, "looks", false),
                (int) Validated.number(ctx, "limit", DEFAULT_LIMIT));
        reading.run(ctx, () -> trail.find(filter))
                .onSuccess(found -> Json.send(
                        ctx,
                        200,
                        new JsonObject(Json.list("events", found.events())).put("complete", found.complete())))
                .onFailure(ctx::fail);
    }
}
