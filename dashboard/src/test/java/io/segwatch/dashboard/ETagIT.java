package io.segwatch.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ETagIT extends RunningDashboard {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "cameras  | {\"url\":\"file:/a.mp4\"} | name",
                "queries  | {\"text\":\"thing\"} | text",
                "rules    | {\"query\":\"watched\",\"enter\":0.1} | name",
                "webhooks | {\"url\":\"https://example.com\"} | name",
            })
    void anOlderFormDoesNotOverwriteANewerOne(String kind, String body, String field) throws Exception {
        send("POST", "/api/queries", "{\"id\":\"watched\",\"text\":\"watched\"}");
        String path = "/api/" + kind + "/tagged-" + kind;
        JsonObject first = new JsonObject(body).put("id", "tagged-" + kind);
        HttpResponse<String> created = send("POST", "/api/" + kind, first.encode());
        String old = etag(created);
        assertThat(json(created).getString("etag")).isEqualTo(old);
        assertThat(etag(send("GET", path, null))).isEqualTo(old);
        assertThat(json(send("GET", "/api/" + kind, null)).getJsonArray(kind).toString())
                .contains(json(created).getString("etag").replace("\"", "\\\""));

        String newer = first.copy().put(field, "newer").encode();
        HttpResponse<String> changed = send("PUT", path, newer, old);
        assertThat(changed.statusCode()).as(changed.body()).isEqualTo(200);
        assertThat(etag(changed)).isNotEqualTo(old);

        String older = first.copy().put(field, "older").encode();
        assertProblem(send("PUT", path, older, old), 412, "If-Match");
        String asRead = json(created).put(field, "older").encode();
        assertProblem(send("PUT", path, asRead), 412, "If-Match");
        assertProblem(send("DELETE", path, null, old), 412, "If-Match");
        assertThat(json(send("GET", path, null)).getString(field)).isEqualTo("newer");

        assertThat(send("PUT", path, older, "*").statusCode()).isEqualTo(200);
        assertThat(send("PUT", path, newer, "\"none\", " + etag(send("GET", path, null)))
                        .statusCode())
                .isEqualTo(200);
        assertThat(send("DELETE", path, null, etag(send("GET", path, null))).statusCode())
                .isEqualTo(204);
    }

    @Test
    void whoGivesNoTagReplacesTheNewest() throws Exception {
        send("POST", "/api/queries", "{\"id\":\"untagged\",\"text\":\"a\"}");
        assertThat(send("PUT", "/api/queries/untagged", "{\"text\":\"b\"}").statusCode())
                .isEqualTo(200);
        assertThat(send("DELETE", "/api/queries/untagged", null).statusCode()).isEqualTo(204);
    }

    @Test
    void ofChangesAtOnceWithOneTagOneIsStored() throws Exception {
        String tag = etag(send("POST", "/api/queries", "{\"id\":\"contested\",\"text\":\"first\"}"));
        List<CompletableFuture<HttpResponse<String>>> changes = IntStream.range(0, 12)
                .mapToObj(i -> http.sendAsync(
                        withTag("PUT", "/api/queries/contested", "{\"text\":\"change " + i + "\"}", tag),
                        BodyHandlers.ofString()))
                .toList();
        List<HttpResponse<String>> answers =
                changes.stream().map(CompletableFuture::join).toList();

        assertThat(answers)
                .extracting(HttpResponse::statusCode)
                .containsOnlyOnce(200)
                .contains(412);
        HttpResponse<String> stored = answers.stream()
                .filter(answer -> answer.statusCode() == 200)
                .findFirst()
                .orElseThrow();
        assertThat(json(send("GET", "/api/queries/contested", null))).isEqualTo(json(stored));
    }

    private static HttpResponse<String> send(String method, String path, String body, String ifMatch) throws Exception {
        return http.send(withTag(method, path, body, ifMatch), BodyHandlers.ofString());
    }

    private static HttpRequest withTag(String method, String path, String body, String ifMatch) {
        return HttpRequest.newBuilder(uri(role, path))
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .header("Content-Type", "application/json")
                .header("If-Match", ifMatch)
                .build();
    }

    private static String etag(HttpResponse<String> response) {
        return response.headers().firstValue("ETag").orElseThrow();
    }
}
