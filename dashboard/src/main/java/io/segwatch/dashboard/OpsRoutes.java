package io.segwatch.dashboard;

import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.exporter.common.TextFormat;
import io.segwatch.dashboard.http.Json;
import io.segwatch.role.Role;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.StringWriter;
import java.util.Optional;

/** {@code /metrics}, {@code /health} and {@code /ready}, for those who run the service. */
final class OpsRoutes {
    private final Role role;

    OpsRoutes(Role role) {
        this.role = role;
    }

    void mount(Router router) {
        router.get("/metrics").handler(OpsRoutes::metrics);
        router.get("/health").handler(ctx -> answer(ctx, role.alive() ? Optional.empty() : Optional.of("has failed")));
        router.get("/ready").handler(ctx -> answer(ctx, role.notReady()));
    }

    private static void answer(RoutingContext ctx, Optional<String> wrong) {
        JsonObject body = new JsonObject().put("ok", wrong.isEmpty());
        wrong.ifPresent(why -> body.put("reason", why));
        Json.send(ctx, wrong.isEmpty() ? 200 : 503, body.encode());
    }

    private static void metrics(RoutingContext ctx) {
        StringWriter text = new StringWriter();
        try {
            TextFormat.write004(text, CollectorRegistry.defaultRegistry.metricFamilySamples());
        } catch (IOException e) {
            ctx.fail(e);
            return;
        }
        ctx.response().putHeader("Content-Type", TextFormat.CONTENT_TYPE_004).end(text.toString());
    }
}
