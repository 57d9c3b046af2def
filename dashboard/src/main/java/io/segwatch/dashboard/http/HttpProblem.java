package io.segwatch.dashboard.http;

import io.segwatch.contracts.Problem;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * A request that cannot be answered, as a problem of RFC 9457 ({@code application/problem+json}): {@code type},
 * {@code title}, {@code status}, {@code detail}, and {@code errors}, an array that names each wrong {@code field} and
 * says in {@code detail} what is wrong and what to do.
 */
public final class HttpProblem extends RuntimeException {
    private static final String PAGE_HEAD = """
            <!doctype html>
            <html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="dark light">
            <link rel="stylesheet" href="{home}app.css"><script src="{home}theme.js"></script>
            """;

    private final int status;
    private final transient List<Problem> problems;

    private HttpProblem(int status, List<Problem> problems) {
        super(Problem.describe(problems), null, false, false);
        this.status = status;
        this.problems = problems;
    }

    public static HttpProblem badInput(List<Problem> problems) {
        return new HttpProblem(400, problems);
    }

    public static HttpProblem badInput(String field, String message) {
        return badInput(List.of(new Problem(field, message)));
    }

    public static HttpProblem of(int status, String field, String message) {
        return new HttpProblem(status, List.of(new Problem(field, message)));
    }

    public static HttpProblem notFound(String kind, String id) {
        return of(404, "id", missing(kind, id));
    }

    /** The problem of a missing definition; an id longer than any can be is not repeated. */
    public static String missing(String kind, String id) {
        return "there is no " + kind + " " + (id.length() > 63 ? "of that id" : id);
    }

    public static HttpProblem kafkaIsSilent() {
        return of(
                503,
                "kafka",
                "did not acknowledge the change in time, so it may or may not be stored; check that the broker runs"
                        + " and try again");
    }

    /** Of HTTP. */
    public int status() {
        return status;
    }

    /**
     * Writes the answer for a person who has followed a link, and ends it.
     *
     * @param home where the dashboard lies, as an address that the page of the answer can use; has no character that
     *     means anything in HTML
     */
    public void sendPage(HttpServerResponse response, String home) {
        String title = response.setStatusCode(status).getStatusMessage();
        StringBuilder page = new StringBuilder(PAGE_HEAD.replace("{home}", home));
        page.append("<title>Segwatch: ")
                .append(status)
                .append("</title>\n<body class=\"login\"><main class=\"panel\"><h1>")
                .append(title)
                .append("</h1>\n");
        problems.forEach(problem -> page.append("<p><b>")
                .append(escaped(problem.field()))
                .append("</b> ")
                .append(escaped(problem.message()))
                .append("</p>\n"));
        response.putHeader("Content-Type", "text/html; charset=utf-8")
                .putHeader("Cache-Control", "no-store")
                .end(page.append("<p><a href=\"")
                        .append(home)
                        .append("\">Segwatch</a></p></main>\n")
                        .toString());
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    /** As they stand in answers: each with the field and what is wrong with it. */
    public static JsonArray errors(List<Problem> problems) {
        JsonArray errors = new JsonArray();
        problems.forEach(problem ->
                errors.add(new JsonObject().put("field", problem.field()).put("detail", problem.message())));
        return errors;
    }

    /** Writes the answer and ends it. */
    public void send(HttpServerResponse response) {
        JsonObject body = new JsonObject()
                // The status says what kind of problem it is; there are no kinds besides.
                .put("type", "about:blank")
                .put("title", response.setStatusCode(status).getStatusMessage())
                .put("status", status)
                .put("detail", getMessage())
                .put("errors", errors(problems));
        response.putHeader("Content-Type", "application/problem+json")
                .putHeader("Cache-Control", "no-store")
                .end(body.toBuffer());
    }
}
