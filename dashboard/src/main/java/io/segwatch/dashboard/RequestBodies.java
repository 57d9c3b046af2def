package io.segwatch.dashboard;

import io.segwatch.dashboard.http.HttpProblem;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;

/** Reads requests' bodies, of a bounded size and within a bounded time. */
final class RequestBodies implements Handler<RoutingContext> {
    private static final long ARRIVES_WITHIN_MS = 20_000;
    private static final String TIMER = "segwatch.body";

    private final Vertx vertx;
    private final BodyHandler bodies;

    RequestBodies(Vertx vertx, int maxBytes) {
        this.vertx = vertx;
        this.bodies = BodyHandler.create(false).setBodyLimit(maxBytes);
    }

    @Override
    public void handle(RoutingContext ctx) {
        long timer = vertx.setTimer(ARRIVES_WITHIN_MS, late -> {
            ctx.response().putHeader("Connection", "close");
            ctx.fail(HttpProblem.of(
                    408, "body", "did not arrive within " + ARRIVES_WITHIN_MS / 1000 + " s; send the request again"));
        });
        ctx.put(TIMER, timer);
        ctx.addEndHandler(ended -> vertx.cancelTimer(timer));
        bodies.handle(ctx);
    }

    /** To be called next. */
    void arrived(RoutingContext ctx) {
        Long timer = ctx.get(TIMER);
        if (timer != null) {
            vertx.cancelTimer(timer);
        }
        ctx.next();
    }
}
