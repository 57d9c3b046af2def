package io.segwatch.dashboard;

import io.segwatch.dashboard.access.Access;
import io.segwatch.dashboard.access.Principal;
import io.segwatch.dashboard.audit.AuditLog;
import io.segwatch.dashboard.http.HttpProblem;
import io.segwatch.dashboard.listen.Authority;
import io.segwatch.dashboard.listen.Visitor;
import io.segwatch.dashboard.oidc.OidcLogin;
import io.segwatch.dashboard.tls.ServerTls;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Who may come in. Every request passes here first: its Host (against DNS rebinding, where only this machine is
 * served), its Origin (against other sites' pages), and its token where one is set. Leaves the {@link Visitor} and the
 * {@link Principal} for the handlers behind.
 */
final class AccessHandler {
    private static final Set<String> LOOPBACK_NAMES = Set.of("localhost", "127.0.0.1", "::1");
    /** What the log-in form and error pages need, and what a browser fetches without a session to install the page. */
    private static final Set<String> OPEN_PATHS = Set.of(
            "/login",
            "/login.html",
            "/login.js",
            "/login/options",
            "/api/login",
            "/logout",
            "/app.css",
            "/icon.svg",
            "/theme.js",
            "/text.js",
            "/text/en.js",
            "/text/zh.js",
            "/manifest.webmanifest",
            "/icons/icon-192.png",
            "/icons/icon-512.png",
            "/icons/icon-maskable-512.png",
            "/icons/apple-touch-icon.png",
            "/sw.js",
            "/offline.html");

    private static final Set<String> STREAMS = Set.of("/api/events", "/api/live");
    private static final Set<HttpMethod> READS = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);
    private static final String STRIPPED = "segwatch.stripped";

    /** A year; only where browsers trust the certificate, for then they refuse any other. */
    private static final String HTTPS_ONLY = "max-age=31536000";

    private final boolean loopback;
    private final boolean httpsOnly;
    private final Optional<PublicUrl> publicUrl;
    private final ReverseProxies proxies;
    private final Access access;
    private final SignedLinks links;

    AccessHandler(Access access, SignedLinks links, DashboardConfig config, Optional<ServerTls> tls) {
        this.links = links;
        this.httpsOnly = tls.isPresent() && !tls.get().selfSigned();
        this.loopback = config.isLoopback();
        this.publicUrl = config.publicUrl().map(PublicUrl::parse);
        this.proxies = new ReverseProxies(config.trustedProxies().orElse(List.of()), publicUrl);
        this.access = access;
    }

    /**
     * Mounts the handlers of every request, and those of the log-in.
     *
     * @param bodies reads the login form
     * @param audit hears of who comes and goes
     */
    void mount(Router router, RequestBodies bodies, AuditLog audit) {
        router.route().handler(this::withoutPrefix);
        router.route().handler(this::harden);
        router.route().handler(this::check);
        audit.mount(router);
        router.post("/login").handler(bodies).handler(bodies::arrived);
        access.mount(router);
    }

    /** Some proxies take off the path below which the dashboard lies, some leave it on. */
    private void withoutPrefix(RoutingContext ctx) {
        Visitor visitor = proxies.visitor(ctx.request());
        visitor.putIn(ctx);
        String path = ctx.request().path();
        String prefix = visitor.prefix();
        boolean below = !prefix.isEmpty() && (path.equals(prefix) || path.startsWith(prefix + "/"));
        if (below && ctx.get(STRIPPED) == null) {
            ctx.put(STRIPPED, true);
            String query = ctx.request().query();
            String rest = path.substring(prefix.length());
            ctx.reroute((rest.isEmpty() ? "/" : rest) + (query == null ? "" : "?" + query));
        } else {
            ctx.next();
        }
    }

    private void harden(RoutingContext ctx) {
        ctx.response()
                .putHeader(
                        "Content-Security-Policy",
                        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src 'self';"
                                + " connect-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self';"
                                + " frame-ancestors 'none'; base-uri 'self'")
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("X-Frame-Options", "DENY")
                // Without any referrer a browser hides the page's own origin when a form is sent.
                .putHeader("Referrer-Policy", "same-origin")
                .putHeader("Cross-Origin-Opener-Policy", "same-origin")
                .putHeader("Cross-Origin-Resource-Policy", "same-origin");
        if (httpsOnly
                && ctx.request().isSSL()
                && !LOOPBACK_NAMES.contains(Visitor.of(ctx).host().host())) {
            ctx.response().putHeader("Strict-Transport-Security", HTTPS_ONLY);
        }
        ctx.next();
    }

    private void check(RoutingContext ctx) {
        HttpServerRequest request = ctx.request();
        Visitor visitor = Visitor.of(ctx);
        if (loopback && !isCalledByOwnName(request, visitor)) {
            throw HttpProblem.of(
                    421,
                    "Host",
                    "must be localhost or 127.0.0.1, as this dashboard serves its own machine; behind a proxy, set"
                            + " segwatch.dashboard.public-url to the address at which people open it");
        }
        if (changesState(request) ? !isSameOrigin(request, visitor) : isTakenByAnotherSite(ctx)) {
            throw HttpProblem.of(
                    403,
                    "Origin",
                    "is another site; open the dashboard's own address. If this is it, a proxy hides it: set"
                            + " segwatch.dashboard.public-url, or segwatch.dashboard.trusted-proxies");
        }
        Optional<Principal> principal = links.principal(ctx).or(() -> access.principal(ctx));
        principal.ifPresent(known -> enter(ctx, visitor, known));
        String path = ctx.normalizedPath();
        if (principal.isPresent() || OPEN_PATHS.contains(path) || OidcLogin.isOpen(path)) {
            if (!READS.contains(request.method())) {
                access.countChange(ctx);
            }
            ctx.next();
        } else if (Pages.isView(path)) {
            access.sendToLogin(ctx);
        } else {
            access.refuse(ctx);
        }
    }

    private void enter(RoutingContext ctx, Visitor visitor, Principal principal) {
        principal.putIn(ctx);
        boolean person = principal.way() == Principal.Way.SESSION
                || principal.way() == Principal.Way.LOCAL && isPage(ctx.request(), visitor);
        if (person) {
            visitor.asPerson().putIn(ctx);
        }
    }

    /**
     * Another site's page can reach this machine by a name that leads here, directly or by way of a proxy, so both the
     * name that was called and the one that the proxy tells must be known. With a token, such a page has none.
     */
    private boolean isCalledByOwnName(HttpServerRequest request, Visitor visitor) {
        boolean proxied = proxies.trusts(request.connection().remoteAddress().hostAddress());
        return proxied && !access.isOpen()
                || isOwnName(Authority.parse(request.getHeader("Host"))) && isOwnName(visitor.host());
    }

    private boolean isOwnName(Authority authority) {
        return LOOPBACK_NAMES.contains(authority.host())
                || publicUrl
                        .filter(url -> url.authority().host().equals(authority.host()))
                        .isPresent();
    }

    /** A WebSocket is opened by a GET, but browsers do not keep other sites' pages from it. */
    private static boolean changesState(HttpServerRequest request) {
        return !READS.contains(request.method()) || request.getHeader("Upgrade") != null;
    }

    /** Programs send no Origin, and no other site can make them call. */
    private boolean isSameOrigin(HttpServerRequest request, Visitor visitor) {
        String origin = request.getHeader("Origin");
        if (origin == null) {
            String site = request.getHeader("Sec-Fetch-Site");
            return site == null || site.equals("same-origin") || site.equals("none");
        }
        return isOwnOrigin(origin, visitor);
    }

    private boolean isOwnOrigin(String origin, Visitor visitor) {
        int colon = origin.indexOf("://");
        if (colon <= 0) {
            return false;
        }
        String scheme = origin.substring(0, colon).toLowerCase(Locale.ROOT);
        Authority authority = Authority.parse(origin.substring(colon + 3));
        return PublicUrl.sameHost(scheme, authority, visitor.host())
                || publicUrl.filter(url -> url.isOrigin(scheme, authority)).isPresent();
    }

    /** Another site's page cannot read what it loads from here, but it would hold a place. A link may lead here. */
    private static boolean isTakenByAnotherSite(RoutingContext ctx) {
        String site = ctx.request().getHeader("Sec-Fetch-Site");
        boolean foreign = "cross-site".equals(site) || "same-site".equals(site);
        boolean link = "navigate".equals(ctx.request().getHeader("Sec-Fetch-Mode"))
                && "document".equals(ctx.request().getHeader("Sec-Fetch-Dest"));
        String path = ctx.normalizedPath();
        return foreign && path.startsWith("/api/") && (!link || STREAMS.contains(path));
    }

    /** Browsers add these headers by themselves, and no page can change them. */
    private boolean isPage(HttpServerRequest request, Visitor visitor) {
        String origin = request.getHeader("Origin");
        return origin == null
                ? "same-origin".equals(request.getHeader("Sec-Fetch-Site"))
                : isOwnOrigin(origin, visitor);
    }
}
