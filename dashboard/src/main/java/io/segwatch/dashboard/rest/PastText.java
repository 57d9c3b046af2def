package io.segwatch.dashboard.rest;

import io.segwatch.dashboard.past.Columns;
import io.segwatch.dashboard.past.Past;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What is known of the past, written as JSON and CSV; shares have five digits after the point. */
final class PastText {
    private static final double DIGITS = 1e5;

    private PastText() {}

    static Buffer json(Columns columns, boolean complete) {
        String queries = columns.queries().stream()
                .map(column -> "{\"query\":" + quoted(column.query())
                        + ",\"mean\":" + list(columns.count(), step -> number(column.mean(step)))
                        + ",\"max\":" + list(columns.count(), step -> number(column.peak(step)))
                        + "}")
                .collect(Collectors.joining(","));
        JsonObject head = new JsonObject()
                .put("windowMs", columns.windowMs())
                .put("fromMs", columns.fromMs())
                .put("stepMs", columns.stepMs())
                .put("count", columns.count())
                .put("oldestMs", columns.oldestMs())
                .put("newestMs", columns.newestMs())
                .put("complete", complete);
        String text = head.encode();
        return Buffer.buffer(text.substring(0, text.length() - 1) + ",\"queries\":[" + queries + "]}");
    }

    static Buffer json(List<Past.Week> weeks, boolean complete) {
        String queries = weeks.stream()
                .map(week -> "{\"query\":" + quoted(week.query())
                        + ",\"mean\":" + list(week.means().length, hour -> number(week.means()[hour]))
                        + ",\"hours\":" + list(week.hours().length, hour -> Integer.toString(week.hours()[hour]))
                        + "}")
                .collect(Collectors.joining(","));
        return Buffer.buffer("{\"complete\":" + complete + ",\"queries\":[" + queries + "]}");
    }

    static Buffer json(List<Past.Places> places) {
        String queries = places.stream()
                .map(place -> "{\"query\":" + quoted(place.query())
                        + ",\"sinceMs\":" + place.sinceMs()
                        + ",\"frames\":" + place.frames()
                        + ",\"columns\":" + place.columns()
                        + ",\"rows\":" + place.rows()
                        + ",\"share\":" + list(place.shares().length, cell -> number(place.shares()[cell]))
                        + "}")
                .collect(Collectors.joining(","));
        return Buffer.buffer("{\"queries\":[" + queries + "]}");
    }

    static String csvHead(Columns columns) {
        return columns.queries().stream()
                .map(column -> "," + cell(column.query() + " mean") + "," + cell(column.query() + " max"))
                .collect(Collectors.joining("", "start", "\r\n"));
    }

    static String csvLines(Columns columns, int from, int to) {
        StringBuilder text = new StringBuilder();
        for (int step = from; step < to; step++) {
            text.append(Instant.ofEpochMilli(columns.fromMs() + step * columns.stepMs()));
            for (Columns.Column column : columns.queries()) {
                boolean seen = !Float.isNaN(column.mean(step));
                text.append(',').append(seen ? number(column.mean(step)) : "");
                text.append(',').append(seen ? number(column.peak(step)) : "");
            }
            text.append("\r\n");
        }
        return text.toString();
    }

    /** A name that a spreadsheet takes for nothing else. */
    private static String cell(String text) {
        return "\"" + (text.matches("[=+\\-@].*") ? "'" : "") + text.replace("\"", "\"\"") + "\"";
    }

    private static String list(int count, IntFunction<String> text) {
        return IntStream.range(0, count).mapToObj(text).collect(Collectors.joining(",", "[", "]"));
    }

    private static String number(float share) {
        if (Float.isNaN(share)) {
            return "null";
        }
        long rounded = Math.round(share * DIGITS);
        return rounded == 0 ? "0" : Double.toString(rounded / DIGITS);
    }

    private static String quoted(String text) {
        return io.vertx.core.json.Json.encode(text);
    }
}
