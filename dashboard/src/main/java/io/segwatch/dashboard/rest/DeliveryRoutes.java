package io.segwatch.dashboard.rest;

import io.segwatch.contracts.Definitions;
import io.segwatch.contracts.Problem;
import io.segwatch.contracts.Topic;
import io.segwatch.dashboard.http.HttpProblem;
import io.segwatch.dashboard.http.Json;
import io.segwatch.dashboard.store.DefinitionStore;
import io.segwatch.dashboard.store.KafkaWriter;
import io.segwatch.v1.Webhook;
import io.segwatch.v1.WebhookReplay;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.UUID;

/** How the delivery to webhooks goes, and sending again what was not delivered. */
final class DeliveryRoutes {
    private final DefinitionStore<Webhook> webhooks;
    private final WebhookStatuses statuses;
    private final KafkaWriter writer;

    DeliveryRoutes(DefinitionStore<Webhook> webhooks, WebhookStatuses statuses, KafkaWriter writer) {
        this.webhooks = webhooks;
        this.statuses = statuses;
        this.writer = writer;
    }

    void bind(Operations operations) {
        operations.on("list-webhook-statuses", this::status);
        operations.on("replay-webhook", this::replay);
    }

    private void status(RoutingContext ctx) {
        Json.send(
                ctx,
                200,
                new JsonObject()
                        .put(
                                "webhooks",
                                Json.array(webhooks.all().stream()
                                        .map(webhook -> statuses.of(webhook.getId()))
                                        .toList())));
    }

    private void replay(RoutingContext ctx) {
        String id = Validated.path(ctx, "id");
        if (!webhooks.has(id)) {
            throw HttpProblem.notFound("webhook", id);
        }
        WebhookReplay.Builder draft = Json.read(Validated.body(ctx), WebhookReplay.newBuilder());
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
                .onSuccess(sent -> Json.send(ctx, 202, Json.object(replay)))
                .onFailure(ctx::fail);
    }
}
