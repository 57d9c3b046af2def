package io.segwatch.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.segwatch.role.Role;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
    void start() throws IOException, InterruptedException {
        server = AdminServer.start("127.0.0.1", 0, Optional.empty(), Set.of("one.topology"), () -> roles);
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
    void aRoleThatCannotKeepUpIsDegradedAndStaysReady() throws Exception {
        roles.add(new Role() {
            @Override
            public String name() {
                return "inference";
            }

            @Override
            public Optional<String> notReady() {
                return Optional.empty();
            }

            @Override
            public Optional<String> degraded() {
                return Optional.of("It is 9 s behind.");
            }

            @Override
            public void close() {}
        });

        assertThat(get("/ready").statusCode()).isEqualTo(200);
        assertThat(json("/ready").at("/roles/0/state").asText()).isEqualTo("DEGRADED");
        assertThat(json("/ready").at("/roles/0/reason").asText()).isEqualTo("It is 9 s behind.");
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
    void saysWhichPathsThereAreAsAProblem() throws Exception {
        HttpResponse<String> response = get("/other");
        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(read(response.body()).at("/errors/0/detail").asText()).contains("/metrics, /health and /ready");
    }

    @Test
    void probesAreAnsweredHoweverManyRequestsNeverComeToTheirEnd() throws Exception {
        List<Socket> half = new ArrayList<>();
        try {
            for (int i = 0; i < 200; i++) {
                half.add(open("GET /he"));
                if (i % 40 == 0) {
                    assertThat(get("/health").statusCode()).isEqualTo(200);
                }
            }
            assertThat(get("/health").statusCode()).isEqualTo(200);
            assertThat(get("/metrics").statusCode()).isEqualTo(200);
        } finally {
            for (Socket socket : half) {
                socket.close();
            }
        }
    }

    @Test
    void aRequestThatArrivesByteByByteIsGivenUp() throws Exception {
        try (Socket slow = open("GET /health HTTP/1.1\r\nX-Long: ")) {
            await().atMost(Duration.ofSeconds(40))
                    .pollInterval(Duration.ofSeconds(1))
                    .until(() -> {
                        try {
                            slow.getOutputStream().write('a');
                            slow.setSoTimeout(10);
                            return slow.getInputStream().read() < 0;
                        } catch (SocketTimeoutException e) {
                            return false;
                        } catch (IOException e) {
                            return true;
                        }
                    });
        }
    }

    @Test
    void otherSitesCannotReadItUnderANameOfTheirs() throws Exception {
        assertThat(called("/metrics", "evil.example:9464"))
                .startsWith("HTTP/1.1 421")
                .contains("segwatch.admin.names");
        assertThat(called("/topology/cameras/a", "evil.example")).startsWith("HTTP/1.1 421");
        assertThat(called("/metrics", "127.0.0.1.evil.example")).startsWith("HTTP/1.1 421");
        assertThat(called("/metrics", "localhost\r\nSec-Fetch-Site: cross-site"))
                .startsWith("HTTP/1.1 403");
        for (String own : List.of("127.0.0.1:9464", "localhost", "[::1]:9464", "10.2.3.4", "One.Topology:9464")) {
            assertThat(called("/metrics", own)).as(own).startsWith("HTTP/1.1 200");
        }
        assertThat(called("/health", "probe.example")).startsWith("HTTP/1.1 200");
    }

    private String called(String path, String host) throws IOException {
        try (Socket socket = open("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")) {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private Socket open(String text) throws IOException {
        Socket socket = new Socket("127.0.0.1", server.port());
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        return socket;
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
