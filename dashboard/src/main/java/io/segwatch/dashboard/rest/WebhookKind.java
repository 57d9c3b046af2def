package io.segwatch.dashboard.rest;

import io.segwatch.contracts.CameraUrl;
import io.segwatch.contracts.Definitions;
import io.segwatch.contracts.Problem;
import io.segwatch.contracts.VisibleText;
import io.segwatch.dashboard.http.HttpProblem;
import io.segwatch.dashboard.http.Json;
import io.segwatch.secrets.Secrets;
import io.segwatch.v1.Webhook;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code /api/webhooks}. A secret, in the field {@code secret}, goes into the secrets file under the webhook's id and
 * nowhere else: it can be replaced, and never be read. A webhook that needs one and comes without gets one, which is
 * answered that once.
 */
final class WebhookKind implements DefinitionKind<Webhook> {
    private static final String SECRET = "secret";

    private final DefinitionStores stores;
    private final Secrets secrets;

    WebhookKind(DefinitionStores stores, Secrets secrets) {
        this.stores = stores;
        this.secrets = secrets;
    }

    @Override
    public String name() {
        return "webhook";
    }

    @Override
    public String plural() {
        return "webhooks";
    }

    @Override
    public String label(JsonObject body) {
        String name = body.getString("name", "");
        return name.isBlank() ? hostOf(body.getString("url", "")) : name;
    }

    private static String hostOf(String url) {
        try {
            return CameraUrl.parse(url).host();
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    @Override
    public Draft<Webhook> read(String id, JsonObject body, Optional<Webhook> old) {
        Object given = body.remove(SECRET);
        long created = old.map(Webhook::getCreatedAtMs).orElseGet(System::currentTimeMillis);
        Webhook.Builder read = Json.read(body, Webhook.newBuilder());
        Webhook webhook = read.setName(VisibleText.normalized(read.getName()))
                .setId(id)
                .setCreatedAtMs(created)
                .build();
        if (given == null) {
            boolean becomesSigned = isSigned(webhook) && !(old.isPresent() && isSigned(old.get()));
            return becomesSigned ? withNewSecret(webhook) : Draft.of(webhook);
        }
        if (!isSigned(webhook)) {
            throw HttpProblem.badInput(
                    SECRET,
                    "is not used by the format " + webhook.getFormat() + ", which has no signature; leave it out");
        }
        Secrets.Secret secret = secret(given);
        return new Draft<>(webhook, Optional.of(() -> put(id, secret)));
    }

    private static boolean isSigned(Webhook webhook) {
        return Definitions.isSigned(webhook.getFormat());
    }

    private Draft<Webhook> withNewSecret(Webhook webhook) {
        JsonObject shown = new JsonObject();
        return new Draft<>(
                webhook,
                Optional.of(() -> {
                    try {
                        if (secrets.find(webhook.getId()).isEmpty()) {
                            String made = Secrets.random();
                            secrets.put(webhook.getId(), Secrets.Secret.of(made));
                            shown.put(SECRET, made);
                        }
                    } catch (IOException | IllegalArgumentException e) {
                        // The file is kept by hand here; the webhook's status says what it lacks.
                    }
                }),
                shown);
    }

    private static Secrets.Secret secret(Object text) {
        try {
            return Secrets.Secret.of(String.valueOf(text));
        } catch (IllegalArgumentException e) {
            throw HttpProblem.badInput(SECRET, e.getMessage());
        }
    }

    private void put(String id, Secrets.Secret secret) {
        try {
            secrets.put(id, secret);
        } catch (IOException e) {
            throw cannotStore(e);
        }
    }

    private static HttpProblem cannotStore(IOException e) {
        return HttpProblem.of(
                501,
                SECRET,
                "cannot be stored by this process (" + e.getMessage() + "); leave it out, and put it into the delivery"
                        + " process's segwatch.delivery.secrets-file by hand, as ID=whsec_...");
    }

    @Override
    public void removeSecret(String id) {
        try {
            secrets.remove(id);
        } catch (IOException e) {
            throw cannotStore(e);
        }
    }

    @Override
    public List<Problem> warnings(Webhook webhook, List<Webhook> others) {
        return others.stream()
                .filter(other ->
                        other.getUrl().equals(webhook.getUrl()) && !other.getDisabled() && !webhook.getDisabled())
                .map(other -> new Problem(
                        "url",
                        "is that of webhook " + other.getId() + " too; alerts that both ask for are posted twice"))
                .limit(1)
                .toList();
    }

    @Override
    public List<Problem> missing(Webhook webhook, Optional<Webhook> replaced) {
        Webhook old = replaced.orElse(Webhook.getDefaultInstance());
        List<Problem> problems = new ArrayList<>(
                DefinitionKind.missing("rule", webhook.getRulesList(), old.getRulesList(), stores::hasRule));
        problems.addAll(DefinitionKind.missing(
                "camera", webhook.getCamerasList(), old.getCamerasList(), stores.cameras()::has));
        return problems;
    }
}
