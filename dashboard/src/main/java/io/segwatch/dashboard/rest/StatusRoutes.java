package io.segwatch.dashboard.rest;

import io.segwatch.contracts.DefaultRule;
import io.segwatch.dashboard.http.Json;
import io.segwatch.dashboard.live.Live;
import io.segwatch.v1.CameraStatus;
import io.segwatch.v1.Rule;
import io.segwatch.v1.WorkerStatus;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** {@code /api/status}: the state of cameras, workers and this dashboard. */
final class StatusRoutes {
    private static final long FORGOTTEN_WORKER_MS = 600_000;
    private static final JsonArray DEFAULT_RULES = defaultRules();

    private final Live live;
    private final StatusTables tables;
    private final Predicate<String> cameraExists;
    private final BoundedWork printing;

    StatusRoutes(Live live, StatusTables tables, Predicate<String> cameraExists, BoundedWork printing) {
        this.live = live;
        this.tables = tables;
        this.cameraExists = cameraExists;
        this.printing = printing;
    }

    void bind(Operations operations) {
        operations.on("get-status", this::status);
    }

    private void status(RoutingContext ctx) {
        printing.run(ctx, () -> status().toBuffer())
                .onSuccess(status -> Json.send(ctx, 200, status))
                .onFailure(ctx::fail);
    }

    private JsonObject status() {
        long now = System.currentTimeMillis();
        List<CameraStatus> known = new ArrayList<>(tables.cameras().snapshot().values());
        known.removeIf(status -> !cameraExists.test(status.getCamera()));
        List<WorkerStatus> workers = new ArrayList<>(tables.workers().snapshot().values());
        workers.removeIf(worker -> now - worker.getAtMs() > FORGOTTEN_WORKER_MS);
        JsonObject ages = new JsonObject();
        live.observationAges().forEach(ages::put);
        return new JsonObject()
                .put("atMs", now)
                .put("cameras", Json.array(known))
                .put("workers", Json.array(workers))
                .put("viewers", live.viewers())
                .put("observationAgeMs", ages)
                .put("defaultRules", DEFAULT_RULES);
    }

    /** What a new rule starts from: one for each measure, for presence and for absence. */
    private static JsonArray defaultRules() {
        JsonArray rules = new JsonArray();
        for (Rule.Measure measure : Rule.Measure.values()) {
            if (measure != Rule.Measure.UNRECOGNIZED) {
                rules.add(Json.object(DefaultRule.of("", measure, false)));
                rules.add(Json.object(DefaultRule.of("", measure, true)));
            }
        }
        return rules;
    }
}
