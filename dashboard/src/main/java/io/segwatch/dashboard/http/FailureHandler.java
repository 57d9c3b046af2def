package io.segwatch.dashboard.http;

import io.segwatch.dashboard.listen.Visitor;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers every request that failed with a problem, for a person as a page; what is nobody's mistake but ours is
 * logged.
 */
public final class FailureHandler implements Handler<RoutingContext> {
    private static final Logger log = LoggerFactory.getLogger(FailureHandler.class);

    private final int maxBodyBytes;

    /** @param maxBodyBytes above which a body is refused, as the answer says */
    public FailureHandler(int maxBodyBytes) {
        this.maxBodyBytes = maxBodyBytes;
    }

    @Override
    public void handle(RoutingContext ctx) {
        HttpProblem problem = problem(ctx);
        HttpServerResponse response = ctx.response();
        if (response.headWritten() || response.closed()) {
            return;
        }
        if (ctx.request().getHeader("Upgrade") != null) {
            // A connection that was to become a WebSocket is of no use for anything else.
            response.putHeader("Connection", "close");
        }
        String accepted = ctx.request().getHeader("Accept");
        if (accepted != null && accepted.contains("text/html")) {
            Visitor visitor = Visitor.of(ctx);
            problem.sendPage(
                    response,
                    visitor == null ? "/" : visitor.wayUp(ctx.request().path()));
        } else {
            problem.send(response);
        }
    }

    private HttpProblem problem(RoutingContext ctx) {
        Throwable failure = ctx.failure();
        int status = ctx.statusCode();
        if (failure instanceof HttpProblem known) {
            return known;
        }
        if (status == 413) {
            return HttpProblem.of(413, "body", "is larger than " + maxBodyBytes / 1024 + " KiB");
        }
        if (status == 404) {
            return HttpProblem.of(404, "path", "there is nothing here; see /api/openapi.json");
        }
        if (status >= 400 && status < 500) {
            return HttpProblem.of(status, "request", "is not understood; see /api/openapi.json");
        }
        log.error("{} {} failed", ctx.request().method(), ctx.normalizedPath(), failure);
        return HttpProblem.of(500, "server", "failed; its log says why");
    }
}
