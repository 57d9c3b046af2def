package io.segwatch.dashboard.rest;

import io.segwatch.contracts.Definitions;
import io.segwatch.contracts.Problem;
import io.segwatch.contracts.Topic;
import io.segwatch.dashboard.http.HttpProblem;
import io.segwatch.dashboard.http.Json;
import io.segwatch.v1.Webhook;
import io.segwatch.v1.WebhookReplay;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.UUID;

/** How the delivery to webhooks goes, and sending again what was not delivered. */
final class WebhookDeliveryRoutes {
    private final DefinitionStore<Webhook> webhooks;
    private final WebhookStatuses statuses;
    private final KafkaWriter writer;

    WebhookDeliveryRoutes(DefinitionStore<Webhook> webhooks, WebhookStatuses statuses, KafkaWriter writer) {
        this.webhooks = webhooks;
        this.statuses = statuses;
        this.writer = writer;
    }

    void mount(Router router) {
        router.get("/api/webhook-status").handler(this::status);
        router.post("/api/webhooks/:id/replay").handler(this::replay);
    }

    private void status(RoutingContext ctx) {
        Json.send(
                ctx,
                200,
                Json.list(
                        "webhooks",
                        webhooks.all().stream()
                                .map(webhook -> statuses.of(webhook.getId()))
                                .toList()));
    }

    private void replay(RoutingContext ctx) {
        String id = ctx.pathParam("id");
        if (!webhooks.has(id)) {
            throw HttpProblem.notFound("webhook", id);
        }
        WebhookReplay.Builder draft = Json.read(Json.body(ctx), WebhookReplay.newBuilder());
        if (draft.getToMs() == 0) {
            draft.setToMs(System.currentTimeMillis());
        }
        WebhookReplay replay = draft.setId(UUID.randomUUID().toString())
                .setWebhook(id)
                .setRequestedAtMs(System.currentTimeMillis())
                .build();
        List<Problem> problems = Definitions.check(replay);
        if (!problems.isEmpty()) {
            throw HttpProblem.badInput(problems);
        }
        writer.write(Topic.WEBHOOK_REPLAYS, id, replay)
                .onSuccess(sent -> Json.send(ctx, 202, Json.print(replay)))
                .onFailure(ctx::fail);
    }
}
