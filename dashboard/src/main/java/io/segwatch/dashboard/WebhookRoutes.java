package io.segwatch.dashboard;

import io.segwatch.contracts.Definitions;
import io.segwatch.contracts.Problem;
import io.segwatch.contracts.Topic;
import io.segwatch.kafka.Kafka;
import io.segwatch.kafka.Sender;
import io.segwatch.secrets.Secrets;
import io.segwatch.v1.Webhook;
import io.segwatch.v1.WebhookReplay;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import org.apache.kafka.clients.producer.Producer;

/**
 * {@code /api/webhooks}. A secret, in the field {@code secret}, goes into the secrets file under the webhook's id and
 * nowhere else: it can be replaced, and never be read.
 */
final class WebhookRoutes extends DefinitionRoutes<Webhook> {
    private static final String SECRET = "secret";

    private final Vertx vertx;
    private final DefinitionStore<Webhook> store;
    private final Predicate<String> ruleExists;
    private final Predicate<String> cameraExists;
    private final WebhookStatuses statuses;
    private final Secrets secrets;
    private final Sender<WebhookReplay> replays;
    private final Writes writes;

    WebhookRoutes(
            Vertx vertx,
            DefinitionStore<Webhook> store,
            int limit,
            Predicate<String> ruleExists,
            Predicate<String> cameraExists,
            WebhookStatuses statuses,
            Secrets secrets,
            Producer<String, byte[]> producer,
            Writes writes) {
        super("webhook", "webhooks", limit, store);
        this.vertx = vertx;
        this.store = store;
        this.ruleExists = ruleExists;
        this.cameraExists = cameraExists;
        this.statuses = statuses;
        this.secrets = secrets;
        this.replays = Kafka.sender(Topic.WEBHOOK_REPLAYS, producer, DashboardRole.NAME);
        this.writes = writes;
    }

    void mountMore(Router router) {
        router.get("/api/webhook-status").handler(this::status);
        router.post("/api/webhooks/:id/replay").handler(this::replay);
    }

    @Override
    Webhook read(RoutingContext ctx, JsonObject body, Optional<Webhook> old) {
        Object secret = body.remove(SECRET);
        if (secret != null) {
            ctx.put(SECRET, secret(secret));
        }
        long created = old.map(Webhook::getCreatedAtMs).orElseGet(System::currentTimeMillis);
        return Json.read(body, Webhook.newBuilder()).setCreatedAtMs(created).build();
    }

    private static Secrets.Secret secret(Object text) {
        try {
            return Secrets.Secret.of(String.valueOf(text));
        } catch (IllegalArgumentException e) {
            throw Refusal.badInput(SECRET, e.getMessage());
        }
    }

    @Override
    String nameOf(Webhook webhook) {
        return webhook.getName().isBlank() ? hostOf(webhook.getUrl()) : webhook.getName();
    }

    private static String hostOf(String url) {
        try {
            return String.valueOf(URI.create(url).getHost());
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    @Override
    String idOf(Webhook webhook) {
        return webhook.getId();
    }

    @Override
    Webhook withId(Webhook webhook, String id) {
        return webhook.toBuilder().setId(id).build();
    }

    @Override
    List<Problem> check(Webhook webhook) {
        return Definitions.check(webhook);
    }

    @Override
    List<Problem> missing(Webhook webhook, Optional<Webhook> replaced) {
        Webhook old = replaced.orElse(Webhook.getDefaultInstance());
        List<Problem> problems =
                new ArrayList<>(missing("rule", webhook.getRulesList(), old.getRulesList(), ruleExists));
        problems.addAll(missing("camera", webhook.getCamerasList(), old.getCamerasList(), cameraExists));
        return problems;
    }

    @Override
    Future<Void> beforeWrite(RoutingContext ctx, Webhook webhook) {
        Secrets.Secret secret = ctx.get(SECRET);
        if (secret == null) {
            return Future.succeededFuture();
        }
        return onFile(() -> {
            secrets.put(webhook.getId(), secret);
            return null;
        });
    }

    @Override
    Future<Void> afterDelete(String id) {
        return onFile(() -> {
            secrets.remove(id);
            return null;
        });
    }

    private Future<Void> onFile(Callable<Void> work) {
        return vertx.executeBlocking(work, false)
                .recover(failure -> Future.failedFuture(
                        failure instanceof IOException
                                ? Refusal.of(
                                        501,
                                        SECRET,
                                        "cannot be stored by this process (" + failure.getMessage() + "); leave it out,"
                                                + " and put it into the delivery process's"
                                                + " segwatch.delivery.secrets-file by hand, as ID=whsec_...")
                                : failure));
    }

    private void status(RoutingContext ctx) {
        Json.send(
                ctx,
                200,
                Json.list(
                        "webhooks",
                        store.all().stream()
                                .map(webhook -> statuses.of(webhook.getId()))
                                .toList()));
    }

    private void replay(RoutingContext ctx) {
        String id = ctx.pathParam("id");
        if (!store.has(id)) {
            throw Refusal.notFound("webhook", id);
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
            throw Refusal.badInput(problems);
        }
        writes.write(callback -> replays.send(id, replay, callback), Future.succeededFuture())
                .onSuccess(sent -> Json.send(ctx, 202, Json.print(replay)))
                .onFailure(ctx::fail);
    }
}
