package io.segwatch.dashboard.access;

import io.segwatch.dashboard.http.HttpProblem;
import io.segwatch.dashboard.http.Json;
import io.segwatch.dashboard.listen.Visitor;
import io.segwatch.v1.ApiToken;
import io.segwatch.v1.Session;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Log-in by a form, which begins a session; by the API, which makes a token; and log-out. */
final class LoginRoutes {
    private static final Duration COMMAND_LINE = Duration.ofDays(30);

    private final AccessStore store;
    private final Sessions sessions;
    private final ApiTokens tokens;
    private final ConfiguredToken token;
    private final PasswordLogin passwords;
    private final String provider;

    /** @param provider name of another service at which people may log in; empty for none */
    LoginRoutes(
            AccessStore store,
            Sessions sessions,
            ApiTokens tokens,
            ConfiguredToken token,
            PasswordLogin passwords,
            String provider) {
        this.store = store;
        this.sessions = sessions;
        this.tokens = tokens;
        this.token = token;
        this.passwords = passwords;
        this.provider = provider;
    }

    void mount(Router router) {
        router.get("/login").handler(ctx -> ctx.reroute("/login.html"));
        router.get("/login/options").handler(this::options);
        router.post("/login").handler(this::login);
        router.post("/logout").handler(this::logout);
    }

    Map<String, Handler<RoutingContext>> operations() {
        return Map.of("create-login", this::loginByApi, "delete-login", this::logoutByApi);
    }

    /** What the form offers. */
    private void options(RoutingContext ctx) {
        Json.send(
                ctx,
                200,
                new JsonObject()
                        .put("accounts", store.hasPasswords())
                        .put("token", token.isSet())
                        .put("provider", provider));
    }

    private void login(RoutingContext ctx) {
        String given = ctx.request().getFormAttribute("token");
        if (given != null) {
            loginByToken(ctx, given.strip());
            return;
        }
        String name = String.valueOf(ctx.request().getFormAttribute("name"));
        String password = String.valueOf(ctx.request().getFormAttribute("password"));
        passwords
                .check(ctx, name, password)
                .compose(account -> begin(ctx, account.getName(), account.getVersion()))
                .onFailure(failure -> failed(ctx, failure));
    }

    private void loginByToken(RoutingContext ctx, String given) {
        if (!token.matches(given)) {
            if (token.slowDown(() -> redirect(ctx, "login#wrong"))) {
                LoginMetrics.wrong("token", Visitor.of(ctx).address());
            } else {
                LoginMetrics.refused("token");
                redirect(ctx, "login#many");
            }
            return;
        }
        LoginMetrics.right("token");
        begin(ctx, "", token.version()).onFailure(ctx::fail);
    }

    /** Always with a secret of its own, whatever the browser has shown; an older session of the browser's ends. */
    private Future<Void> begin(RoutingContext ctx, String account, long version) {
        Optional<Session> old = SessionCookie.read(ctx).flatMap(sessions::find);
        return sessions.begin(ctx, account, version)
                .onSuccess(secret -> {
                    SessionCookie.write(ctx, secret.text());
                    redirect(ctx, "");
                })
                .compose(secret -> old.map(session -> sessions.end(session.getId()))
                        .orElseGet(Future::succeededFuture)
                        // It ends by itself if it must.
                        .otherwiseEmpty());
    }

    private static void failed(RoutingContext ctx, Throwable failure) {
        if (failure instanceof HttpProblem problem && problem.status() == 401) {
            redirect(ctx, "login#wrong");
        } else if (failure instanceof HttpProblem problem && problem.status() == 429) {
            redirect(ctx, "login#many");
        } else {
            ctx.fail(failure);
        }
    }

    private void logout(RoutingContext ctx) {
        // Cleared, the browser's cookie can no longer be read here either.
        Optional<Session> session = SessionCookie.read(ctx).flatMap(sessions::find);
        SessionCookie.clear(ctx);
        session.map(known -> sessions.end(known.getId()))
                .orElseGet(Future::succeededFuture)
                .onSuccess(ended -> redirect(ctx, "login#left"))
                .onFailure(ctx::fail);
    }

    /** For the command line: a token that does what the person may. */
    private void loginByApi(RoutingContext ctx) {
        JsonObject body = ctx.body().asJsonObject();
        passwords
                .check(ctx, body.getString("name", ""), body.getString("password", ""))
                .compose(account -> tokens.of(account.getName()).size() >= ApiTokens.MOST_EACH
                        ? Future.failedFuture(CredentialRoutes.tooMany())
                        : tokens.make(
                                account,
                                ApiToken.newBuilder()
                                        .setName(body.getString("client", "command line"))
                                        .setRole(account.getRole())
                                        .addAllCameras(account.getCamerasList())
                                        .setExpiresAtMs(System.currentTimeMillis() + COMMAND_LINE.toMillis())
                                        .setLogin(true)
                                        .build()))
                .onSuccess(made -> {
                    Principal.cameIn(ctx, body.getString("name"));
                    Json.send(ctx, 201, CredentialRoutes.shown(made));
                })
                .onFailure(ctx::fail);
    }

    /** Ends what the request came in with. */
    private void logoutByApi(RoutingContext ctx) {
        String credential = Principal.of(ctx).credential();
        if (credential.isEmpty()) {
            throw HttpProblem.of(409, "Authorization", "is the configured token, or none: there is nothing to end");
        }
        SessionCookie.clear(ctx);
        store.remove(credential)
                .onSuccess(ended -> ctx.response().setStatusCode(204).end())
                .onFailure(ctx::fail);
    }

    /** Answers 401; whoever has shown a wrong token waits for it. */
    void refuse(RoutingContext ctx) {
        ctx.response().putHeader("WWW-Authenticate", "Bearer");
        HttpProblem problem = HttpProblem.of(
                401,
                "Authorization",
                "is missing, wrong or over; send 'Bearer' and a token, or log in at /login (./segwatch login)");
        boolean guessed = ctx.request().getHeader("Authorization") != null;
        if (!guessed) {
            throw problem;
        }
        if (!token.slowDown(() -> ctx.fail(problem))) {
            throw HttpProblem.of(429, "token", "was wrong too often; wait a second");
        }
    }

    /**
     * Leads to another page of the dashboard, wherever a proxy has put it.
     *
     * @param to a path below the dashboard's, without a leading slash
     */
    static void redirect(RoutingContext ctx, String to) {
        String up = Visitor.of(ctx).wayUp(ctx.request().path());
        ctx.response().setStatusCode(303).putHeader("Location", up + to).end();
    }
}
