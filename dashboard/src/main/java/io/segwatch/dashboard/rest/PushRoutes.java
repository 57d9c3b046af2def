package io.segwatch.dashboard.rest;

import com.google.protobuf.ByteString;
import io.segwatch.contracts.Problem;
import io.segwatch.contracts.Topic;
import io.segwatch.dashboard.access.Principal;
import io.segwatch.dashboard.access.Principal.UserRole;
import io.segwatch.dashboard.http.HttpProblem;
import io.segwatch.dashboard.http.Json;
import io.segwatch.dashboard.store.DefinitionStore;
import io.segwatch.v1.PushSubscription;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;

/**
 * {@code /api/push}: browsers that are told of alerts. Each belongs to who subscribed it; an answer never has its
 * address, which is as good as a password.
 */
final class PushRoutes {
    static final int MOST_EACH = 10;
    private static final int MOST = 1_000;
    private static final int ID_LENGTH = 32;
    private static final long TEST_EVERY_MS = Duration.ofSeconds(5).toMillis();

    private final DefinitionStore<PushSubscription> subscriptions;
    private final PushKey key;

    PushRoutes(DefinitionStore<PushSubscription> subscriptions, PushKey key) {
        this.subscriptions = subscriptions;
        this.key = key;
    }

    void bind(Operations operations) {
        operations.on("get-push", this::get);
        operations.on("subscribe-push", this::subscribe);
        operations.on("end-push", this::end);
        operations.on("test-push", this::test);
    }

    private void get(RoutingContext ctx) {
        Principal principal = Principal.of(ctx);
        JsonArray seen = new JsonArray();
        subscriptions.all().stream().filter(each -> isFor(principal, each)).forEach(each -> seen.add(shown(each)));
        key.publicKey()
                .onSuccess(point -> Json.send(
                        ctx, 200, new JsonObject().put("publicKey", point).put("subscriptions", seen)))
                .onFailure(ctx::fail);
    }

    private void subscribe(RoutingContext ctx) {
        PushSubscription wanted = draft(ctx);
        subscriptions
                .inTurn("all", () -> makeRoom(wanted).compose(room -> subscriptions.put(wanted.getId(), wanted)))
                .onSuccess(done -> Json.send(ctx, 201, shown(wanted)))
                .onFailure(ctx::fail);
    }

    /** The oldest of one's own gives way: a browser that was reset leaves one behind that nobody can end. */
    private Future<Void> makeRoom(PushSubscription wanted) {
        List<PushSubscription> others = subscriptions.others(wanted);
        List<PushSubscription> own = others.stream()
                .filter(other -> other.getUser().equals(wanted.getUser()))
                .sorted(Comparator.comparingLong(PushSubscription::getCreatedAtMs))
                .toList();
        if (own.size() >= MOST_EACH) {
            return subscriptions.delete(own.get(0).getId());
        }
        if (others.size() >= MOST) {
            throw HttpProblem.of(
                    409, "subscriptions", "there are " + MOST + " already, the most allowed; end one that is not used");
        }
        return Future.succeededFuture();
    }

    private void end(RoutingContext ctx) {
        PushSubscription known = existing(ctx);
        subscriptions
                .delete(known.getId())
                .onSuccess(gone -> ctx.response().setStatusCode(204).end())
                .onFailure(ctx::fail);
    }

    private void test(RoutingContext ctx) {
        PushSubscription known = existing(ctx);
        long now = System.currentTimeMillis();
        if (now - known.getTestAtMs() < TEST_EVERY_MS) {
            ctx.response().putHeader("Retry-After", Long.toString(TEST_EVERY_MS / 1_000));
            throw HttpProblem.of(429, "id", "was sent a test just now; wait " + TEST_EVERY_MS / 1_000 + " s");
        }
        subscriptions
                .put(known.getId(), known.toBuilder().setTestAtMs(now).build())
                .onSuccess(asked -> ctx.response().setStatusCode(202).end())
                .onFailure(ctx::fail);
    }

    private PushSubscription existing(RoutingContext ctx) {
        String id = Validated.path(ctx, "id");
        return subscriptions
                .get(id)
                .filter(each -> isFor(Principal.of(ctx), each))
                .orElseThrow(() -> HttpProblem.notFound("subscription", id));
    }

    private static boolean isFor(Principal principal, PushSubscription subscription) {
        return principal.may(UserRole.ADMIN) || subscription.getUser().equals(principal.name());
    }

    private static PushSubscription draft(RoutingContext ctx) {
        Principal principal = Principal.of(ctx);
        JsonObject body = Validated.body(ctx);
        String endpoint = body.getString("endpoint");
        byte[] point = bytes(body, "p256dh");
        PushSubscription.Builder draft = PushSubscription.newBuilder()
                .setId(id(endpoint))
                .setUser(principal.name())
                .setEndpoint(endpoint)
                .setP256Dh(ByteString.copyFrom(point))
                .setAuth(ByteString.copyFrom(bytes(body, "auth")))
                .setCreatedAtMs(System.currentTimeMillis());
        if (principal.way() == Principal.Way.API_TOKEN) {
            // A token may see less than its account, and stays bound to that.
            draft.addAllCameras(principal.cameras());
        }
        List<Problem> problems = Topic.PUSH_SUBSCRIPTIONS.problems(draft.getId(), draft.build());
        if (!problems.isEmpty()) {
            throw HttpProblem.badInput(problems);
        }
        if (!PushKey.isPoint(point)) {
            throw HttpProblem.badInput("p256dh", "is no point of the curve P-256");
        }
        return draft.build();
    }

    private static byte[] bytes(JsonObject body, String field) {
        try {
            return Base64.getUrlDecoder().decode(body.getString(field));
        } catch (IllegalArgumentException e) {
            throw HttpProblem.badInput(field, "must be base64url, as the browser's PushSubscription.toJSON() has it");
        }
    }

    private static String id(String endpoint) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(endpoint.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash).substring(0, ID_LENGTH);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Java knows no SHA-256", e);
        }
    }

    private static JsonObject shown(PushSubscription subscription) {
        return new JsonObject()
                .put("id", subscription.getId())
                .put("user", subscription.getUser())
                .put("service", URI.create(subscription.getEndpoint()).getHost())
                .put("createdAtMs", subscription.getCreatedAtMs());
    }
}
