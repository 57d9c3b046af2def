package io.segwatch.dashboard.rest;

import io.segwatch.dashboard.alerts.AlertArchive;
import io.segwatch.dashboard.alerts.AlertEntry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Alerts as a file, page by page as fast as the reader takes them, so that a long one costs no memory. */
final class AlertExport {
    private static final int PAGE = 200;
    private static final List<String> TEXTS = List.of(
            "id", "camera", "cameraName", "zone", "zoneName", "rule", "ruleName", "state", "openedReason", "reason");
    private static final String HEAD = "id,camera,camera_name,zone,zone_name,rule,rule_name,state,opened_reason,reason,"
            + "opened_at,at,seconds_open,peak,muted,seen_by,acknowledged_by,acknowledged_at,note\r\n";

    private final AlertFinder finder;
    private final BoundedWork reading;

    AlertExport(AlertFinder finder, BoundedWork reading) {
        this.finder = finder;
        this.reading = reading;
    }

    void send(RoutingContext ctx) {
        boolean csv = Validated.query(ctx, "format", "csv").equals("csv");
        HttpServerResponse response = ctx.response()
                .setChunked(true)
                .putHeader("Cache-Control", "no-store")
                .putHeader("Content-Type", csv ? "text/csv; charset=utf-8" : "application/json; charset=utf-8")
                .putHeader("Content-Disposition", "attachment; filename=\"alerts." + (csv ? "csv" : "json") + "\"");
        next(ctx, finder.wanted(ctx), Optional.empty(), csv).onFailure(failure -> {
            if (response.headWritten()) {
                // What has come looks whole otherwise.
                response.reset();
            } else {
                response.headers().remove("Content-Disposition");
                response.setChunked(false);
                ctx.fail(failure);
            }
        });
    }

    private Future<Void> next(
            RoutingContext ctx, Predicate<AlertEntry> wanted, Optional<AlertArchive.Cursor> after, boolean csv) {
        HttpServerResponse response = ctx.response();
        return reading.run(ctx, () -> page(wanted, after)).compose(page -> {
            if (response.closed()) {
                return Future.succeededFuture();
            }
            boolean first = after.isEmpty();
            response.write(csv ? csv(page, first) : json(page, first));
            if (page.last().isEmpty()) {
                return csv ? response.end() : response.end("\n]}\n");
            }
            return drained(response).compose(ready -> next(ctx, wanted, page.last(), csv));
        });
    }

    private record Page(List<JsonObject> alerts, Optional<AlertArchive.Cursor> last) {}

    private Page page(Predicate<AlertEntry> wanted, Optional<AlertArchive.Cursor> after) {
        List<AlertEntry> entries = finder.page(wanted, after, PAGE);
        Optional<AlertArchive.Cursor> last = entries.size() < PAGE
                ? Optional.empty()
                : Optional.of(new AlertArchive.Cursor(
                        entries.get(PAGE - 1).openedAtMs(),
                        entries.get(PAGE - 1).id()));
        return new Page(finder.read(entries).stream().map(finder::json).toList(), last);
    }

    private static Future<Void> drained(HttpServerResponse response) {
        Promise<Void> drained = Promise.promise();
        if (response.writeQueueFull()) {
            response.drainHandler(drained::tryComplete);
            response.closeHandler(drained::tryComplete);
        } else {
            drained.complete();
        }
        return drained.future();
    }

    private static Buffer json(Page page, boolean first) {
        Buffer text = Buffer.buffer(first ? "{\"alerts\":[" : "");
        boolean begin = first;
        for (JsonObject alert : page.alerts()) {
            text.appendString(begin ? "\n" : ",\n").appendBuffer(alert.toBuffer());
            begin = false;
        }
        return text;
    }

    private static Buffer csv(Page page, boolean first) {
        // With its mark, spreadsheets read UTF-8 as such.
        StringBuilder text = new StringBuilder(first ? "\ufeff" + HEAD : "");
        page.alerts().forEach(alert -> text.append(row(alert)).append("\r\n"));
        return Buffer.buffer(text.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static String row(JsonObject alert) {
        JsonObject review = alert.getJsonObject("review", new JsonObject());
        return TEXTS.stream().map(name -> cell(alert.getString(name, ""))).collect(Collectors.joining(","))
                + "," + time(alert.getString("openedAtMs", "0"))
                + "," + time(alert.getString("atMs", "0"))
                + "," + Long.parseLong(alert.getString("durationMs", "0")) / 1e3
                + "," + alert.getValue("peak")
                + "," + alert.getBoolean("muted")
                + "," + cell(review.getString("seenBy", ""))
                + "," + cell(review.getString("acknowledgedBy", ""))
                + "," + time(review.getString("acknowledgedAtMs", "0"))
                + "," + cell(review.getString("note", ""));
    }

    private static String time(String ms) {
        return ms.equals("0") ? "" : Instant.ofEpochMilli(Long.parseLong(ms)).toString();
    }

    /** What begins as a formula would be run by a spreadsheet. */
    private static String cell(String text) {
        String safe = !text.isEmpty() && "=+-@\t\r".indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
        return "\"" + safe.replace("\"", "\"\"") + "\"";
    }
}
