package io.segwatch.dashboard.rest;

import io.segwatch.dashboard.http.HttpProblem;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The part of an answer that a request's {@code Range} asks for (RFC 9110): browsers seek in videos with it. Of several
 * ranges, and of what is no range of bytes, the whole is sent, as a server may.
 *
 * @param last included
 */
record ByteRange(int first, int last) {
    private static final Pattern ONE = Pattern.compile("bytes=(\\d{0,9})-(\\d{0,9})");

    /**
     * Empty for the whole.
     *
     * @throws HttpProblem (416) when nothing is there
     */
    static Optional<ByteRange> of(String header, int size) {
        Matcher range = ONE.matcher(header == null ? "" : header.strip());
        if (!range.matches() || range.group(1).isEmpty() && range.group(2).isEmpty()) {
            return Optional.empty();
        }
        boolean fromEnd = range.group(1).isEmpty();
        int first = fromEnd ? Math.max(0, size - Integer.parseInt(range.group(2))) : Integer.parseInt(range.group(1));
        int last = fromEnd || range.group(2).isEmpty() ? size - 1 : Integer.parseInt(range.group(2));
        if (first >= size) {
            throw HttpProblem.of(416, "Range", "begins after the end: there are " + size + " bytes");
        }
        if (last < first) {
            return Optional.empty();
        }
        return Optional.of(new ByteRange(first, Math.min(last, size - 1)));
    }

    /** Answers with what is asked for of it; the headers that say what it is are there already. */
    static void send(RoutingContext ctx, byte[] whole) {
        ctx.response().putHeader("Accept-Ranges", "bytes");
        Optional<ByteRange> part;
        try {
            part = of(ctx.request().getHeader("Range"), whole.length);
        } catch (HttpProblem beyond) {
            ctx.response().putHeader("Content-Range", "bytes */" + whole.length);
            ctx.fail(beyond);
            return;
        }
        Buffer all = Buffer.buffer(whole);
        if (part.isEmpty()) {
            ctx.response().end(all);
            return;
        }
        ByteRange range = part.get();
        ctx.response()
                .setStatusCode(206)
                .putHeader("Content-Range", "bytes " + range.first + "-" + range.last + "/" + whole.length)
                .end(all.getBuffer(range.first, range.last + 1));
    }
}
