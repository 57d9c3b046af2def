package io.segwatch.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import javax.net.ssl.SSLException;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Speaks to a running dashboard for the commands that change definitions. A picocli mixin. */
final class ApiClient {
    private static final int MAX_SAID = 400;
    private static final ObjectMapper json = new ObjectMapper();
    private static final JsonFormat.Printer printer = JsonFormat.printer().omittingInsignificantWhitespace();
    /** A newer dashboard may answer with fields that this version does not know. */
    private static final JsonFormat.Parser parser = JsonFormat.parser().ignoringUnknownFields();

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
            description =
                    "Access token, default $SEGWATCH_DASHBOARD_TOKEN, the file in $SEGWATCH_DASHBOARD_TOKEN_FILE, then what `segwatch login` keeps.")
    private String token;

    @Mixin
    private ApiTrust trust;

    private List<String> warnings = List.of();
    private HttpClient client;

    JsonNode get(String path) throws IOException, InterruptedException {
        return json.readTree(send(request(path).GET()).body());
    }

    /** The messages in a list of the answer, in its order. */
    <T extends Message> List<T> list(String path, String name, T type) throws IOException, InterruptedException {
        List<T> messages = new ArrayList<>();
        for (JsonNode element : get(path).path(name)) {
            messages.add(read(element.toString(), type));
        }
        return messages;
    }

    <T extends Message> T post(String path, Message body, T answer) throws IOException, InterruptedException {
        return post(path, body, Map.of(), answer);
    }

    /**
     * Posts a message and reads the answer.
     *
     * @param secrets fields that are sent with the message and that it does not have, because nobody may read them
     */
    <T extends Message> T post(String path, Message body, Map<String, String> secrets, T answer)
            throws IOException, InterruptedException {
        String text = with(secrets, printer.print(body));
        HttpResponse<String> response =
                send(request(path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(text)));
        warnings = problems(json.readTree(response.body()).path("warnings"));
        return read(response.body(), answer);
    }

    /** What becomes of a line of an answer. */
    interface Line {
        void take(String line) throws IOException;
    }

    /** Posts a message and hands on each line of the answer as it comes. */
    void postForLines(String path, Message body, Line line) throws IOException, InterruptedException {
        HttpRequest post = request(path)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(printer.print(body)))
                .build();
        HttpResponse<InputStream> response = answer(post, BodyHandlers.ofInputStream());
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            if (response.statusCode() >= 300) {
                throw new IOException(problem(response, lines.lines().collect(Collectors.joining("\n"))));
            }
            for (String next = lines.readLine(); next != null; next = lines.readLine()) {
                line.take(next);
            }
        }
    }

    /** What the answer to the last message that was posted holds against it, a sentence each. */
    List<String> warnings() {
        return warnings;
    }

    /** Gives a definition new secrets, unless somebody changes it in between. */
    void putSecrets(String path, Map<String, String> secrets) throws IOException, InterruptedException {
        HttpResponse<String> now = send(request(path).GET());
        HttpRequest.Builder put = request(path)
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(with(secrets, now.body())));
        now.headers().firstValue("ETag").ifPresent(version -> put.header("If-Match", version));
        send(put);
    }

    /**
     * Changes fields of a definition, unless somebody else changes it in between.
     *
     * @param change of what this version knows; fields that it does not know stay as they are
     */
    <T extends Message> void edit(String path, T type, UnaryOperator<T> change)
            throws IOException, InterruptedException {
        ObjectNode body = (ObjectNode) get(path);
        T old = read(body.toString(), type);
        ObjectNode before = (ObjectNode) json.readTree(printer.print(old));
        ObjectNode after = (ObjectNode) json.readTree(printer.print(change.apply(old)));
        // A field that is missing has its default.
        before.fieldNames().forEachRemaining(body::remove);
        body.setAll(after);
        HttpResponse<String> response = send(request(path)
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(json.writeValueAsString(body))));
        warnings = problems(json.readTree(response.body()).path("warnings"));
    }

    /**
     * Replaces a definition.
     *
     * @param secrets as in {@link #post}
     * @param tag of what it replaces; empty to replace whatever is there
     */
    void put(String path, Message body, Map<String, String> secrets, String tag)
            throws IOException, InterruptedException {
        HttpRequest.Builder put = request(path)
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(with(secrets, printer.print(body))));
        if (!tag.isEmpty()) {
            put.header("If-Match", tag);
        }
        send(put);
    }

    /** Posts nothing but that something is being done. */
    void say(String path) throws IOException, InterruptedException {
        send(request(path).POST(BodyPublishers.noBody()));
    }

    void delete(String path) throws IOException, InterruptedException {
        send(request(path).DELETE());
    }

    private static String with(Map<String, String> secrets, String body) throws IOException {
        ObjectNode object = (ObjectNode) json.readTree(body);
        secrets.forEach(object::put);
        return json.writeValueAsString(object);
    }

    /** The message that an answer's JSON is. */
    @SuppressWarnings("unchecked")
    static <T extends Message> T read(String text, T type) throws IOException {
        Message.Builder builder = type.newBuilderForType();
        parser.merge(text, builder);
        return (T) builder.build();
    }

    /** The dashboard that is spoken to. */
    URI server() {
        return api;
    }

    /** A name as a part of a path. */
    static String segment(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** Sends plain fields, none for no body, and reads the answer, which is missing where there is none. */
    JsonNode send(String method, String path, Map<String, JsonNode> fields) throws IOException, InterruptedException {
        ObjectNode body = json.createObjectNode();
        body.setAll(fields);
        String answer = send(request(path)
                        .header("Content-Type", "application/json")
                        .method(
                                method,
                                fields.isEmpty()
                                        ? BodyPublishers.noBody()
                                        : BodyPublishers.ofString(json.writeValueAsString(body))))
                .body();
        return json.readTree(answer.isEmpty() ? "null" : answer);
    }

    private HttpRequest.Builder request(String path) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(api.resolve(path)).timeout(Duration.ofMinutes(2));
        String file = System.getenv("SEGWATCH_DASHBOARD_TOKEN_FILE");
        String given = token.isEmpty() && file != null && !file.isBlank() ? SecretInput.line(file) : token;
        String shown = given.isEmpty() ? KeptTokens.own().find(api).orElse("") : given;
        return shown.isEmpty() ? request : request.header("Authorization", "Bearer " + shown);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> response = answer(request.build(), BodyHandlers.ofString());
        if (response.statusCode() >= 300) {
            throw new IOException(problem(response, response.body()));
        }
        return response;
    }

    private <T> HttpResponse<T> answer(HttpRequest request, BodyHandler<T> handler)
            throws IOException, InterruptedException {
        if (client == null) {
            client = trust.client(api);
        }
        try {
            return client.send(request, handler);
        } catch (SSLException e) {
            throw ApiTrust.explained(e, api);
        } catch (ConnectException e) {
            throw new IOException(
                    "Nothing answers at " + api + ". Start Segwatch (./segwatch demo or ./segwatch run),"
                            + " or name its address with --api.",
                    e);
        }
    }

    private static List<String> problems(JsonNode array) {
        List<String> problems = new ArrayList<>();
        for (JsonNode problem : array) {
            problems.add((problem.path("field").asText() + " "
                            + problem.path("detail").asText())
                    .strip());
        }
        return problems;
    }

    /** The errors of a problem (RFC 9457), each with its field, in a line. */
    private static String problem(HttpResponse<?> response, String body) {
        try {
            JsonNode problem = json.readTree(body);
            List<String> errors = problems(problem.path("errors"));
            if (!errors.isEmpty()) {
                return String.join("; ", errors);
            }
            if (problem.hasNonNull("detail")) {
                return problem.path("detail").asText();
            }
        } catch (IOException e) {
            // The body is no JSON.
        }
        if (response.headers().firstValue("Content-Type").orElse("").startsWith("text/plain")) {
            return response.uri() + ": "
                    + body.substring(0, Math.min(MAX_SAID, body.length())).strip();
        }
        return "The dashboard answered " + response.statusCode() + " to "
                + response.request().method() + " " + response.uri().getPath();
    }
}
