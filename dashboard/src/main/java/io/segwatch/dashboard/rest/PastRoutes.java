package io.segwatch.dashboard.rest;

import io.segwatch.dashboard.access.Principal;
import io.segwatch.dashboard.http.HttpProblem;
import io.segwatch.dashboard.past.Columns;
import io.segwatch.dashboard.past.Past;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.function.Predicate;

/** {@code /api/areas/columns}, {@code .csv} and {@code /week}, and {@code /api/cameras/ID/heatmap}: long spans. */
final class PastRoutes {
    private static final int POINTS = 800;
    private static final int LINES = 10_000;
    private static final int LINES_AT_ONCE = 500;
    private static final long DAY_MS = Duration.ofDays(1).toMillis();
    private static final long WEEKS_MS = Duration.ofDays(28).toMillis();
    private static final long HOUR_MS = Duration.ofHours(1).toMillis();

    private final Past past;
    private final Predicate<String> cameraExists;
    private final BoundedWork printing;

    PastRoutes(Past past, Predicate<String> cameraExists, BoundedWork printing) {
        this.past = past;
        this.cameraExists = cameraExists;
        this.printing = printing;
    }

    void bind(Operations operations) {
        operations.on("get-area-columns", this::columns);
        operations.on("get-areas-csv", this::csv);
        operations.on("get-area-week", this::week);
        operations.on("get-heat-map", this::heatMap);
    }

    private void columns(RoutingContext ctx) {
        Past.Span span = span(ctx, DAY_MS, (int) Validated.number(ctx, "points", POINTS));
        printing.answer(ctx, () -> PastText.json(past.columns(span), past.isComplete()));
    }

    private void csv(RoutingContext ctx) {
        Past.Span span = span(ctx, DAY_MS, (int) Validated.number(ctx, "points", LINES));
        String name = span.camera().replaceAll("[^A-Za-z0-9_-]", "_");
        printing.run(ctx, () -> past.columns(span))
                .compose(columns -> {
                    HttpServerResponse response = ctx.response()
                            .putHeader("Content-Type", "text/csv; charset=utf-8")
                            .putHeader("Content-Disposition", "attachment; filename=\"areas-" + name + ".csv\"")
                            .putHeader("Cache-Control", "no-store")
                            .setChunked(true);
                    return response.write(PastText.csvHead(columns)).compose(head -> lines(response, columns, 0));
                })
                .onFailure(failure -> {
                    if (!ctx.response().headWritten()) {
                        ctx.fail(failure);
                    }
                });
    }

    /** Each part is made when the one before has been taken. */
    private static Future<Void> lines(HttpServerResponse response, Columns columns, int from) {
        if (from >= columns.count()) {
            return response.end();
        }
        int to = Math.min(columns.count(), from + LINES_AT_ONCE);
        return response.write(Buffer.buffer(PastText.csvLines(columns, from, to)))
                .compose(written -> lines(response, columns, to));
    }

    private void week(RoutingContext ctx) {
        Past.Span span = span(ctx, WEEKS_MS, 1);
        ZoneId zone = zone(Validated.query(ctx, "timeZone", "UTC"));
        printing.answer(ctx, () -> PastText.json(past.weeks(span, zone), past.isComplete()));
    }

    private static ZoneId zone(String name) {
        try {
            return ZoneId.of(name);
        } catch (DateTimeException e) {
            throw HttpProblem.badInput("timeZone", "is no time zone, such as Europe/Berlin");
        }
    }

    private void heatMap(RoutingContext ctx) {
        String camera = Validated.path(ctx, "id");
        if (!cameraExists.test(camera)) {
            throw HttpProblem.notFound("camera", camera);
        }
        String query = Validated.query(ctx, "query", "");
        long fromMs = System.currentTimeMillis() - Validated.number(ctx, "hours", 24) * HOUR_MS;
        printing.answer(ctx, () -> PastText.json(past.places(camera, query, fromMs)));
    }

    private static Past.Span span(RoutingContext ctx, long lengthMs, int points) {
        long toMs = Validated.number(ctx, "to", System.currentTimeMillis());
        long fromMs = Validated.number(ctx, "from", Math.max(0, toMs - lengthMs));
        if (fromMs >= toMs) {
            throw HttpProblem.badInput("from", "must be before to");
        }
        String camera = Validated.query(ctx, "camera", "");
        // As of a camera that is not there: its windows may still be, when it was removed.
        String seen = Principal.of(ctx).sees(camera) ? camera : "";
        return new Past.Span(
                seen, Validated.query(ctx, "zone", ""), Validated.query(ctx, "query", ""), fromMs, toMs, points);
    }
}
