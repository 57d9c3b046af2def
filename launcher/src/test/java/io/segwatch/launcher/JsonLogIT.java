package io.segwatch.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a process writes on both its outputs, from its start to its end. */
class JsonLogIT {
    private static final ObjectMapper mapper = new ObjectMapper();

    @TempDir
    Path folder;

    @Test
    void everyLineOfAProcessIsOneObject() throws Exception {
        try (ServiceProcess service = start("run")) {
            String page =
                    mapper.readTree(service.awaitLine("Page: ")).path("message").asText();
            service.awaitLine("Metrics: port");
            post(page.substring("Page: ".length()), "{\"id\":\"gone\",\"url\":\"rtsp://127.0.0.1:1/x\"}");
            service.awaitLine("Offline, next attempt in");
            assertThat(service.terminate()).isEqualTo(143);

            assertThat(service.output()).allSatisfy(JsonLogIT::isOneObject);
            JsonNode offline = mapper.readTree(service.awaitLine("Offline, next attempt in"));
            assertThat(offline.path("camera").asText()).isEqualTo("gone");
            assertThat(offline.path("message").asText()).doesNotContain("{}");
        }
    }

    @Test
    void aStartThatFailsSaysSoInAnObject() throws Exception {
        try (ServiceProcess service = start("run", "--config", "nowhere.properties")) {
            assertThat(service.awaitExit()).isEqualTo(1);
            assertThat(service.output()).isNotEmpty().allSatisfy(JsonLogIT::isOneObject);
            assertThat(service.output()).anyMatch(line -> line.contains("There is no file nowhere.properties"));
        }
    }

    private ServiceProcess start(String... arguments) throws IOException {
        return ServiceProcess.start(folder.resolve("data"), List.of(), Map.of("SEGWATCH_LOG", "json"), arguments);
    }

    private static void isOneObject(String line) {
        assertThatCode(() -> mapper.readTree(line)).as(line).doesNotThrowAnyException();
        try {
            JsonNode object = mapper.readTree(line);
            assertThat(object.isObject()).as(line).isTrue();
            assertThat(Instant.parse(object.path("@timestamp").asText())).isNotNull();
            assertThat(object.path("service.name").asText()).isEqualTo("segwatch");
            assertThat(object.path("message").asText()).isNotBlank();
            assertThat(object.has("log.level") && object.has("log.logger") && object.has("process.thread.name"))
                    .as(line)
                    .isTrue();
        } catch (IOException e) {
            throw new AssertionError(line, e);
        }
    }

    private static void post(String page, String camera) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(page + "api/cameras"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(camera))
                .build();
        HttpResponse<String> answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    }
}
