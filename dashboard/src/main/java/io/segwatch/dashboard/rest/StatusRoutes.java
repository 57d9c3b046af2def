package io.segwatch.dashboard.rest;

import io.segwatch.contracts.DefaultRule;
import io.segwatch.dashboard.access.Principal;
import io.segwatch.dashboard.http.Json;
import io.segwatch.dashboard.live.Live;
import io.segwatch.dashboard.store.DefinitionStore;
import io.segwatch.v1.CameraStatus;
import io.segwatch.v1.Query;
import io.segwatch.v1.QueryStatus;
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
    /** Each worker reports every two seconds. */
    static final long SILENT_WORKER_MS = 15_000;

    private static final JsonArray DEFAULT_RULES = defaultRules();

    private final Live live;
    private final StatusTables tables;
    private final Predicate<String> cameraExists;
    private final DefinitionStore<Query> queries;
    private final BoundedWork printing;

    StatusRoutes(Live live, StatusTables tables, DefinitionStores stores, BoundedWork printing) {
        this.live = live;
        this.tables = tables;
        this.cameraExists = stores.cameras()::has;
        this.queries = stores.queries();
        this.printing = printing;
    }

    void bind(Operations operations) {
        operations.on("get-status", this::status);
        operations.on("list-query-statuses", this::queries);
    }

    private void queries(RoutingContext ctx) {
        long now = System.currentTimeMillis();
        List<WorkerStatus> workers = tables.workers().snapshot().values().stream()
                .filter(worker -> now - worker.getAtMs() < SILENT_WORKER_MS)
                .toList();
        Principal principal = Principal.of(ctx);
        List<QueryStatus> all = queries.all().stream()
                .filter(query -> CameraScope.sees(principal, query.getCamerasList()))
                .map(query -> status(query, workers))
                .toList();
        Json.send(ctx, 200, new JsonObject().put("queries", Json.array(all)));
    }

    private static QueryStatus status(Query query, List<WorkerStatus> workers) {
        QueryStatus.Builder status = QueryStatus.newBuilder().setQuery(query.getId());
        if (query.getDisabled()) {
            return status.build();
        }
        if (workers.isEmpty()) {
            return status.setReason("No process looks for it now; check that one with the role inference runs")
                    .build();
        }
        return workers.stream()
                .flatMap(worker -> worker.getQueriesList().stream())
                .filter(remark -> remark.getQuery().equals(query.getId()))
                .findFirst()
                .orElseGet(() -> status.setAnswered(true).build());
    }

    private void status(RoutingContext ctx) {
        Principal principal = Principal.of(ctx);
        printing.answer(ctx, () -> status(principal).toBuffer());
    }

    private JsonObject status(Principal principal) {
        long now = System.currentTimeMillis();
        List<CameraStatus> known = new ArrayList<>(tables.cameras().snapshot().values());
        known.removeIf(status -> !cameraExists.test(status.getCamera()) || !principal.sees(status.getCamera()));
        List<WorkerStatus> workers = new ArrayList<>(tables.workers().snapshot().values());
        workers.removeIf(worker -> now - worker.getAtMs() > FORGOTTEN_WORKER_MS);
        workers.replaceAll(worker -> SeenWorker.by(principal, worker, queries::get));
        JsonObject ages = new JsonObject();
        live.observationAges().forEach((camera, age) -> {
            if (principal.sees(camera)) {
                ages.put(camera, age);
            }
        });
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
