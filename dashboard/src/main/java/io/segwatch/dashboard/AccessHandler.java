package io.segwatch.dashboard;

import io.segwatch.dashboard.http.HttpProblem;
import io.vertx.core.Vertx;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Who may come in. Every request passes here first: its Host (against DNS rebinding, where only this machine is
 * served), its Origin (against other sites' pages), and its token where one is set, as {@code Authorization: Bearer} or
 * as the cookie that the login page sets.
 */
final class AccessHandler {
    private static final String COOKIE = "segwatch";
    private static final Set<String> LOOPBACK_NAMES = Set.of("localhost", "127.0.0.1", "[::1]");
    /** What somebody without a token may see. */
    private static final Set<String> OPEN_PATHS = Set.of("/login", "/login.html", "/app.css", "/icon.svg");

    private static final Set<HttpMethod> READS = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);
    private static final int MAX_WRONG_AT_ONCE = 8;
    private static final long WRONG_TOKEN_COSTS_MS = 500;

    private final Vertx vertx;
    private final boolean loopback;
    private final byte[] token;
    private final byte[] cookie;
    private final AtomicInteger wrongNow = new AtomicInteger();

    AccessHandler(Vertx vertx, DashboardConfig config) {
        this.vertx = vertx;
        this.loopback = config.isLoopback();
        this.token = utf8(config.token().orElse(""));
        this.cookie = token.length == 0 ? token : utf8(cookieFor(token));
    }

    /** @param bodies reads the login form */
    void mount(Router router, BodyHandler bodies) {
        router.route().handler(this::harden);
        router.route().handler(this::check);
        router.get("/login").handler(ctx -> ctx.reroute("/login.html"));
        router.post("/login").handler(bodies).handler(this::login);
        router.post("/logout").handler(ctx -> {
            ctx.response().addCookie(sessionCookie("").setMaxAge(0));
            redirect(ctx, "/login");
        });
    }

    private void harden(RoutingContext ctx) {
        HttpServerResponse response = ctx.response();
        response.putHeader(
                        "Content-Security-Policy",
                        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:;"
                                + " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("X-Frame-Options", "DENY")
                .putHeader("Referrer-Policy", "no-referrer")
                .putHeader("Cross-Origin-Opener-Policy", "same-origin")
                .putHeader("Cross-Origin-Resource-Policy", "same-origin");
        ctx.next();
    }

    private void check(RoutingContext ctx) {
        HttpServerRequest request = ctx.request();
        String host = request.getHeader("Host");
        if (loopback && !LOOPBACK_NAMES.contains(withoutPort(host))) {
            throw HttpProblem.of(
                    421, "Host", "must be localhost or 127.0.0.1, as this dashboard serves its own machine");
        }
        if (changesState(request) && !isSameOrigin(request, host)) {
            throw HttpProblem.of(403, "Origin", "is another site; open the dashboard's own address");
        }
        if (token.length == 0 || OPEN_PATHS.contains(ctx.normalizedPath()) || mayEnter(request)) {
            ctx.next();
        } else if (ctx.normalizedPath().equals("/")) {
            redirect(ctx, "/login");
        } else {
            ctx.response().putHeader("WWW-Authenticate", "Bearer");
            refuseSlowly(ctx);
        }
    }

    /** A WebSocket is opened by a GET, but browsers do not keep other sites' pages from it. */
    private static boolean changesState(HttpServerRequest request) {
        return !READS.contains(request.method()) || request.getHeader("Upgrade") != null;
    }

    /** Programs send no Origin, and no other site can make them call. */
    private static boolean isSameOrigin(HttpServerRequest request, String host) {
        String origin = request.getHeader("Origin");
        if (origin == null) {
            String site = request.getHeader("Sec-Fetch-Site");
            return site == null || site.equals("same-origin") || site.equals("none");
        }
        int authority = origin.indexOf("://");
        return authority > 0 && host != null && origin.substring(authority + 3).equalsIgnoreCase(host);
    }

    private boolean mayEnter(HttpServerRequest request) {
        String header = request.getHeader("Authorization");
        if (header != null && header.regionMatches(true, 0, "Bearer ", 0, 7)) {
            return MessageDigest.isEqual(token, utf8(header.substring(7).strip()));
        }
        Cookie shown = request.getCookie(COOKIE);
        return shown != null && MessageDigest.isEqual(cookie, utf8(shown.getValue()));
    }

    private void login(RoutingContext ctx) {
        String given = ctx.request().getFormAttribute("token");
        if (given == null || !MessageDigest.isEqual(token, utf8(given.strip()))) {
            if (!slowDown(() -> redirect(ctx, "/login?wrong"))) {
                throw tooManyTries();
            }
            return;
        }
        ctx.response().addCookie(sessionCookie(new String(cookie, StandardCharsets.UTF_8)));
        redirect(ctx, "/");
    }

    private void refuseSlowly(RoutingContext ctx) {
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

    private static Cookie sessionCookie(String value) {
        return Cookie.cookie(COOKIE, value).setPath("/").setHttpOnly(true).setSameSite(CookieSameSite.STRICT);
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

    private static void redirect(RoutingContext ctx, String to) {
        ctx.response().setStatusCode(303).putHeader("Location", to).end();
    }

    private static String withoutPort(String host) {
        String known = host == null ? "" : host.toLowerCase(Locale.ROOT);
        int colon = known.lastIndexOf(':');
        return colon > known.lastIndexOf(']') ? known.substring(0, colon) : known;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
