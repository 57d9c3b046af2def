package io.segwatch.dashboard.rest;

import io.segwatch.contracts.Definitions;
import io.segwatch.contracts.Expression;
import io.segwatch.dashboard.access.Principal;
import io.segwatch.dashboard.audit.AuditLog;
import io.segwatch.dashboard.http.HttpProblem;
import io.segwatch.dashboard.http.Json;
import io.segwatch.dashboard.live.Live;
import io.segwatch.v1.Alert;
import io.segwatch.v1.Camera;
import io.segwatch.v1.Frame;
import io.segwatch.v1.Observation;
import io.segwatch.v1.Query;
import io.segwatch.v1.Zone;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.awt.Color;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code /api/alerts}, and the frame that opened one, with what it is about drawn over it. */
final class AlertRoutes {
    private static final int DEFAULT_LISTED = 100;
    private static final int MAX_AT_ONCE = 2;
    private static final int MAX_EACH = 8;
    private static final Color DEFAULT_COLOR = new Color(0x36a3ff);

    private final PastFrames pastFrames;
    private final Live live;
    private final DefinitionStores stores;
    private final BoundedWork pictures;
    private final BoundedWork printing;

    AlertRoutes(Vertx vertx, PastFrames pastFrames, Live live, DefinitionStores stores, BoundedWork printing) {
        this.pastFrames = pastFrames;
        this.live = live;
        this.stores = stores;
        this.pictures = new BoundedWork(vertx, "evidence", MAX_AT_ONCE, MAX_EACH);
        this.printing = printing;
    }

    void bind(Operations operations) {
        operations.on("list-alerts", this::list);
        operations.on("get-evidence", this::evidence);
    }

    private void list(RoutingContext ctx) {
        int limit = (int) Validated.number(ctx, "limit", DEFAULT_LISTED);
        List<Alert> found = live.alerts(Validated.query(ctx, "camera", ""), Principal.of(ctx)::sees, limit);
        printing.run(ctx, () -> Json.list("alerts", found))
                .onSuccess(alerts -> Json.send(ctx, 200, alerts))
                .onFailure(ctx::fail);
    }

    private void evidence(RoutingContext ctx) {
        String id = Validated.path(ctx, "id");
        Alert opened = live.opening(id)
                .filter(alert -> Principal.of(ctx).sees(alert.getCamera()))
                .orElseThrow(() -> HttpProblem.notFound("alert", id));
        AuditLog.about(ctx, opened.getCamera());
        pictures.run(ctx, () -> picture(opened))
                .onSuccess(jpeg -> ctx.response()
                        .putHeader("Content-Type", "image/jpeg")
                        .putHeader("Cache-Control", "private, max-age=300")
                        .end(Buffer.buffer(jpeg)))
                .onFailure(ctx::fail);
    }

    private byte[] picture(Alert opened) {
        Frame frame = pastFrames
                .frame(opened.getEvidence(), opened.getOpenedAtMs())
                .orElseThrow(() -> HttpProblem.of(
                        404,
                        "evidence",
                        "the frame is no longer there: frames are kept for minutes (retention.ms of segwatch.frames)"));
        Optional<Observation> observation = pastFrames.observation(opened.getEvidence(), opened.getOpenedAtMs());
        // Only of a camera that is there, for one that is gone no longer says what it hides.
        Camera camera = stores.cameras()
                .get(opened.getCamera())
                .orElseThrow(() -> HttpProblem.of(404, "evidence", "the camera was removed, and shows nothing more"));
        Optional<Zone> zone = camera.getZonesList().stream()
                .filter(each -> each.getId().equals(opened.getZone()))
                .findFirst();
        try {
            return EvidencePicture.draw(frame, observation, camera.getHiddenQueriesList(), colors(opened), zone);
        } catch (IOException e) {
            throw HttpProblem.of(404, "evidence", "the frame cannot be drawn: " + e.getMessage());
        }
    }

    private Map<String, Color> colors(Alert opened) {
        Map<String, Color> colors = new HashMap<>();
        for (String query : queriesOf(opened)) {
            String color = stores.queries().get(query).map(Query::getColor).orElse("");
            colors.put(query, color.isEmpty() ? DEFAULT_COLOR : Color.decode(color));
        }
        return colors;
    }

    /** What the alert's rule looks at; when the rule is gone, all that is looked for. */
    private Collection<String> queriesOf(Alert opened) {
        return Definitions.driftingQuery(opened.getRule())
                .<Collection<String>>map(List::of)
                .or(() -> stores.rules().get(opened.getRule()).map(Expression::queriesOf))
                .orElseGet(
                        () -> stores.queries().all().stream().map(Query::getId).toList());
    }
}
