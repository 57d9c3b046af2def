package io.segwatch.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.segwatch.role.Role;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AdminServerTest {
    private final List<Role> roles = new CopyOnWriteArrayList<>();
    private AdminServer server;

    private record FixedRole(String name, boolean alive, Optional<String> notReady) implements Role {
        @Override
        public void close() {}
    }

    @BeforeEach
    void start() throws IOException {
        server = AdminServer.start("127.0.0.1", 0, () -> roles);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void isHealthyAndNotReadyBeforeARoleHasStarted() throws Exception {
        assertThat(get("/health").statusCode()).isEqualTo(200);
        assertThat(get("/ready").statusCode()).isEqualTo(503);
        assertThat(json("/ready")).isEqualTo(read("{\"ok\":false,\"roles\":[]}"));
    }

    @Test
    void namesWhatEachRoleWaitsFor() throws Exception {
        roles.add(new FixedRole("ingest", true, Optional.empty()));
        roles.add(new FixedRole("topology", true, Optional.of("the state is being restored")));

        assertThat(get("/health").statusCode()).isEqualTo(200);
        assertThat(get("/ready").statusCode()).isEqualTo(503);
        assertThat(json("/ready"))
                .isEqualTo(
                        read(
                                "{\"ok\":false,\"roles\":["
                                        + "{\"name\":\"ingest\",\"state\":\"READY\",\"reason\":\"\"},"
                                        + "{\"name\":\"topology\",\"state\":\"NOT_READY\",\"reason\":\"the state is being restored\"}]}"));
    }

    @Test
    void isReadyWhenEveryRoleIs() throws Exception {
        roles.add(new FixedRole("ingest", true, Optional.empty()));

        assertThat(get("/ready").statusCode()).isEqualTo(200);
        assertThat(json("/ready").path("ok").asBoolean()).isTrue();
    }

    @Test
    void asksForARestartWhenARoleHasFailedForGood() throws Exception {
        roles.add(new FixedRole("ingest", true, Optional.empty()));
        roles.add(new FixedRole("delivery", false, Optional.empty()));

        assertThat(get("/health").statusCode()).isEqualTo(503);
        assertThat(get("/ready").statusCode()).isEqualTo(503);
        assertThat(json("/health").at("/roles/1/state").asText()).isEqualTo("FAILED");
    }

    @Test
    void givesTheMetricsOfTheJvmAndOfTheProcess() throws Exception {
        assertThat(get("/metrics").body())
                .contains("jvm_memory_bytes_used{area=\"heap\",}", "jvm_gc_collection_seconds", "jvm_threads_current")
                .contains("process_cpu_seconds_total", "process_start_time_seconds", "process_open_fds");
    }

    @Test
    void saysWhichPathsThereAre() throws Exception {
        HttpResponse<String> response = get("/other");
        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(response.body()).contains("/metrics, /health and /ready");
    }

    private JsonNode json(String path) throws IOException, InterruptedException {
        HttpResponse<String> response = get(path);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
        return read(response.body());
    }

    private static JsonNode read(String text) throws IOException {
        return new ObjectMapper().readTree(text);
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + server.port() + path);
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }
}
