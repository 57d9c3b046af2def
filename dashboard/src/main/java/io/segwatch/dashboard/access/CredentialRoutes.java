package io.segwatch.dashboard.access;

import io.segwatch.contracts.AccessKey;
import io.segwatch.dashboard.access.Principal.UserRole;
import io.segwatch.dashboard.access.Principal.Way;
import io.segwatch.dashboard.http.HttpProblem;
import io.segwatch.dashboard.http.Json;
import io.segwatch.v1.Account;
import io.segwatch.v1.ApiToken;
import io.segwatch.v1.Session;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** {@code /api/sessions} and {@code /api/tokens}: everybody's own, and for an admin those of all. */
final class CredentialRoutes {
    private static final Duration LONGEST = Duration.ofDays(366);

    private final AccessStore store;
    private final CredentialUses uses;
    private final Sessions sessions;
    private final ApiTokens tokens;

    CredentialRoutes(AccessStore store, CredentialUses uses, Sessions sessions, ApiTokens tokens) {
        this.store = store;
        this.uses = uses;
        this.sessions = sessions;
        this.tokens = tokens;
    }

    Map<String, Handler<RoutingContext>> operations() {
        return Map.of(
                "list-sessions", this::listSessions,
                "end-session", this::endSession,
                "list-tokens", this::listTokens,
                "create-token", this::createToken,
                "revoke-token", this::revokeToken);
    }

    private static boolean owns(Principal principal, String account) {
        return principal.may(UserRole.ADMIN) || principal.name().equals(ownerName(account));
    }

    /** A session without an account is one of the configured token. */
    private static String ownerName(String account) {
        return account.isEmpty() ? Principal.TOKEN_NAME : account;
    }

    private void listSessions(RoutingContext ctx) {
        Principal principal = Principal.of(ctx);
        JsonArray all = new JsonArray();
        store.sessions().stream()
                .filter(session -> owns(principal, session.getAccount()))
                .filter(sessions::runs)
                .map(session -> shown(session, principal))
                .forEach(all::add);
        Json.send(ctx, 200, new JsonObject().put("sessions", all));
    }

    private JsonObject shown(Session session, Principal principal) {
        String credential = AccessKey.SESSIONS + session.getId();
        return new JsonObject()
                .put("id", session.getId())
                .put("user", ownerName(session.getAccount()))
                .put("createdAtMs", session.getCreatedAtMs())
                .put("lastUsedAtMs", Math.max(session.getCreatedAtMs(), uses.lastMs(credential)))
                .put("expiresAtMs", session.getExpiresAtMs())
                .put("address", session.getAddress())
                .put("agent", session.getAgent())
                .put("current", credential.equals(principal.credential()));
    }

    private void endSession(RoutingContext ctx) {
        String id = ctx.pathParam("id");
        checkEnds(Principal.of(ctx), AccessKey.SESSIONS + id);
        Session session = store.session(id)
                .filter(known -> owns(Principal.of(ctx), known.getAccount()))
                .orElseThrow(() -> HttpProblem.notFound("session", id));
        sessions.end(session.getId())
                .onSuccess(ended -> ctx.response().setStatusCode(204).end())
                .onFailure(ctx::fail);
    }

    private void listTokens(RoutingContext ctx) {
        Principal principal = Principal.of(ctx);
        JsonArray all = new JsonArray();
        store.tokens().stream()
                .filter(token -> owns(principal, token.getAccount()))
                .filter(ApiTokens::runs)
                .map(token -> shown(token)
                        .put("lastUsedAtMs", uses.lastMs(AccessKey.TOKENS + token.getId()))
                        .put("current", principal.credential().equals(AccessKey.TOKENS + token.getId())))
                .forEach(all::add);
        Json.send(ctx, 200, new JsonObject().put("tokens", all));
    }

    private static JsonObject shown(ApiToken token) {
        return new JsonObject()
                .put("id", token.getId())
                .put("user", token.getAccount())
                .put("name", token.getName())
                .put("role", token.getRole().name())
                .put("cameras", new JsonArray(List.copyOf(token.getCamerasList())))
                .put("createdAtMs", token.getCreatedAtMs())
                .put("expiresAtMs", token.getExpiresAtMs());
    }

    /** With the secret, which nobody is shown again. */
    static JsonObject shown(ApiTokens.Made made) {
        return shown(made.token()).put("token", made.secret().text());
    }

    /** Else whoever finds a program's token could make another that outlives it. */
    static void checkPerson(AccessStore store, Principal principal) {
        if (!isPerson(store, principal)) {
            throw HttpProblem.of(
                    403, "Authorization", "is a program's token; a person must do this, who logs in for it");
        }
    }

    /** A program may end what it came in with and, unless it is an admin's, nothing else. */
    private void checkEnds(Principal principal, String credential) {
        if (!principal.may(UserRole.ADMIN) && !principal.credential().equals(credential)) {
            checkPerson(store, principal);
        }
    }

    static boolean isPerson(AccessStore store, Principal principal) {
        return principal.way() != Way.API_TOKEN
                || store.token(principal.credential().substring(AccessKey.TOKENS.length()))
                        .filter(ApiToken::getLogin)
                        .isPresent();
    }

    static HttpProblem tooMany() {
        return HttpProblem.of(
                409, "tokens", "there are " + ApiTokens.MOST_EACH + " of this account already; revoke one");
    }

    private void createToken(RoutingContext ctx) {
        Principal principal = Principal.of(ctx);
        checkPerson(store, principal);
        JsonObject body = ctx.body().asJsonObject();
        String owner = body.getString("user", principal.name());
        Account account = store.account(owner)
                .filter(known -> owns(principal, known.getName()))
                .orElseThrow(() -> HttpProblem.badInput(
                        "user", "names no account of yours; tokens belong to an account: add one with /api/users"));
        ApiToken draft = draft(body, principal, account);
        store.inTurn(() -> tokens.of(owner).size() >= ApiTokens.MOST_EACH
                        ? Future.failedFuture(tooMany())
                        : tokens.make(account, draft))
                .onSuccess(made -> Json.send(ctx, 201, shown(made)))
                .onFailure(ctx::fail);
    }

    private static ApiToken draft(JsonObject body, Principal principal, Account account) {
        long now = System.currentTimeMillis();
        long expires = body.getLong("expiresAtMs", now + Duration.ofDays(90).toMillis());
        if (expires <= now || expires > now + LONGEST.toMillis()) {
            throw HttpProblem.badInput(
                    "expiresAtMs", "must be in the future, and at most " + LONGEST.toDays() + " days ahead");
        }
        Account.Role role = Account.Role.valueOf(body.getString("role", Account.Role.VIEWER.name()));
        if (!principal.may(Rights.role(role)) || Rights.role(role).compareTo(Rights.role(account.getRole())) > 0) {
            throw HttpProblem.badInput("role", "is more than the account may do; give " + account.getRole());
        }
        Set<String> cameras = new TreeSet<>(account.getCamerasList());
        if (body.containsKey("cameras") && !body.getJsonArray("cameras").isEmpty()) {
            cameras.clear();
            body.getJsonArray("cameras").forEach(camera -> cameras.add(String.valueOf(camera)));
        }
        if (account.getCamerasCount() > 0 && !account.getCamerasList().containsAll(cameras)) {
            throw HttpProblem.badInput("cameras", "names one that the account may not see");
        }
        if (role == Account.Role.ADMIN && !cameras.isEmpty()) {
            throw HttpProblem.badInput("cameras", "must be empty for an admin, who may see all");
        }
        return ApiToken.newBuilder()
                .setName(body.getString("name"))
                .setRole(role)
                .addAllCameras(cameras)
                .setExpiresAtMs(expires)
                .build();
    }

    private void revokeToken(RoutingContext ctx) {
        String id = ctx.pathParam("id");
        checkEnds(Principal.of(ctx), AccessKey.TOKENS + id);
        ApiToken token = store.token(id)
                .filter(known -> owns(Principal.of(ctx), known.getAccount()))
                .orElseThrow(() -> HttpProblem.notFound("token", id));
        tokens.revoke(token.getId())
                .onSuccess(revoked -> ctx.response().setStatusCode(204).end())
                .onFailure(ctx::fail);
    }
}
