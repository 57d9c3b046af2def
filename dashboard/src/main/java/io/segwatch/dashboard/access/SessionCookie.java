package io.segwatch.dashboard.access;

import io.segwatch.dashboard.listen.Visitor;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;

/**
 * The cookie that shows a session. Under HTTPS its name has a prefix by which browsers let no other site or plain page
 * set it.
 */
final class SessionCookie {
    private static final String PLAIN = "segwatch";
    private static final String SECURE = "__Secure-segwatch";
    private static final String HOST = "__Host-segwatch";

    private SessionCookie() {}

    /** What the browser shows. */
    static Optional<String> read(RoutingContext ctx) {
        List<String> names = isSecure(ctx) ? List.of(HOST, SECURE) : List.of(HOST, SECURE, PLAIN);
        return names.stream()
                .map(ctx.request()::getCookie)
                .filter(cookie -> cookie != null && !cookie.getValue().isEmpty())
                .map(Cookie::getValue)
                .findFirst();
    }

    static void write(RoutingContext ctx, String value) {
        ctx.response().addCookie(cookie(ctx, value));
    }

    static void clear(RoutingContext ctx) {
        ctx.response().addCookie(cookie(ctx, "").setMaxAge(0));
    }

    private static Cookie cookie(RoutingContext ctx, String value) {
        boolean secure = isSecure(ctx);
        String path = Visitor.of(ctx).prefix() + "/";
        String secureName = path.equals("/") ? HOST : SECURE;
        return Cookie.cookie(secure ? secureName : PLAIN, value)
                .setPath(path)
                .setHttpOnly(true)
                .setSecure(secure)
                .setSameSite(CookieSameSite.STRICT);
    }

    /** A proxy that is not trusted does not say so, but the browser does when a form is sent. */
    private static boolean isSecure(RoutingContext ctx) {
        String origin = ctx.request().getHeader("Origin");
        return Visitor.of(ctx).isSecure() || origin != null && origin.startsWith("https://");
    }
}
