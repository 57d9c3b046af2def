package io.segwatch.dashboard;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;

/**
 * Which answers are compressed, where the browser takes that: the page's own texts. Answers of the API are not, as
 * their lengths would tell of secrets in them beside words that a stranger put there; and pictures get no smaller.
 */
final class Compression {
    private static final Set<String> TEXTS =
            Set.of("text/html", "text/css", "text/javascript", "image/svg+xml", "application/manifest+json");
    /** A third of the time of the best level, for 2 % more bytes. */
    private static final int LEVEL = 6;

    private Compression() {}

    static void allow(HttpServerOptions options) {
        options.setCompressionSupported(true).setCompressionLevel(LEVEL);
    }

    /** For all answers: none is compressed, unless {@link #ofTexts} follows. */
    static void none(RoutingContext ctx) {
        ctx.response().putHeader(HttpHeaders.CONTENT_ENCODING, HttpHeaders.IDENTITY);
        ctx.next();
    }

    /** For files of the page. */
    static void ofTexts(RoutingContext ctx) {
        ctx.addHeadersEndHandler(written -> {
            String type = ctx.response().headers().get(HttpHeaders.CONTENT_TYPE);
            if (type != null && TEXTS.contains(type.split(";", 2)[0])) {
                ctx.response().headers().remove(HttpHeaders.CONTENT_ENCODING);
            }
        });
        ctx.next();
    }
}
