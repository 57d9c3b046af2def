package io.segwatch.dashboard;

import io.segwatch.contracts.Definitions;
import io.segwatch.contracts.Expression;
import io.segwatch.v1.Alert;
import io.segwatch.v1.Camera;
import io.segwatch.v1.Frame;
import io.segwatch.v1.Observation;
import io.segwatch.v1.Query;
import io.segwatch.v1.Rule;
import io.segwatch.v1.Zone;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.awt.Color;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/** {@code /api/alerts/ID/evidence.jpg}: the frame that opened an alert, with what it is about drawn over it. */
final class EvidenceRoutes {
    private static final int MAX_AT_ONCE = 2;
    private static final Color DEFAULT_COLOR = new Color(0x36a3ff);

    private final Vertx vertx;
    private final PastFrames pastFrames;
    private final RecentAlerts alerts;
    private final DefinitionStore<Camera> cameras;
    private final DefinitionStore<Query> queries;
    private final DefinitionStore<Rule> rules;
    private final Semaphore lookUps = new Semaphore(MAX_AT_ONCE);

    EvidenceRoutes(
            Vertx vertx,
            PastFrames pastFrames,
            RecentAlerts alerts,
            DefinitionStore<Camera> cameras,
            DefinitionStore<Query> queries,
            DefinitionStore<Rule> rules) {
        this.vertx = vertx;
        this.pastFrames = pastFrames;
        this.alerts = alerts;
        this.cameras = cameras;
        this.queries = queries;
        this.rules = rules;
    }

    void mount(Router router) {
        router.get("/api/alerts/:id/evidence.jpg").handler(this::evidence);
    }

    private void evidence(RoutingContext ctx) {
        String id = ctx.pathParam("id");
        Alert opened = alerts.opening(id).orElseThrow(() -> Refusal.notFound("alert", id));
        if (!lookUps.tryAcquire()) {
            throw Refusal.of(429, "evidence", MAX_AT_ONCE + " pictures are being looked up; try again in a moment");
        }
        vertx.executeBlocking(() -> picture(opened), false)
                .onComplete(done -> lookUps.release())
                .onSuccess(jpeg -> ctx.response()
                        .putHeader("Content-Type", "image/jpeg")
                        .putHeader("Cache-Control", "private, max-age=300")
                        .end(Buffer.buffer(jpeg)))
                .onFailure(ctx::fail);
    }

    private byte[] picture(Alert opened) {
        Frame frame = pastFrames
                .frame(opened.getEvidence(), opened.getOpenedAtMs())
                .orElseThrow(() -> Refusal.of(
                        404,
                        "evidence",
                        "the frame is no longer there: frames are kept for minutes (retention.ms of segwatch.frames)"));
        Optional<Observation> observation = pastFrames.observation(opened.getEvidence(), opened.getOpenedAtMs());
        Optional<Zone> zone = cameras.get(opened.getCamera()).stream()
                .flatMap(camera -> camera.getZonesList().stream())
                .filter(each -> each.getId().equals(opened.getZone()))
                .findFirst();
        try {
            return EvidencePicture.draw(frame, observation, colors(opened), zone);
        } catch (IOException e) {
            throw Refusal.of(404, "evidence", "the frame cannot be drawn: " + e.getMessage());
        }
    }

    private Map<String, Color> colors(Alert opened) {
        Map<String, Color> colors = new HashMap<>();
        for (String query : queriesOf(opened)) {
            String color = queries.get(query).map(Query::getColor).orElse("");
            colors.put(query, color.isEmpty() ? DEFAULT_COLOR : Color.decode(color));
        }
        return colors;
    }

    /** What the alert's rule looks at; when the rule is gone, all that is looked for. */
    private Collection<String> queriesOf(Alert opened) {
        return Definitions.driftingQuery(opened.getRule())
                .<Collection<String>>map(List::of)
                .or(() -> rules.get(opened.getRule()).map(Expression::queriesOf))
                .orElseGet(() -> queries.all().stream().map(Query::getId).toList());
    }
}
