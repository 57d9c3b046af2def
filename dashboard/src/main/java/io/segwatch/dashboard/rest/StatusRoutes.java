package io.segwatch.dashboard.rest;

import io.segwatch.contracts.DefaultRule;
import io.segwatch.dashboard.http.Json;
import io.segwatch.dashboard.live.Live;
import io.segwatch.v1.CameraStatus;
import io.segwatch.v1.Rule;
import io.segwatch.v1.WorkerStatus;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
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

    StatusRoutes(Live live, StatusTables tables, Predicate<String> cameraExists) {
        this.live = live;
        this.tables = tables;
        this.cameraExists = cameraExists;
    }

    void mount(Router router) {
        router.get("/api/status").handler(this::status);
    }

    private void status(RoutingContext ctx) {
        long now = System.currentTimeMillis();
        List<CameraStatus> known = new ArrayList<>(tables.cameras().snapshot().values());
        known.removeIf(status -> !cameraExists.test(status.getCamera()));
        List<WorkerStatus> workers = new ArrayList<>(tables.workers().snapshot().values());
        workers.removeIf(worker -> now - worker.getAtMs() > FORGOTTEN_WORKER_MS);
        JsonObject ages = new JsonObject();
        live.observationAges().forEach(ages::put);
        String camerasJson = Json.list("cameras", known);
        String workersJson = Json.list("workers", workers);
        String rest = new JsonObject()
                .put("atMs", now)
                .put("viewers", live.viewers())
                .put("observationAgeMs", ages)
                .put("backtest", true)
                .put("defaultRules", DEFAULT_RULES)
                .encode();
        Json.send(ctx, 200, joined(camerasJson, workersJson, rest));
    }

    /** What a new rule starts from: one for each measure, for presence and for absence. */
    private static JsonArray defaultRules() {
        JsonArray rules = new JsonArray();
        for (Rule.Measure measure : Rule.Measure.values()) {
            if (measure != Rule.Measure.UNRECOGNIZED) {
                rules.add(new JsonObject(Json.print(DefaultRule.of("", measure, false))));
                rules.add(new JsonObject(Json.print(DefaultRule.of("", measure, true))));
            }
        }
        return rules;
    }

    /** One object with the members of all. */
    private static String joined(String... objects) {
        StringBuilder all = new StringBuilder("{");
        for (String object : objects) {
            all.append(all.length() > 1 ? "," : "").append(object, 1, object.length() - 1);
        }
        return all.append('}').toString();
    }
}
