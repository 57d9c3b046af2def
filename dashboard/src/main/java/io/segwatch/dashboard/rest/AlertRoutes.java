package io.segwatch.dashboard.rest;

import io.segwatch.dashboard.alerts.AlertArchive;
import io.segwatch.dashboard.alerts.AlertEntry;
import io.segwatch.dashboard.audit.AuditLog;
import io.segwatch.dashboard.evidence.AlertEvidence;
import io.segwatch.dashboard.http.HttpProblem;
import io.segwatch.dashboard.http.Json;
import io.segwatch.v1.Alert;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** {@code /api/alerts}: all that Kafka keeps, page by page, and the pictures and the video of each. */
final class AlertRoutes {
    private static final int DEFAULT_LISTED = 100;
    private static final int MAX_AT_ONCE = 2;
    private static final int MAX_EACH = 64;
    private static final long DAY_SECONDS = 86_400;

    private final AlertFinder finder;
    private final AlertEvidence evidence;
    private final BoundedWork pictures;
    private final BoundedWork reading;
    private final AlertExport export;

    AlertRoutes(Vertx vertx, AlertFinder finder, AlertEvidence evidence) {
        this.finder = finder;
        this.evidence = evidence;
        this.pictures = new BoundedWork(vertx, "evidence", MAX_AT_ONCE, MAX_EACH);
        this.reading = new BoundedWork(vertx, "alerts", MAX_AT_ONCE, MAX_EACH);
        this.export = new AlertExport(finder, reading);
    }

    void bind(Operations operations) {
        operations.on("list-alerts", this::list);
        operations.on("get-alert", this::get);
        operations.on("get-evidence", this::evidence);
        operations.on("get-clip", this::clip);
        operations.on("export-alerts", export::send);
    }

    private void list(RoutingContext ctx) {
        int limit = (int) Validated.number(ctx, "limit", DEFAULT_LISTED);
        Predicate<AlertEntry> wanted = finder.wanted(ctx);
        Optional<AlertArchive.Cursor> after = cursor(ctx);
        reading.run(ctx, () -> page(wanted, after, limit))
                .onSuccess(page -> Json.send(ctx, 200, page))
                .onFailure(ctx::fail);
    }

    private static Optional<AlertArchive.Cursor> cursor(RoutingContext ctx) {
        String after = Validated.query(ctx, "after", "");
        Optional<AlertArchive.Cursor> cursor = AlertArchive.Cursor.parse(after);
        if (!after.isEmpty() && cursor.isEmpty()) {
            throw HttpProblem.badInput("after", "is not the next of another page; leave it out to begin");
        }
        return cursor;
    }

    private JsonObject page(Predicate<AlertEntry> wanted, Optional<AlertArchive.Cursor> after, int limit) {
        List<AlertEntry> entries = finder.page(wanted, after, limit);
        JsonArray alerts = new JsonArray();
        finder.read(entries).forEach(whole -> alerts.add(finder.json(whole)));
        JsonObject page = new JsonObject().put("alerts", alerts).put("total", finder.count(wanted));
        if (entries.size() == limit) {
            AlertEntry last = entries.get(limit - 1);
            page.put("next", new AlertArchive.Cursor(last.openedAtMs(), last.id()).toString());
        }
        return page;
    }

    private void get(RoutingContext ctx) {
        AlertEntry entry = finder.entry(ctx, Validated.path(ctx, "id"));
        reading.run(ctx, () -> whole(entry))
                .onSuccess(whole -> Json.send(ctx, 200, finder.json(whole)))
                .onFailure(ctx::fail);
    }

    private AlertArchive.Whole whole(AlertEntry entry) {
        return finder.read(List.of(entry)).stream()
                .findFirst()
                .orElseThrow(() -> HttpProblem.notFound("alert", entry.id()));
    }

    private void evidence(RoutingContext ctx) {
        AlertEntry entry = finder.entry(ctx, Validated.path(ctx, "id"));
        AuditLog.about(ctx, entry.camera());
        String moment = Validated.query(ctx, "moment", "open");
        AlertEvidence.Drawing drawing = new AlertEvidence.Drawing(
                Validated.flag(ctx, "overlay", true),
                Validated.query(ctx, "size", "full").equals("small"));
        // The peak of an alert that is open may be passed.
        long keptSeconds = moment.equals("peak") && entry.isOpen() ? 0 : DAY_SECONDS;
        pictures.run(ctx, () -> picture(entry, moment, drawing))
                .onSuccess(jpeg -> ctx.response()
                        .putHeader("Content-Type", "image/jpeg")
                        .putHeader("Cache-Control", "private, max-age=" + keptSeconds)
                        .end(Buffer.buffer(jpeg)))
                .onFailure(ctx::fail);
    }

    private byte[] picture(AlertEntry entry, String moment, AlertEvidence.Drawing drawing) {
        return switch (moment) {
            case "peak" -> evidence.peak(whole(entry).newest(), drawing);
            case "end" -> evidence.end(whole(entry).newest(), drawing);
            default ->
                evidence.kept(entry.id(), entry.camera(), entry.openedAtMs(), drawing)
                        .orElseGet(() -> evidence.opening(opening(entry), drawing));
        };
    }

    private Alert opening(AlertEntry entry) {
        return whole(entry)
                .opening()
                .orElseThrow(() -> AlertEvidence.missing("is not kept: the alert opened before Kafka's alerts begin"));
    }

    private void clip(RoutingContext ctx) {
        AlertEntry entry = finder.entry(ctx, Validated.path(ctx, "id"));
        AuditLog.about(ctx, entry.camera());
        pictures.run(ctx, () -> evidence.clip(entry.id(), entry.camera(), entry.openedAtMs()))
                .onSuccess(clip -> {
                    ctx.response()
                            .putHeader("Content-Type", "video/mp4")
                            .putHeader("Cache-Control", "private, max-age=" + DAY_SECONDS)
                            .putHeader("Content-Disposition", "inline; filename=\"" + entry.camera() + ".mp4\"");
                    ByteRange.send(ctx, clip.getMp4().toByteArray());
                })
                .onFailure(ctx::fail);
    }
}
