package io.segwatch.dashboard.rest;

import io.segwatch.dashboard.access.Principal;
import io.segwatch.dashboard.evidence.PastFrames;
import io.segwatch.dashboard.http.HttpProblem;
import io.segwatch.dashboard.http.Json;
import io.segwatch.dashboard.store.DefinitionStore;
import io.segwatch.kafka.Table;
import io.segwatch.v1.AcceptedBaseline;
import io.segwatch.v1.Calibration;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.function.Predicate;

/** {@code /api/calibration}: what is usual for each query, whether it has drifted, and that a person accepts it so. */
final class CalibrationRoutes {
    private final Table<Calibration> calibrations;
    private final DefinitionStore<AcceptedBaseline> baselines;
    private final PastFrames.Hidden hidden;
    private final BoundedWork printing;

    CalibrationRoutes(
            Table<Calibration> calibrations,
            DefinitionStore<AcceptedBaseline> baselines,
            PastFrames.Hidden hidden,
            BoundedWork printing) {
        this.hidden = hidden;
        this.calibrations = calibrations;
        this.baselines = baselines;
        this.printing = printing;
    }

    void bind(Operations operations) {
        operations.on("list-calibrations", this::list);
        operations.on("accept-baseline", this::accept);
    }

    private void list(RoutingContext ctx) {
        String camera = Validated.query(ctx, "camera", "");
        String query = Validated.query(ctx, "query", "");
        // An empty zone is the whole frame; none given is all of them.
        String zone = Validated.query(ctx, "zone", null);
        boolean hours = Validated.flag(ctx, "hours", false);
        Predicate<String> seen = Principal.of(ctx)::sees;
        printing.answer(ctx, () -> Json.list("calibrations", find(seen, camera, query, zone, hours)));
    }

    private List<Calibration> find(Predicate<String> seen, String camera, String query, String zone, boolean hours) {
        return calibrations.snapshot().values().stream()
                .filter(each -> seen.test(each.getCamera()))
                .filter(each -> camera.isEmpty() || camera.equals(each.getCamera()))
                .filter(each -> query.isEmpty() || query.equals(each.getQuery()))
                .filter(each -> zone == null || zone.equals(each.getZone()))
                .filter(each -> !hidden.test(each.getCamera(), each.getAtMs()))
                .map(each -> hours ? each : each.toBuilder().clearHours().build())
                .toList();
    }

    private void accept(RoutingContext ctx) {
        AcceptedBaseline wanted =
                Json.read(Validated.body(ctx), AcceptedBaseline.newBuilder()).build();
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
                .onSuccess(stored -> Json.send(ctx, 202, Json.object(accepted)))
                .onFailure(ctx::fail);
    }
}
