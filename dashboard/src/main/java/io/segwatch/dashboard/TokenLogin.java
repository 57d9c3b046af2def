package io.segwatch.dashboard;

import io.segwatch.dashboard.access.Principal;
import io.segwatch.dashboard.http.HttpProblem;
import io.segwatch.dashboard.listen.Visitor;
import io.vertx.core.Vertx;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The token, where one is set: programs show it as {@code Authorization: Bearer}, people log in with it and get a
 * cookie.
 */
final class TokenLogin {
    private static final String COOKIE = "segwatch";
    private static final int MAX_WRONG_AT_ONCE = 8;
    private static final long WRONG_TOKEN_COSTS_MS = 500;

    private final Vertx vertx;
    private final byte[] token;
    private final byte[] cookie;
    private final AtomicInteger wrongNow = new AtomicInteger();

    /** @param token empty for none */
    TokenLogin(Vertx vertx, String token) {
        this.vertx = vertx;
        this.token = utf8(token);
        this.cookie = token.isEmpty() ? this.token : utf8(cookieFor(this.token));
    }

    boolean isNeeded() {
        return token.length > 0;
    }

    /** Who sends this request; empty when the token is needed and not there. */
    Optional<Principal> principal(HttpServerRequest request) {
        if (!isNeeded()) {
            return Optional.of(Principal.local());
        }
        String header = request.getHeader("Authorization");
        if (header != null && header.regionMatches(true, 0, "Bearer ", 0, 7)) {
            boolean right =
                    MessageDigest.isEqual(token, utf8(header.substring(7).strip()));
            return right ? Optional.of(admin(Principal.Way.TOKEN)) : Optional.empty();
        }
        return isPerson(request) ? Optional.of(admin(Principal.Way.SESSION)) : Optional.empty();
    }

    private static Principal admin(Principal.Way way) {
        return new Principal(Principal.TOKEN_NAME, Principal.UserRole.ADMIN, Set.of(), way, "");
    }

    /** Whether somebody has logged in on the page. */
    boolean isPerson(HttpServerRequest request) {
        Cookie shown = isNeeded() ? request.getCookie(COOKIE) : null;
        return shown != null && MessageDigest.isEqual(cookie, utf8(shown.getValue()));
    }

    /** Takes the form's token. */
    void login(RoutingContext ctx) {
        String given = ctx.request().getFormAttribute("token");
        if (given == null || !MessageDigest.isEqual(token, utf8(given.strip()))) {
            if (!slowDown(() -> redirect(ctx, "login#wrong"))) {
                throw tooManyTries();
            }
            return;
        }
        ctx.response().addCookie(sessionCookie(ctx, new String(cookie, StandardCharsets.UTF_8)));
        redirect(ctx, "");
    }

    void logout(RoutingContext ctx) {
        ctx.response().addCookie(sessionCookie(ctx, "").setMaxAge(0));
        redirect(ctx, "login");
    }

    /** Answers 401; whoever has shown a wrong token waits for it. */
    void refuse(RoutingContext ctx) {
        ctx.response().putHeader("WWW-Authenticate", "Bearer");
        HttpProblem problem = HttpProblem.of(
                401, "Authorization", "is missing or wrong; send 'Bearer' and the token, or log in at /login");
        boolean guessed = ctx.request().getHeader("Authorization") != null;
        if (!guessed) {
            throw problem;
        }
        if (!slowDown(() -> ctx.fail(problem))) {
            throw tooManyTries();
        }
    }

    /** Makes guessing slow without holding a thread; false when too many guess at once. */
    private boolean slowDown(Runnable answer) {
        if (wrongNow.incrementAndGet() > MAX_WRONG_AT_ONCE) {
            wrongNow.decrementAndGet();
            return false;
        }
        vertx.setTimer(WRONG_TOKEN_COSTS_MS, timer -> {
            wrongNow.decrementAndGet();
            answer.run();
        });
        return true;
    }

    private static HttpProblem tooManyTries() {
        return HttpProblem.of(429, "token", "was wrong too often; wait a second");
    }

    private static Cookie sessionCookie(RoutingContext ctx, String value) {
        Visitor visitor = Visitor.of(ctx);
        String origin = ctx.request().getHeader("Origin");
        return Cookie.cookie(COOKIE, value)
                .setPath(visitor.prefix() + "/")
                .setHttpOnly(true)
                .setSecure(visitor.isSecure() || origin != null && origin.startsWith("https://"))
                .setSameSite(CookieSameSite.STRICT);
    }

    /** Not the token itself, so that a leaked cookie opens no other door, and none outlives its token. */
    private static String cookieFor(byte[] token) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(token, "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(utf8("segwatch dashboard session")));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Leads to another page of the dashboard, wherever a proxy has put it.
     *
     * @param to a path below the dashboard's, without a leading slash
     */
    static void redirect(RoutingContext ctx, String to) {
        String prefix = Visitor.of(ctx).prefix();
        String where = prefix.isEmpty() ? "./" : prefix + "/";
        ctx.response().setStatusCode(303).putHeader("Location", where + to).end();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
