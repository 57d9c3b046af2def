package io.segwatch.dashboard;

import io.segwatch.dashboard.listen.Visitor;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The HTML pages. All views of the dashboard ({@code /wall}, {@code /cameras/ID}, {@code /alerts/ID}, …) are one page,
 * whose script reads the address. Links in it are relative to where the dashboard lies, and that the page is told: by
 * the prefix that a proxy names, or by the way up from the address that was asked for.
 */
final class Pages implements Handler<RoutingContext> {
    private static final Set<String> NAMES = Set.of("/index.html", "/login.html", "/api.html");
    /** First parts of the views' paths; {@code router.js} has them, too. */
    private static final Set<String> VIEWS = Set.of("wall", "cameras", "alerts", "timeline", "search", "system");

    private static final int MOST_PARTS = 2;
    private static final String HEAD = "<head>";

    private final Map<String, String> pages = new TreeMap<>();

    Pages() {
        NAMES.forEach(name -> pages.put(name, read("/web" + name)));
        pages.put("/", pages.get("/index.html"));
    }

    private static String read(String resource) {
        try (InputStream in = Pages.class.getResourceAsStream(resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether the path, as it was sent, is one of a view; {@code /} is, too. */
    static boolean isView(String path) {
        String[] parts = path.substring(1).split("/", -1);
        return path.equals("/") || VIEWS.contains(parts[0]) && parts.length <= MOST_PARTS;
    }

    @Override
    public void handle(RoutingContext ctx) {
        String path = ctx.request().path();
        String page = pages.get(isView(path) ? "/" : ctx.normalizedPath());
        if (page == null) {
            ctx.next();
            return;
        }
        // A prefix has no character that means anything in HTML.
        ctx.response()
                .putHeader("Content-Type", "text/html; charset=utf-8")
                .putHeader("Cache-Control", "no-store")
                .end(page.replace(
                        HEAD, HEAD + "\n  <base href=\"" + Visitor.of(ctx).wayUp(path) + "\">"));
    }
}
