package io.segwatch.dashboard.access;

import io.segwatch.contracts.AccessKey;
import io.segwatch.dashboard.access.Principal.Way;
import io.segwatch.dashboard.http.HttpProblem;
import io.segwatch.dashboard.http.Json;
import io.segwatch.dashboard.listen.Visitor;
import io.segwatch.v1.Account;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code /api/me} and {@code /api/users}. */
final class AccountRoutes {
    private static final int MOST = 1_000;
    private static final Set<String> TAKEN = Set.of(Principal.TOKEN_NAME, Principal.LOCAL_NAME);

    private final AccessStore store;
    private final Passwords passwords;
    private final PasswordLogin login;
    private final Sessions sessions;
    private final ApiTokens tokens;

    AccountRoutes(AccessStore store, Passwords passwords, PasswordLogin login, Sessions sessions, ApiTokens tokens) {
        this.store = store;
        this.passwords = passwords;
        this.login = login;
        this.sessions = sessions;
        this.tokens = tokens;
    }

    Map<String, Handler<RoutingContext>> operations() {
        Map<String, Handler<RoutingContext>> operations = new LinkedHashMap<>();
        operations.put("get-me", this::me);
        operations.put("change-password", this::changePassword);
        operations.put("list-users", this::list);
        operations.put("create-user", this::create);
        operations.put("get-user", ctx -> Json.send(ctx, 200, shown(existing(ctx))));
        operations.put("replace-user", this::replace);
        operations.put("delete-user", this::delete);
        return operations;
    }

    private void me(RoutingContext ctx) {
        Principal principal = Principal.of(ctx);
        boolean hasPassword = store.account(principal.name())
                .filter(account -> !account.getPasswordHash().isEmpty())
                .isPresent();
        Json.send(
                ctx,
                200,
                new JsonObject()
                        .put("name", principal.name())
                        .put("role", principal.role().name())
                        .put("cameras", new JsonArray(List.copyOf(principal.cameras())))
                        .put("way", principal.way().name())
                        .put("hasPassword", hasPassword && CredentialRoutes.isPerson(store, principal)));
    }

    private void changePassword(RoutingContext ctx) {
        Principal principal = Principal.of(ctx);
        Account account = store.account(principal.name())
                .filter(known -> principal.way() == Way.SESSION || principal.way() == Way.API_TOKEN)
                .filter(known -> !known.getPasswordHash().isEmpty())
                .orElseThrow(() -> HttpProblem.of(409, "password", "is not kept here for who you are"));
        CredentialRoutes.checkPerson(store, principal);
        JsonObject body = ctx.body().asJsonObject();
        String next = body.getString("password");
        Passwords.checkStrength("password", next, account.getName());
        login.check(ctx, account.getName(), body.getString("oldPassword"))
                .recover(failure -> Future.failedFuture(
                        failure instanceof HttpProblem problem && problem.status() == 401
                                ? HttpProblem.badInput("oldPassword", "is wrong")
                                : failure))
                .compose(right -> passwords.hash(next))
                .compose(hash -> store.inTurn(() -> change(store.account(account.getName()).orElse(account).toBuilder()
                        .setPasswordHash(hash)
                        .build())))
                // All sessions are over, this one too: the browser gets another.
                .compose(changed -> principal.way() == Way.SESSION
                        ? sessions.begin(ctx, changed.getName(), changed.getVersion())
                                .onSuccess(secret -> SessionCookie.write(ctx, secret.text()))
                                .mapEmpty()
                        : Future.succeededFuture())
                .onSuccess(done -> ctx.response().setStatusCode(204).end())
                .onFailure(ctx::fail);
    }

    private void list(RoutingContext ctx) {
        JsonArray users = new JsonArray();
        store.accounts().forEach(account -> users.add(shown(account)));
        Json.send(ctx, 200, new JsonObject().put("users", users));
    }

    private void create(RoutingContext ctx) {
        JsonObject body = ctx.body().asJsonObject();
        String name = body.getString("name");
        if (!AccessKey.isName(name) || TAKEN.contains(name)) {
            throw HttpProblem.badInput(
                    "name",
                    "must be 1 to 63 of a-z, 0-9 and ._@+-, begin with a letter or digit, and be neither "
                            + String.join(" nor ", TAKEN));
        }
        String password = body.getString("password");
        Passwords.checkStrength("password", password, name);
        Account draft = rights(body, Account.newBuilder().setName(name));
        passwords
                .hash(password)
                .compose(hash -> store.inTurn(() -> {
                    checkNew(draft);
                    Account account = draft.toBuilder()
                            .setPasswordHash(hash)
                            .setCreatedAtMs(System.currentTimeMillis())
                            .setVersion(IssuedSecret.version())
                            .build();
                    return store.put(account).map(account);
                }))
                .onSuccess(account -> {
                    ctx.response().putHeader("Location", Visitor.of(ctx).prefix() + "/api/users/" + name);
                    Json.send(ctx, 201, shown(account));
                })
                .onFailure(ctx::fail);
    }

    private void checkNew(Account draft) {
        if (store.account(draft.getName()).isPresent()) {
            throw HttpProblem.of(409, "name", "is that of another account; change it with PUT");
        }
        if (store.accounts().size() >= MOST) {
            throw HttpProblem.of(409, "users", "there are " + MOST + " already, the most allowed; remove one");
        }
        if (!store.hasAccounts() && draft.getRole() != Account.Role.ADMIN) {
            throw HttpProblem.badInput(
                    "role", "must be ADMIN for the first account: from then on everybody has to log in");
        }
    }

    /** Role, cameras and whether it is disabled, as the body has them; what it leaves out is as it was. */
    private static Account rights(JsonObject body, Account.Builder account) {
        if (body.containsKey("role")) {
            account.setRole(Account.Role.valueOf(body.getString("role")));
        }
        if (body.containsKey("cameras")) {
            account.clearCameras();
            body.getJsonArray("cameras").forEach(camera -> account.addCameras(String.valueOf(camera)));
        }
        if (account.getRole() == Account.Role.ADMIN && account.getCamerasCount() > 0) {
            throw HttpProblem.badInput("cameras", "must be empty for an admin, who may see all");
        }
        return account.setDisabled(body.getBoolean("disabled", account.getDisabled()))
                .build();
    }

    private void replace(RoutingContext ctx) {
        Account known = existing(ctx);
        JsonObject body = ctx.body().asJsonObject();
        String password = body.getString("password", "");
        if (!password.isEmpty()) {
            Passwords.checkStrength("password", password, known.getName());
        }
        Future<String> hash = password.isEmpty() ? Future.succeededFuture("") : passwords.hash(password);
        hash.compose(made -> store.inTurn(() -> {
                    Account.Builder changed = rights(body, existing(ctx).toBuilder()).toBuilder();
                    if (!made.isEmpty()) {
                        changed.setPasswordHash(made);
                    }
                    checkAdminStays(known, changed.getRole() == Account.Role.ADMIN && !changed.getDisabled());
                    return change(changed.build());
                }))
                .onSuccess(account -> Json.send(ctx, 200, shown(account)))
                .onFailure(ctx::fail);
    }

    /** Stores it with another version, by which all its sessions are over at once, and removes them. */
    private Future<Account> change(Account account) {
        Account changed = account.toBuilder().setVersion(IssuedSecret.version()).build();
        return store.put(changed)
                .compose(stored -> sessions.endAll(
                                changed.getName(), session -> session.getAccountVersion() != changed.getVersion())
                        .otherwiseEmpty())
                .map(changed);
    }

    private void delete(RoutingContext ctx) {
        Account known = existing(ctx);
        store.inTurn(() -> {
                    checkAdminStays(known, false);
                    return store.remove(AccessKey.ACCOUNTS + known.getName())
                            .compose(gone -> sessions.endAll(known.getName(), all -> true))
                            .compose(ended -> tokens.revokeAll(known.getName()));
                })
                .onSuccess(gone -> ctx.response().setStatusCode(204).end())
                .onFailure(ctx::fail);
    }

    /** Else nobody could let anybody in again. */
    private void checkAdminStays(Account account, boolean isAdmin) {
        boolean another = store.accounts().stream()
                .anyMatch(other -> !other.getName().equals(account.getName())
                        && other.getRole() == Account.Role.ADMIN
                        && !other.getDisabled());
        if (!isAdmin && !another && account.getRole() == Account.Role.ADMIN) {
            throw HttpProblem.of(409, "role", "is that of the last admin; make another one first");
        }
    }

    private Account existing(RoutingContext ctx) {
        String name = ctx.pathParam("name");
        return store.account(name).orElseThrow(() -> HttpProblem.notFound("user", name));
    }

    private JsonObject shown(Account account) {
        return new JsonObject()
                .put("name", account.getName())
                .put("role", account.getRole().name())
                .put("cameras", new JsonArray(List.copyOf(account.getCamerasList())))
                .put("disabled", account.getDisabled())
                .put("createdAtMs", account.getCreatedAtMs())
                .put("sessions", sessions.of(account.getName()).size())
                .put("tokens", tokens.of(account.getName()).size());
    }
}
