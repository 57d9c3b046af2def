package io.segwatch.dashboard.oidc;

import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.GeneralException;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.openid.connect.sdk.Nonce;
import io.segwatch.dashboard.access.Access;
import io.segwatch.dashboard.access.Principal.UserRole;
import io.segwatch.dashboard.http.HttpProblem;
import io.segwatch.dashboard.listen.Visitor;
import io.vertx.core.Vertx;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Log-in at the provider: {@code /login/oidc} leads there, {@code /login/oidc/callback} is where it sends the browser
 * back, {@code /login/oidc/logout} ends the log-in there. What a browser must know of its own start is in a cookie of
 * it, so that any dashboard can go on.
 */
public final class OidcLogin {
    private static final Logger log = LoggerFactory.getLogger(OidcLogin.class);
    private static final String COOKIE = "segwatch-oidc";
    private static final String BEGIN = "/login/oidc";
    private static final String CALLBACK = BEGIN + "/callback";
    private static final String LOGOUT = BEGIN + "/logout";
    private static final long MINUTES_TO_LOG_IN = 10;
    private static final int MAX_AT_ONCE = 16;
    private static final int MAX_SAID = 200;

    private final Vertx vertx;
    private final Access access;
    private final Provider provider;
    private final ClaimedRights rights;
    private final String issuer;
    private final Optional<String> publicUrl;
    private final Semaphore places = new Semaphore(MAX_AT_ONCE);

    /**
     * @param config that is enabled
     * @param publicUrl address at which people open the dashboard; empty for the one that they ask for
     */
    public OidcLogin(Vertx vertx, Access access, OidcConfig config, Optional<String> publicUrl) {
        this.vertx = vertx;
        this.access = access;
        this.provider = new Provider(config);
        this.rights = new ClaimedRights(config);
        this.issuer = config.issuer().orElseThrow();
        this.publicUrl = publicUrl;
    }

    /** Its paths, which nobody has to be logged in for. */
    public void mount(Router router) {
        router.get(BEGIN).handler(this::begin);
        router.get(CALLBACK).handler(this::back);
        router.get(LOGOUT).handler(this::logout);
    }

    /** Is let in at {@code path} without a log-in. */
    public static boolean isOpen(String path) {
        return path.equals(BEGIN) || path.equals(CALLBACK) || path.equals(LOGOUT);
    }

    private void begin(RoutingContext ctx) {
        Provider.Secrets secrets = new Provider.Secrets(new State(), new Nonce(), new CodeVerifier());
        URI back = address(ctx, CALLBACK);
        if (!places.tryAcquire()) {
            leave(ctx, "login#oidc-down");
            return;
        }
        vertx.executeBlocking(() -> provider.loginAddress(secrets, back), false)
                .onComplete(done -> places.release())
                .onSuccess(address -> {
                    String kept =
                            secrets.state().getValue() + "." + secrets.nonce().getValue() + "."
                                    + secrets.verifier().getValue();
                    ctx.response().addCookie(cookie(ctx, kept).setMaxAge(MINUTES_TO_LOG_IN * 60));
                    redirect(ctx, address);
                })
                .onFailure(failure -> fail(ctx, failure));
    }

    private void back(RoutingContext ctx) {
        Optional<Provider.Secrets> secrets = secrets(ctx);
        ctx.response().addCookie(cookie(ctx, "").setMaxAge(0));
        String state = ctx.request().getParam("state", "");
        String code = ctx.request().getParam("code", "");
        if (secrets.isEmpty() || !secrets.get().state().getValue().equals(state)) {
            leave(ctx, "login#oidc-again");
            return;
        }
        if (code.isEmpty()) {
            log.warn(
                    "The provider of log-ins refused one: {}",
                    shown(ctx.request().getParam("error", "no code")));
            leave(ctx, "login#oidc-refused");
            return;
        }
        if (!places.tryAcquire()) {
            leave(ctx, "login#oidc-down");
            return;
        }
        URI back = address(ctx, CALLBACK);
        vertx.executeBlocking(
                        () -> provider.claims(new AuthorizationCode(code), secrets.get(), back, rights::isMissing),
                        false)
                .onComplete(done -> places.release())
                .compose(claims -> access.begin(ctx, identity(claims)))
                .onSuccess(begun -> enter(ctx))
                .onFailure(failure -> fail(ctx, failure));
    }

    /** Ends the log-in at the provider; the one here was ended before. */
    private void logout(RoutingContext ctx) {
        URI back = address(ctx, "/login");
        if (!places.tryAcquire()) {
            leave(ctx, "login#oidc-down");
            return;
        }
        vertx.executeBlocking(() -> provider.logoutAddress(back), false)
                .onComplete(done -> places.release())
                .onSuccess(address ->
                        address.ifPresentOrElse(known -> redirect(ctx, known), () -> leave(ctx, "login#oidc-stays")))
                .onFailure(failure -> fail(ctx, failure));
    }

    private static void redirect(RoutingContext ctx, URI address) {
        ctx.response()
                .setStatusCode(303)
                .putHeader("Location", address.toString())
                .putHeader("Cache-Control", "no-store")
                .end();
    }

    private Access.Identity identity(Map<String, Object> claims) {
        String subject = String.valueOf(claims.get("sub"));
        String user = rights.user(claims).orElse(subject);
        UserRole role = rights.role(claims)
                .orElseThrow(() -> HttpProblem.of(403, "role", "of " + shown(user) + " is none that is let in here"));
        Set<String> cameras = rights.cameras(claims, role)
                .orElseThrow(() -> HttpProblem.of(403, "cameras", "of " + shown(user) + " are none"));
        return new Access.Identity(issuer + " " + subject, user, role, cameras);
    }

    private void fail(RoutingContext ctx, Throwable failure) {
        String where = "login#oidc-down";
        if (failure instanceof HttpProblem problem && problem.status() < 500) {
            log.warn("Somebody who logged in at the provider was not let in: {}", problem.getMessage());
            where = "login#oidc-role";
        } else if (failure instanceof IOException || failure instanceof GeneralException) {
            log.warn(
                    "The provider of log-ins {} cannot be used: {}",
                    issuer,
                    shown(failure.getMessage() == null ? failure.toString() : failure.getMessage()));
            where = failure instanceof IOException ? where : "login#oidc-refused";
        } else {
            log.error("A log-in at the provider failed", failure);
        }
        leave(ctx, where);
    }

    /** Leads to the form, which says what happened; the audit takes that for a log-in that failed. */
    private static void leave(RoutingContext ctx, String to) {
        ctx.response()
                .setStatusCode(303)
                .putHeader("Location", Visitor.of(ctx).prefix() + "/" + to)
                .putHeader("Cache-Control", "no-store")
                .end();
    }

    /**
     * Goes on with a page of our own: to a redirect out of the provider's page, a browser would not show the session's
     * cookie, which is for this site alone.
     */
    private static void enter(RoutingContext ctx) {
        String target = Visitor.of(ctx).prefix() + "/";
        ctx.response()
                .putHeader("Content-Type", "text/html; charset=utf-8")
                .putHeader("Cache-Control", "no-store")
                .end("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Segwatch</title>"
                        + "<meta http-equiv=\"refresh\" content=\"0; url=" + target + "\"><p><a href=\"" + target
                        + "\">Go on to Segwatch</a></html>");
    }

    private URI address(RoutingContext ctx, String path) {
        Visitor visitor = Visitor.of(ctx);
        String base = publicUrl
                .map(url -> url.replaceAll("/+$", ""))
                .orElseGet(() -> visitor.scheme() + "://" + visitor.host() + visitor.prefix());
        return URI.create(base + path);
    }

    private static Optional<Provider.Secrets> secrets(RoutingContext ctx) {
        Cookie cookie = ctx.request().getCookie(cookieName(ctx));
        String[] parts = cookie == null ? new String[0] : cookie.getValue().split("\\.");
        try {
            return parts.length == 3
                    ? Optional.of(
                            new Provider.Secrets(new State(parts[0]), new Nonce(parts[1]), new CodeVerifier(parts[2])))
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String cookieName(RoutingContext ctx) {
        return Visitor.of(ctx).isSecure() ? "__Secure-" + COOKIE : COOKIE;
    }

    /** Comes along when the provider's page leads back, as no cookie of this site alone does. */
    private static Cookie cookie(RoutingContext ctx, String value) {
        return Cookie.cookie(cookieName(ctx), value)
                .setPath(Visitor.of(ctx).prefix() + BEGIN)
                .setHttpOnly(true)
                .setSecure(Visitor.of(ctx).isSecure())
                .setSameSite(CookieSameSite.LAX);
    }

    private static String shown(String text) {
        String visible = text.replaceAll("\\p{C}", "?");
        return visible.substring(0, Math.min(visible.length(), MAX_SAID));
    }
}
