package io.segwatch.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Speaks to a running dashboard for the commands that change definitions. A picocli mixin. */
final class ApiClient {
    private static final ObjectMapper json = new ObjectMapper();

    @Option(
            names = "--api",
            paramLabel = "URL",
            scope = ScopeType.INHERIT,
            defaultValue = "${SEGWATCH_API:-http://127.0.0.1:8844}",
            description = "Address of the dashboard, default $SEGWATCH_API or http://127.0.0.1:8844.")
    private URI api;

    @Option(
            names = "--token",
            scope = ScopeType.INHERIT,
            defaultValue = "${SEGWATCH_DASHBOARD_TOKEN:-}",
            description = "Access token, default $SEGWATCH_DASHBOARD_TOKEN.")
    private String token;

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    JsonNode get(String path) throws IOException, InterruptedException {
        return send(request(path).GET());
    }

    JsonNode post(String path, JsonNode body) throws IOException, InterruptedException {
        return send(request(path)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(json.writeValueAsString(body))));
    }

    JsonNode put(String path, JsonNode body) throws IOException, InterruptedException {
        return send(request(path)
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(json.writeValueAsString(body))));
    }

    void delete(String path) throws IOException, InterruptedException {
        send(request(path).DELETE());
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(api.resolve(path)).timeout(Duration.ofMinutes(2));
        return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
    }

    private JsonNode send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> response;
        try {
            response = client.send(request.build(), BodyHandlers.ofString());
        } catch (ConnectException e) {
            throw new IOException(
                    "Nothing answers at " + api + ". Start Segwatch (./segwatch demo or ./segwatch run),"
                            + " or name its address with --api.",
                    e);
        }
        if (response.statusCode() >= 300) {
            throw new IOException(refusal(response));
        }
        return response.body().isBlank() ? json.nullNode() : json.readTree(response.body());
    }

    private static String refusal(HttpResponse<String> response) {
        try {
            JsonNode problems = json.readTree(response.body()).path("errors");
            if (problems.size() > 0) {
                StringBuilder text = new StringBuilder();
                for (JsonNode problem : problems) {
                    String field = problem.path("field").asText();
                    text.append(text.isEmpty() ? "" : "; ")
                            .append(field)
                            .append(field.isEmpty() ? "" : " ")
                            .append(problem.path("detail").asText());
                }
                return text.toString();
            }
        } catch (IOException e) {
            // Not JSON: the status line must do.
        }
        return "The dashboard answered " + response.statusCode() + " to "
                + response.request().method() + " " + response.uri().getPath();
    }
}
