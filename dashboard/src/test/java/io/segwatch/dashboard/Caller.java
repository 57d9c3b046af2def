package io.segwatch.dashboard;

import io.vertx.core.json.JsonObject;
import java.io.InputStream;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Somebody who calls a dashboard.
 *
 * @param header by which it is known who; empty for nobody
 */
record Caller(DashboardRole at, String header, String value) {
    private static final HttpClient http = HttpClient.newHttpClient();

    static Caller nobody(DashboardRole at) {
        return new Caller(at, "", "");
    }

    static Caller withToken(DashboardRole at, String token) {
        return new Caller(at, "Authorization", "Bearer " + token);
    }

    /** Fills the log-in form. */
    static HttpResponse<String> form(DashboardRole at, Map<String, String> fields, String... headers) throws Exception {
        String body = fields.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        HttpRequest.Builder request = HttpRequest.newBuilder(RunningDashboard.uri(at, "/login"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(body));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return http.send(request.build(), BodyHandlers.ofString());
    }

    /** Logs in by the form and comes with its cookie from then on. */
    static Caller loggedIn(DashboardRole at, String name, String password) throws Exception {
        HttpResponse<String> answer = form(at, Map.of("name", name, "password", password));
        return new Caller(at, "Cookie", cookie(answer));
    }

    /** As the browser sends it back. */
    static String cookie(HttpResponse<String> answer) {
        String set = answer.headers()
                .firstValue("Set-Cookie")
                .orElseThrow(() -> new AssertionError(answer.statusCode() + " without a cookie, to "
                        + answer.headers().firstValue("Location")));
        return set.substring(0, set.indexOf(';'));
    }

    HttpResponse<String> send(String method, String path, String body) throws Exception {
        return http.send(request(method, path, body), BodyHandlers.ofString());
    }

    HttpResponse<String> get(String path) throws Exception {
        return send("GET", path, null);
    }

    JsonObject json(String path) throws Exception {
        return new JsonObject(get(path).body());
    }

    /** The head of the answer; its body is not waited for. */
    int status(String method, String path, String body) throws Exception {
        HttpResponse<InputStream> answer = http.send(request(method, path, body), BodyHandlers.ofInputStream());
        answer.body().close();
        return answer.statusCode();
    }

    HttpRequest request(String method, String path, String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(RunningDashboard.uri(at, path))
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .header("Content-Type", "application/json")
                .timeout(Duration.ofSeconds(30));
        return header.isEmpty()
                ? request.build()
                : request.header(header, value).build();
    }
}
