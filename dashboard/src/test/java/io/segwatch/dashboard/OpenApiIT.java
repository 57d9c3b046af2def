package io.segwatch.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The API's document and the running server, compared from outside; from inside they are in ApiDocumentTest. */
class OpenApiIT extends RunningDashboard {
    private static final Set<String> METHODS = Set.of("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS");

    /** Each path of the document, with every method that there is. */
    @TestFactory
    Stream<DynamicTest> eachPathServesTheMethodsThatTheDocumentHasAndNoOther() throws Exception {
        JsonObject paths = json(send("GET", "/api/openapi.json", null)).getJsonObject("paths");
        return paths.fieldNames().stream()
                .map(path -> DynamicTest.dynamicTest(path, () -> compare(path, methods(paths, path))));
    }

    /** Those of the path, and of one with a parameter that the path could be the value of. */
    private static Set<String> methods(JsonObject paths, String path) {
        return paths.fieldNames().stream()
                .filter(other -> path.matches(other.replaceAll("\\{\\w+}", "[^/]+")))
                .flatMap(other -> paths.getJsonObject(other).fieldNames().stream())
                .map(String::toUpperCase)
                .filter(METHODS::contains)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static void compare(String path, Set<String> described) throws Exception {
        Set<String> served = new TreeSet<>();
        for (String method : METHODS) {
            HttpResponse<InputStream> answer = ask(method, path);
            answer.body().close();
            assertThat(answer.statusCode()).as(method + " " + path).isNotEqualTo(501);
            if (answer.statusCode() == 405) {
                assertThat(answer.headers().firstValue("Allow").orElseThrow().split(", "))
                        .containsExactlyInAnyOrderElementsOf(described);
            } else if (!isUnknownPath(answer, method, path)) {
                served.add(method);
            }
        }
        assertThat(served).as(path).isEqualTo(described);
    }

    /** A definition that is not there is another 404 than a path that is not there. */
    private static boolean isUnknownPath(HttpResponse<InputStream> answer, String method, String path)
            throws Exception {
        if (answer.statusCode() != 404) {
            return false;
        }
        JsonArray errors =
                json(http.send(request(method, path), BodyHandlers.ofString())).getJsonArray("errors");
        return errors.getJsonObject(0).getString("field").equals("path");
    }

    private static HttpResponse<InputStream> ask(String method, String path) throws Exception {
        return http.send(request(method, path), BodyHandlers.ofInputStream());
    }

    private static HttpRequest request(String method, String path) {
        String existing =
                path.replace("{epoch}", "1").replace("{sequence}", "1").replaceAll("\\{\\w+}", "no-such");
        boolean hasBody = method.equals("POST") || method.equals("PUT");
        return HttpRequest.newBuilder(uri(role, existing))
                .method(method, hasBody ? BodyPublishers.ofString("{}") : BodyPublishers.noBody())
                .header("Content-Type", "application/json")
                .timeout(Duration.ofSeconds(15))
                .build();
    }

    @Test
    void whatIsNotInTheDocumentIsNotThere() throws Exception {
        for (String path : List.of("/api", "/api/", "/api/nothing", "/api/cameras/x/y/z", "/api/openapi.json/x")) {
            for (String method : List.of("GET", "POST", "DELETE")) {
                assertProblem(send(method, path, method.equals("POST") ? "{}" : null), 404, "path");
            }
        }
        assertProblem(send("PATCH", "/api/cameras", "{}"), 405, "method");
    }

    @Test
    void parametersThatAreUnknownRepeatedOrOfAnotherTypeAreRefused() throws Exception {
        assertProblem(send("GET", "/api/calibration?hours=yes", null), 400, "hours");
        assertProblem(send("GET", "/api/calibration?hour=true", null), 400, "hour");
        assertProblem(send("GET", "/api/areas", null), 400, "camera");
        assertProblem(send("GET", "/api/areas?camera=a&from=-1", null), 400, "from");
        assertProblem(send("GET", "/api/areas?camera=a&camera=b", null), 400, "camera");
        assertProblem(send("GET", "/api/alerts?limit=5000", null), 400, "limit");
        assertProblem(send("GET", "/api/live?kamera=a", null), 400, "kamera");
        assertProblem(send("GET", "/api/live", null), 426, "Upgrade");
        assertThat(send("GET", "/api/areas?camera=42&to=1764259000000", null).statusCode())
                .isEqualTo(200);
    }

    @Test
    void bodiesOfAnotherShapeAreRefusedFieldByField() throws Exception {
        String body = "{\"url\":5,\"zones\":[{},{\"rings\":[{\"points\":[{\"x\":\"a\",\"z\":1}]}]}],\"colour\":1}";
        HttpResponse<String> refused = send("POST", "/api/cameras", body);
        assertProblem(refused, 400, "url");
        List<String> fields = new ArrayList<>();
        json(refused).getJsonArray("errors").forEach(error -> fields.add(((JsonObject) error).getString("field")));
        assertThat(fields)
                .containsExactlyInAnyOrder(
                        "url", "zones[1].rings[0].points[0].x", "zones[1].rings[0].points[0].z", "colour");

        HttpResponse<String> secret = send("POST", "/api/cameras", "{\"url\":\"file:/a\",\"password\":[\"hidden\"]}");
        assertProblem(secret, 400, "password");
        assertThat(secret.body()).doesNotContain("hidden");

        HttpRequest text = HttpRequest.newBuilder(uri(role, "/api/queries"))
                .header("Content-Type", "text/plain")
                .POST(BodyPublishers.ofString("{\"text\":\"a\"}"))
                .build();
        assertProblem(http.send(text, BodyHandlers.ofString()), 415, "Content-Type");
    }
}
