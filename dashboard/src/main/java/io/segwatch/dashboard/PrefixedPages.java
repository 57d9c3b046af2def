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
 * Tells the page where it lies when a proxy has put it below a path. Its links are relative, but {@code /cam} and
 * {@code /cam/} look alike from here.
 */
final class PrefixedPages implements Handler<RoutingContext> {
    private static final Set<String> NAMES = Set.of("/index.html", "/login.html", "/api.html");
    private static final String HEAD = "<head>";

    private final Map<String, String> pages = new TreeMap<>();

    PrefixedPages() {
        NAMES.forEach(name -> pages.put(name, read("/web" + name)));
        pages.put("/", pages.get("/index.html"));
    }

    private static String read(String resource) {
        try (InputStream in = PrefixedPages.class.getResourceAsStream(resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void handle(RoutingContext ctx) {
        String prefix = Visitor.of(ctx).prefix();
        String page = prefix.isEmpty() ? null : pages.get(ctx.normalizedPath());
        if (page == null) {
            ctx.next();
            return;
        }
        // A prefix has no character that means anything in HTML.
        ctx.response()
                .putHeader("Content-Type", "text/html; charset=utf-8")
                .putHeader("Cache-Control", "no-store")
                .end(page.replace(HEAD, HEAD + "\n  <base href=\"" + prefix + "/\">"));
    }
}
