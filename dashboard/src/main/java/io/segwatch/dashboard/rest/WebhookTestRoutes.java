package io.segwatch.dashboard.rest;

import io.segwatch.dashboard.http.HttpProblem;
import io.segwatch.dashboard.http.Json;
import io.segwatch.dashboard.store.DefinitionStore;
import io.segwatch.role.WebhookReach;
import io.segwatch.v1.Webhook;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * {@code /api/webhooks/{id}/test}: has the role that delivers post a test. A webhook is tested once in a few seconds,
 * so that nobody can have Segwatch flood a receiver.
 */
final class WebhookTestRoutes {
    private static final long EVERY_MS = 5_000;

    private final Vertx vertx;
    private final DefinitionStore<Webhook> webhooks;
    private final Optional<WebhookReach> reach;
    /** Webhooks that have just been tested; each is forgotten when it may be tested again. */
    private final Map<String, Boolean> recent = new ConcurrentHashMap<>();

    WebhookTestRoutes(Vertx vertx, DefinitionStore<Webhook> webhooks, Optional<WebhookReach> reach) {
        this.vertx = vertx;
        this.webhooks = webhooks;
        this.reach = reach;
    }

    void bind(Operations operations) {
        operations.on("test-webhook", this::test);
    }

    private void test(RoutingContext ctx) {
        String id = Validated.path(ctx, "id");
        Webhook webhook = webhooks.get(id).orElseThrow(() -> HttpProblem.notFound("webhook", id));
        WebhookReach tester = reach.orElseThrow(() -> HttpProblem.of(
                501,
                "id",
                "cannot be tested from here: another process posts to webhooks. Where the roles delivery and dashboard"
                        + " run in one process, it can; GET /api/webhook-status says how alerts arrive"));
        if (recent.putIfAbsent(id, true) != null) {
            ctx.response().putHeader("Retry-After", Long.toString(EVERY_MS / 1_000));
            throw HttpProblem.of(
                    429, "id", "was tested just now; a webhook can be tested once in " + EVERY_MS / 1_000 + " s");
        }
        Future.fromCompletionStage(tester.test(webhook), vertx.getOrCreateContext())
                .onComplete(done -> vertx.setTimer(EVERY_MS, timer -> recent.remove(id)))
                .onSuccess(test -> Json.send(ctx, 200, Json.object(test)))
                .onFailure(ctx::fail);
    }
}
