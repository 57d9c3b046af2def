package io.segwatch.dashboard.rest;

import io.segwatch.contracts.Definitions;
import io.segwatch.contracts.Problem;
import io.segwatch.contracts.VisibleText;
import io.segwatch.dashboard.access.Principal;
import io.segwatch.dashboard.alerts.AlertEntry;
import io.segwatch.dashboard.http.HttpProblem;
import io.segwatch.dashboard.http.Json;
import io.segwatch.dashboard.store.DefinitionStore;
import io.segwatch.v1.AlertReview;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** {@code /api/alert-reviews}: that alerts were seen, and acknowledged, with a note. */
final class ReviewRoutes {
    /** Writes at a time, of one request. */
    private static final int AT_ONCE = 8;

    private static final Duration KEPT = Duration.ofDays(400);
    private static final long SWEEP_MS = Duration.ofHours(1).toMillis();
    private static final int SWEPT_AT_ONCE = 500;

    private final AlertFinder finder;
    private final DefinitionStore<AlertReview> reviews;

    ReviewRoutes(Vertx vertx, AlertFinder finder, DefinitionStore<AlertReview> reviews) {
        this.finder = finder;
        this.reviews = reviews;
        vertx.setPeriodic(SWEEP_MS, timer -> sweep());
    }

    void bind(Operations operations) {
        operations.on("review-alerts", this::review);
    }

    private void review(RoutingContext ctx) {
        JsonObject body = Validated.body(ctx);
        List<AlertEntry> alerts = new ArrayList<>();
        for (Object id : body.getJsonArray("alerts")) {
            alerts.add(finder.find(ctx, (String) id)
                    .orElseThrow(() -> HttpProblem.badInput("alerts", HttpProblem.missing("alert", (String) id))));
        }
        String by = Principal.of(ctx).name();
        change(alerts, 0, body, by, new JsonArray())
                .onSuccess(done -> Json.send(ctx, 200, new JsonObject().put("reviews", done)))
                .onFailure(ctx::fail);
    }

    private Future<JsonArray> change(List<AlertEntry> alerts, int from, JsonObject body, String by, JsonArray done) {
        if (from >= alerts.size()) {
            return Future.succeededFuture(done);
        }
        int to = Math.min(alerts.size(), from + AT_ONCE);
        List<Future<AlertReview>> written = alerts.subList(from, to).stream()
                .map(alert -> change(alert, body, by))
                .toList();
        return Future.all(written).compose(all -> {
            written.forEach(review -> done.add(Json.object(review.result())));
            return change(alerts, to, body, by, done);
        });
    }

    private Future<AlertReview> change(AlertEntry alert, JsonObject body, String by) {
        return reviews.inTurn(alert.id(), () -> {
            AlertReview next = next(alert, body, by);
            List<Problem> problems = Definitions.check(next);
            if (!problems.isEmpty()) {
                return Future.failedFuture(HttpProblem.badInput(problems));
            }
            return reviews.put(alert.id(), next).map(next);
        });
    }

    private AlertReview next(AlertEntry alert, JsonObject body, String by) {
        long now = System.currentTimeMillis();
        AlertReview.Builder next = reviews.get(alert.id()).orElse(AlertReview.getDefaultInstance()).toBuilder();
        next.setAlert(alert.id()).setCamera(alert.camera());
        if (next.getSeenAtMs() == 0) {
            // Whoever acknowledges it, or writes of it, has seen it.
            next.setSeenBy(by).setSeenAtMs(now);
        }
        if (Boolean.FALSE.equals(body.getBoolean("seen"))) {
            next.clearSeenBy().clearSeenAtMs();
        }
        if (Boolean.TRUE.equals(body.getBoolean("acknowledged")) && next.getAcknowledgedAtMs() == 0) {
            next.setAcknowledgedBy(by).setAcknowledgedAtMs(now);
        } else if (Boolean.FALSE.equals(body.getBoolean("acknowledged"))) {
            next.clearAcknowledgedBy().clearAcknowledgedAtMs();
        }
        if (body.getString("note") != null) {
            next.setNote(VisibleText.normalized(body.getString("note")));
        }
        return next.build();
    }

    /** What was said of alerts that are long gone. */
    private void sweep() {
        long before = System.currentTimeMillis() - KEPT.toMillis();
        Future<Void> inTurn = Future.succeededFuture();
        for (AlertReview review : reviews.all().stream()
                .filter(each -> Math.max(each.getSeenAtMs(), each.getAcknowledgedAtMs()) < before)
                .limit(SWEPT_AT_ONCE)
                .toList()) {
            inTurn = inTurn.compose(next -> reviews.delete(review.getAlert()));
        }
    }
}
