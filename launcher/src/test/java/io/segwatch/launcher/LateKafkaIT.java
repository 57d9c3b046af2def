package io.segwatch.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.segwatch.broker.EmbeddedBroker;
import io.segwatch.config.Configuration;
import io.segwatch.kafka.UnusableKafka;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes are started in any order, Kafka after those that use it. */
class LateKafkaIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    Path folder;

    private final List<Thread> threads = new ArrayList<>();

    @AfterEach
    void end() throws InterruptedException {
        for (Thread thread : threads) {
            thread.interrupt();
            thread.join();
        }
    }

    @Test
    void aProcessWaitsForKafkaAndSaysSoWhereItIsAskedWhetherItIsReady() throws Exception {
        int kafkaPort = freePort();
        int adminPort = freePort();
        CompletableFuture<Node> starting =
                start(Map.of("segwatch.kafka.bootstrap-servers", "127.0.0.1:" + kafkaPort), adminPort);
        await().atMost(PATIENCE)
                .ignoreException(ConnectException.class)
                .untilAsserted(() -> assertThat(get(adminPort, "/ready").body())
                        .contains("Kafka at 127.0.0.1:" + kafkaPort + " does not answer")
                        .contains("segwatch.kafka.bootstrap-servers"));
        assertThat(get(adminPort, "/ready").statusCode()).isEqualTo(503);
        assertThat(get(adminPort, "/health").statusCode()).isEqualTo(200);
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("kafka"), kafkaPort, 0);
                Node node = starting.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            assertThat(broker.bootstrapServers()).endsWith(":" + kafkaPort);
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(get(node.adminPort(), "/ready").statusCode())
                                    .isEqualTo(200));
        }
    }

    @Test
    void aProcessWhoseNameOfKafkaIsNotKnownYetWaitsToo() throws Exception {
        int adminPort = freePort();
        CompletableFuture<Node> starting =
                start(Map.of("segwatch.kafka.bootstrap-servers", "kafka.invalid:9092"), adminPort);
        await().atMost(PATIENCE)
                .ignoreException(ConnectException.class)
                .untilAsserted(() -> assertThat(get(adminPort, "/ready").body())
                        .contains("Kafka at kafka.invalid:9092 does not answer"));
        assertThat(starting).isNotDone();
    }

    @Test
    void aProcessWithoutThePageStartsWithoutThePagesToken() throws Exception {
        int adminPort = freePort();
        CompletableFuture<Node> starting = start(
                Map.of(
                        "segwatch.kafka.bootstrap-servers",
                        "127.0.0.1:" + freePort(),
                        "segwatch.dashboard.host",
                        "0.0.0.0"),
                adminPort);
        await().atMost(PATIENCE)
                .ignoreException(ConnectException.class)
                .failFast("the start failed", starting::isDone)
                .untilAsserted(() -> assertThat(get(adminPort, "/ready").body()).contains("does not answer"));
    }

    @Test
    void aProcessThatKafkaRefusesEndsAtOnce() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("other"), 0, 0)) {
            Path stranger = folder.resolve("stranger.properties");
            Files.writeString(
                    stranger,
                    String.join(
                            "\n",
                            broker.clientSettings().entrySet().stream()
                                    .map(setting -> setting.getKey() + "="
                                            + setting.getValue()
                                                    .replaceAll("password=\"[^\"]*\"", "password=\"wrong\""))
                                    .toList()));
            CompletableFuture<Node> starting = start(
                    Map.of(
                            "segwatch.kafka.bootstrap-servers", broker.bootstrapServers(),
                            "segwatch.kafka.client-file", stranger.toString()),
                    0);
            assertThatThrownBy(starting::join)
                    .isInstanceOf(CompletionException.class)
                    .cause()
                    .isInstanceOf(UnusableKafka.class)
                    .hasMessageContaining("refuses this process")
                    .hasMessageContaining("segwatch.kafka.client-file");
        }
    }

    /** On a thread of its own, which a test does not wait for. */
    private CompletableFuture<Node> start(Map<String, String> more, int adminPort) {
        Map<String, String> settings = new HashMap<>(Map.of(
                "segwatch.data-dir", folder.toString(),
                "segwatch.admin.port", Integer.toString(adminPort)));
        settings.putAll(more);
        CompletableFuture<Node> started = new CompletableFuture<>();
        Thread starting = new Thread(
                () -> {
                    try {
                        started.complete(Node.start(
                                Configuration.load(null, settings), Set.of(Node.RoleName.DELIVERY), line -> {}));
                    } catch (IOException | InterruptedException | RuntimeException e) {
                        started.completeExceptionally(e);
                    }
                },
                "starting");
        starting.setDaemon(true);
        starting.start();
        threads.add(starting);
        return started;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static HttpResponse<String> get(int port, String path) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }
}
