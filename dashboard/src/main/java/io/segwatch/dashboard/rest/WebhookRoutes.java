package io.segwatch.dashboard.rest;

import io.segwatch.contracts.Definitions;
import io.segwatch.contracts.Problem;
import io.segwatch.dashboard.http.HttpProblem;
import io.segwatch.dashboard.http.Json;
import io.segwatch.secrets.Secrets;
import io.segwatch.v1.Webhook;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * {@code /api/webhooks}. A secret, in the field {@code secret}, goes into the secrets file under the webhook's id and
 * nowhere else: it can be replaced, and never be read.
 */
final class WebhookRoutes extends DefinitionRoutes<Webhook> {
    private static final String SECRET = "secret";

    private final Vertx vertx;
    private final DefinitionStores stores;
    private final Secrets secrets;

    WebhookRoutes(Vertx vertx, DefinitionStores stores, int limit, Secrets secrets) {
        super("webhook", "webhooks", limit, stores.webhooks());
        this.vertx = vertx;
        this.stores = stores;
        this.secrets = secrets;
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
            throw HttpProblem.badInput(SECRET, e.getMessage());
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
                new ArrayList<>(missing("rule", webhook.getRulesList(), old.getRulesList(), stores::hasRule));
        problems.addAll(missing("camera", webhook.getCamerasList(), old.getCamerasList(), stores.cameras()::has));
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
                                ? HttpProblem.of(
                                        501,
                                        SECRET,
                                        "cannot be stored by this process (" + failure.getMessage() + "); leave it out,"
                                                + " and put it into the delivery process's"
                                                + " segwatch.delivery.secrets-file by hand, as ID=whsec_...")
                                : failure));
    }
}
