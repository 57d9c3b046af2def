package io.segwatch.dashboard.rest;

import io.prometheus.client.Counter;
import io.segwatch.dashboard.listen.Visitor;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts requests by route and status, and those that were not let in. */
public final class ApiMetrics {
    private static final Logger log = LoggerFactory.getLogger(ApiMetrics.class);
    private static final String ROUTE = "segwatch.route";
    private static final String COUNTED = "segwatch.counted";
    private static final Counter REQUESTS = Counter.build(
                    "segwatch_api_requests_total", "Requests by operation of the API, or page, and status of HTTP")
            .labelNames("route", "status")
            .register();
    private static final Counter REFUSED = Counter.build(
                    "segwatch_auth_failures_total", "Requests that were not let in, by what was wrong")
            .labelNames("reason")
            .register();
    private static final long LOG_EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final AtomicLong nextLog = new AtomicLong(System.nanoTime());

    /** Names the operation that a request has come to; others are counted together. */
    static void route(RoutingContext ctx, String operation) {
        ctx.put(ROUTE, operation);
    }

    /** To be the first handler of every request. */
    public void count(RoutingContext ctx) {
        // A request that is led to another path comes here again.
        if (ctx.get(COUNTED) != null) {
            ctx.next();
            return;
        }
        ctx.put(COUNTED, true);
        ctx.addEndHandler(ended -> {
            int status = ctx.response().getStatusCode();
            String page = ctx.request().path() != null && ctx.request().path().startsWith("/api") ? "other" : "page";
            REQUESTS.labels(ctx.get(ROUTE, page), Integer.toString(status)).inc();
            String reason = reason(status, ctx.response().headers().get("Location"));
            if (reason != null) {
                refused(ctx, reason);
            }
        });
        ctx.next();
    }

    private static String reason(int status, String location) {
        return switch (status) {
            case 401 -> "token";
            case 403 -> "origin";
            case 421 -> "host";
            case 429 -> "too_many";
            case 303 -> login(location);
            default -> null;
        };
    }

    private static String login(String location) {
        if (location == null || !location.matches(".*login#(wrong|many)")) {
            return null;
        }
        return location.endsWith("wrong") ? "login" : "too_many";
    }

    private void refused(RoutingContext ctx, String reason) {
        REFUSED.labels(reason).inc();
        long now = System.nanoTime();
        long next = nextLog.get();
        // A browser without a session asks for the page; somebody who guesses shows a token.
        boolean guess = reason.equals("login") || ctx.request().getHeader("Authorization") != null;
        if (guess && now - next >= 0 && nextLog.compareAndSet(next, now + LOG_EVERY_NANOS)) {
            log.warn("A request from {} was not let in: {}", Visitor.of(ctx).address(), reason);
        }
    }
}
