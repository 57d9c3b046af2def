package io.segwatch.dashboard.rest;

import io.segwatch.contracts.AddressSecrets;
import io.segwatch.contracts.CameraUrl;
import io.segwatch.contracts.Definitions;
import io.segwatch.contracts.Problem;
import io.segwatch.contracts.VisibleText;
import io.segwatch.contracts.WebhookUrl;
import io.segwatch.dashboard.http.HttpProblem;
import io.segwatch.dashboard.http.Json;
import io.segwatch.role.WebhookReach;
import io.segwatch.secrets.Secrets;
import io.segwatch.v1.Webhook;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code /api/webhooks}. A secret, in the field {@code secret}, and the secret parts of the address are kept,
 * encrypted, under the webhook's id and nowhere else: it can be replaced, and never be read. A webhook that needs one
 * and comes without gets one, which is answered that once.
 */
final class WebhookKind implements DefinitionKind<Webhook> {
    private static final String SECRET = "secret";

    private final DefinitionStores stores;
    private final Secrets secrets;
    private final Optional<WebhookReach> reach;

    WebhookKind(DefinitionStores stores, Secrets secrets, Optional<WebhookReach> reach) {
        this.stores = stores;
        this.secrets = secrets;
        this.reach = reach;
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
        read.setName(VisibleText.normalized(read.getName())).setId(id).setCreatedAtMs(created);
        Optional<WebhookUrl> address = address(read.build());
        address.ifPresent(url -> read.setUrl(url.published()));
        Webhook webhook = read.build();
        if (given != null && !isSigned(webhook)) {
            throw HttpProblem.badInput(
                    SECRET,
                    "is not used by the format " + webhook.getFormat() + ", which has no signature; leave it out");
        }
        if (address.isEmpty()) {
            // Refused for what it is, by its field.
            return Draft.of(webhook);
        }
        Optional<Secrets.Secret> secret = given == null ? Optional.empty() : Optional.of(secret(given));
        boolean becomesSigned = isSigned(webhook) && !(old.isPresent() && isSigned(old.get()));
        JsonObject shown = new JsonObject();
        return new Draft<>(
                webhook,
                Optional.of(() -> {
                    checkReach(webhook, old);
                    keepParts(id, address.get(), old);
                    if (secret.isPresent()) {
                        put(id, address.get(), secret.get());
                    } else if (becomesSigned) {
                        makeSecret(id, address.get(), shown);
                    }
                }),
                shown);
    }

    /** One that is kept, or switched off, may go on: what may be posted to is decided anew at each attempt. */
    private void checkReach(Webhook webhook, Optional<Webhook> old) {
        if (isNewTarget(webhook, old)) {
            reach.flatMap(process -> process.forbidden(webhook)).ifPresent(why -> {
                throw HttpProblem.badInput("url", why);
            });
        }
    }

    private static boolean isNewTarget(Webhook webhook, Optional<Webhook> old) {
        boolean kept = old.filter(was -> was.getUrl().equals(webhook.getUrl())).isPresent();
        return !kept && !webhook.getDisabled();
    }

    /** Empty for what is none, or has a login, and is refused for it. */
    private static Optional<WebhookUrl> address(Webhook webhook) {
        try {
            return Optional.of(WebhookUrl.parse(webhook.getUrl(), webhook.getFormat()))
                    .filter(url -> url.secrets().login().isEmpty())
                    .filter(url -> !url.address().authority().isEmpty());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /**
     * Keeps the secret parts of an address, and binds the signing secret to it. That one may go with the webhook to
     * another address, since a signature tells nothing of it; the parts may not.
     */
    private void keepParts(String id, WebhookUrl url, Optional<Webhook> old) {
        String authority = url.address().authority();
        Optional<WebhookUrl> before = old.flatMap(WebhookKind::address);
        boolean same = before.filter(was -> was.address().authority().equals(authority))
                .isPresent();
        boolean unchanged = same && before.get().published().equals(url.published());
        AddressSecrets given = url.secrets();
        boolean nothingNew =
                given.values().stream().allMatch(value -> value.getValue().equals(AddressSecrets.MASK));
        if (unchanged && nothingNew || old.isEmpty() && given.isEmpty()) {
            return;
        }
        try {
            AddressSecrets all = given.unmasked(same ? secrets.parts(id, authority) : AddressSecrets.NONE);
            if (all.isMasked()) {
                throw HttpProblem.badInput(
                        "url",
                        "has " + AddressSecrets.MASK + " where a secret was, and none is kept for this webhook at this"
                                + " address; give its value again");
            }
            secrets.move(id, authority, all);
        } catch (IOException e) {
            throw cannotStore("url", e);
        }
    }

    private static boolean isSigned(Webhook webhook) {
        return Definitions.isSigned(webhook.getFormat());
    }

    private void makeSecret(String id, WebhookUrl url, JsonObject shown) {
        try {
            if (!secrets.has(id)) {
                String made = Secrets.random();
                secrets.put(id, url.address().authority(), Secrets.Secret.of(made));
                shown.put(SECRET, made);
            }
        } catch (IOException | IllegalArgumentException e) {
            // The file is kept by hand here; the webhook's status says what it lacks.
        }
    }

    private static Secrets.Secret secret(Object text) {
        try {
            return Secrets.Secret.of(String.valueOf(text));
        } catch (IllegalArgumentException e) {
            throw HttpProblem.badInput(SECRET, e.getMessage());
        }
    }

    private void put(String id, WebhookUrl url, Secrets.Secret secret) {
        try {
            secrets.put(id, url.address().authority(), secret);
        } catch (IOException e) {
            throw cannotStore(SECRET, e);
        }
    }

    private static HttpProblem cannotStore(String field, IOException e) {
        return HttpProblem.of(501, field, "cannot be kept by this process: " + e.getMessage());
    }

    @Override
    public void removeSecret(String id) {
        try {
            secrets.remove(id);
        } catch (IOException e) {
            throw cannotStore(SECRET, e);
        }
    }

    /** Only admins, who may see all cameras, have to do with webhooks. */
    @Override
    public List<String> cameras(Webhook webhook) {
        return List.of();
    }

    @Override
    public List<Problem> warnings(Webhook webhook, Optional<Webhook> old, List<Webhook> others) {
        List<Problem> warnings = new ArrayList<>();
        if (reach.isEmpty() && isNewTarget(webhook, old)) {
            warnings.add(
                    new Problem(
                            "url",
                            "was not checked, as another process delivers: if it may not post there, the first alert shows it"));
        }
        // Behind a mask two addresses look the same.
        if (!webhook.getUrl().contains(AddressSecrets.MASK) && !webhook.getDisabled()) {
            others.stream()
                    .filter(other -> other.getUrl().equals(webhook.getUrl()) && !other.getDisabled())
                    .map(other -> new Problem(
                            "url",
                            "is that of webhook " + other.getId() + " too; alerts that both ask for are posted twice"))
                    .limit(1)
                    .forEach(warnings::add);
        }
        return warnings;
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
