package io.segwatch.dashboard.rest;

import io.segwatch.contracts.Definitions;
import io.segwatch.contracts.Expression;
import io.segwatch.dashboard.http.HttpProblem;
import io.segwatch.dashboard.http.Json;
import io.segwatch.dashboard.live.Live;
import io.segwatch.v1.Alert;
import io.segwatch.v1.Frame;
import io.segwatch.v1.Observation;
import io.segwatch.v1.Query;
import io.segwatch.v1.Zone;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
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

/** {@code /api/alerts}, and the frame that opened one, with what it is about drawn over it. */
final class AlertRoutes {
    private static final int MAX_LISTED = 1_000;
    private static final int MAX_AT_ONCE = 2;
    private static final Color DEFAULT_COLOR = new Color(0x36a3ff);

    private final Vertx vertx;
    private final PastFrames pastFrames;
    private final Live live;
    private final DefinitionStores stores;
    private final Semaphore lookups = new Semaphore(MAX_AT_ONCE);

    AlertRoutes(Vertx vertx, PastFrames pastFrames, Live live, DefinitionStores stores) {
        this.vertx = vertx;
        this.pastFrames = pastFrames;
        this.live = live;
        this.stores = stores;
    }

    void mount(Router router) {
        router.get("/api/alerts").handler(this::list);
        router.get("/api/alerts/:id/evidence.jpg").handler(this::evidence);
    }

    private void list(RoutingContext ctx) {
        HttpServerRequest request = ctx.request();
        long limit = Math.min(MAX_LISTED, Parameters.number(request, "limit", 100));
        Json.send(ctx, 200, Json.list("alerts", live.alerts(request.getParam("camera", ""), (int) limit)));
    }

    private void evidence(RoutingContext ctx) {
        String id = ctx.pathParam("id");
        Alert opened = live.opening(id).orElseThrow(() -> HttpProblem.notFound("alert", id));
        if (!lookups.tryAcquire()) {
            throw HttpProblem.of(429, "evidence", MAX_AT_ONCE + " pictures are being looked up; try again in a moment");
        }
        vertx.executeBlocking(() -> picture(opened), false)
                .onComplete(done -> lookups.release())
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
        Optional<Zone> zone = stores.cameras().get(opened.getCamera()).stream()
                .flatMap(camera -> camera.getZonesList().stream())
                .filter(each -> each.getId().equals(opened.getZone()))
                .findFirst();
        try {
            return EvidencePicture.draw(frame, observation, colors(opened), zone);
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
