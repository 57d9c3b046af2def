package io.segwatch.dashboard.rest;

import io.segwatch.dashboard.http.HttpProblem;
import io.segwatch.dashboard.http.Json;
import io.segwatch.kafka.Table;
import io.segwatch.v1.AcceptedBaseline;
import io.segwatch.v1.Calibration;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/** {@code /api/calibration}: what is usual for each query, whether it has drifted, and that a person accepts it so. */
final class CalibrationRoutes {
    private final Table<Calibration> calibrations;
    private final DefinitionStore<AcceptedBaseline> baselines;

    CalibrationRoutes(Table<Calibration> calibrations, DefinitionStore<AcceptedBaseline> baselines) {
        this.calibrations = calibrations;
        this.baselines = baselines;
    }

    void mount(Router router) {
        router.get("/api/calibration").handler(this::list);
        router.post("/api/calibration/baseline").handler(this::accept);
    }

    private void list(RoutingContext ctx) {
        HttpServerRequest request = ctx.request();
        String camera = request.getParam("camera", "");
        String query = request.getParam("query", "");
        // An empty zone is the whole frame; none given is all of them.
        String zone = request.getParam("zone");
        boolean hours = "true".equals(request.getParam("hours"));
        List<Calibration> found = calibrations.snapshot().values().stream()
                .filter(each -> camera.isEmpty() || camera.equals(each.getCamera()))
                .filter(each -> query.isEmpty() || query.equals(each.getQuery()))
                .filter(each -> zone == null || zone.equals(each.getZone()))
                .map(each -> hours ? each : each.toBuilder().clearHours().build())
                .toList();
        Json.send(ctx, 200, Json.list("calibrations", found));
    }

    private void accept(RoutingContext ctx) {
        AcceptedBaseline wanted =
                Json.read(Json.body(ctx), AcceptedBaseline.newBuilder()).build();
        if (calibrations.get(wanted.getCamera() + "//" + wanted.getQuery()).isEmpty()) {
            throw HttpProblem.of(
                    404,
                    "query",
                    "has no calibration on this camera yet; it comes after a minute of frames, see /api/calibration");
        }
        AcceptedBaseline accepted =
                wanted.toBuilder().setAcceptedAtMs(System.currentTimeMillis()).build();
        baselines
                .put(accepted.getCamera() + "/" + accepted.getQuery(), accepted)
                .onSuccess(stored -> Json.send(ctx, 202, Json.print(accepted)))
                .onFailure(ctx::fail);
    }
}
