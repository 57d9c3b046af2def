package io.segwatch.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.MessageLite;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.segwatch.config.Configuration;
import io.segwatch.contracts.DefaultRule;
import io.segwatch.contracts.Rle;
import io.segwatch.contracts.Topic;
import io.segwatch.kafka.Kafka;
import io.segwatch.kafka.WholeTopic;
import io.segwatch.v1.Alert;
import io.segwatch.v1.FrameId;
import io.segwatch.v1.Observation;
import io.segwatch.v1.Query;
import io.segwatch.v1.QueryMask;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.Producer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/backup.md says of a copy of the data folder. */
class RestoredBackupIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String CAMERA = "gate";

    @TempDir
    Path folder;

    private final Queue<String> logins = new ConcurrentLinkedQueue<>();
    private final Queue<String> posts = new ConcurrentLinkedQueue<>();
    private final long startMs = System.currentTimeMillis();
    private HttpServer server;
    private long frames;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/camera", exchange -> {
            String login = exchange.getRequestHeaders().getFirst("Authorization");
            if (login != null) {
                logins.add(login);
            }
            exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=\"camera\"");
            answer(exchange, 401);
        });
        server.createContext("/hook", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            posts.add(exchange.getRequestHeaders().getFirst("webhook-id") + " "
                    + exchange.getRequestHeaders().getFirst("webhook-signature") + " "
                    + new String(body, StandardCharsets.UTF_8));
            answer(exchange, 204);
        });
        server.start();
    }

    private static void answer(HttpExchange exchange, int status) throws IOException {
        exchange.sendResponseHeaders(status, -1);
        exchange.close();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void aCopyOfTheDataFolderGoesOnWhereTheOriginalWasStopped() throws Exception {
        Path original = folder.resolve("original");
        Path copy = folder.resolve("copy");
        try (Node node = start(original)) {
            define(node);
            // An alert that opened and was posted.
            observe(node, 0.5);
            await().atMost(PATIENCE).until(() -> posts.size() == 1);
            await().atMost(PATIENCE).until(() -> !logins.isEmpty());
        }
        copy(original, copy);
        logins.clear();

        try (Node node = start(copy)) {
            // The camera's password is there, and so is the secret by which posts are signed.
            await().atMost(PATIENCE).until(() -> !logins.isEmpty());
            assertThat(alerts(node)).extracting(Alert::getState).containsExactly(Alert.State.OPEN);
            observe(node, 0);
            await().atMost(PATIENCE).until(() -> posts.size() == 2);
            assertThat(alerts(node)).extracting(Alert::getState).containsExactly(Alert.State.OPEN, Alert.State.CLOSE);
            assertThat(alerts(node))
                    .extracting(Alert::getId)
                    .containsOnly(alerts(node).get(0).getId());
        }
        assertThat(posts).allMatch(post -> post.contains(" v1,"));
        assertThat(posts).element(0).asString().contains("OPEN");
        assertThat(posts).element(1).asString().contains("CLOSE");
    }

    private Node start(Path data) throws Exception {
        return Node.start(
                Configuration.of(Map.of(
                        "segwatch.data-dir", data.toString(),
                        // However long a busy machine takes between the two.
                        "segwatch.topology.alert-silence", "1h",
                        "segwatch.admin.port", "0",
                        "segwatch.dashboard.port", "0",
                        "segwatch.ingest.retry-most", "1s",
                        "segwatch.topology.application-server", "127.0.0.1:1",
                        "segwatch.delivery.private-targets", "127.0.0.0/8")),
                EnumSet.of(
                        Node.RoleName.BROKER,
                        Node.RoleName.INGEST,
                        Node.RoleName.TOPOLOGY,
                        Node.RoleName.DELIVERY,
                        Node.RoleName.DASHBOARD),
                line -> {});
    }

    private void define(Node node) throws Exception {
        post(
                node,
                "api/cameras",
                new JsonObject()
                        .put("id", CAMERA)
                        .put("url", url("/camera"))
                        .put("username", "admin")
                        .put("password", "hunter9"));
        post(node, "api/webhooks", new JsonObject().put("id", "desk").put("url", url("/hook")));
        send(
                node,
                Topic.QUERIES,
                "car",
                Query.newBuilder().setId("car").setText("car").build());
        send(node, Topic.RULES, "default", DefaultRule.of("car"));
    }

    private String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    private static void post(Node node, String path, JsonObject body) throws Exception {
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(node.pageUrl() + path))
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(body.encode()))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    }

    /** Ten seconds of frames that show so much of a car. */
    private void observe(Node node, double share) {
        byte[] pixels = new byte[200];
        Arrays.fill(pixels, 0, (int) (share * pixels.length), (byte) 1);
        try (Producer<String, byte[]> producer = node.kafka().producer("test")) {
            for (int i = 0; i < 100; i++) {
                long atMs = startMs + 100 * frames;
                Observation observation = Observation.newBuilder()
                        .setFrame(FrameId.newBuilder()
                                .setCamera(CAMERA)
                                .setEpoch(1)
                                .setSequence(frames++))
                        .setCapturedAtMs(atMs)
                        .setObservedAtMs(atMs + 50)
                        .setTargetFps(10)
                        .addQueries(QueryMask.newBuilder()
                                .setQuery("car")
                                .setMask(Rle.encode(pixels, 20, 10))
                                .setShare(share)
                                .setPeakProbability(share > 0 ? 0.9 : 0.1))
                        .build();
                Kafka.sender(Topic.OBSERVATIONS, producer, "test").send(CAMERA, observation);
            }
            producer.flush();
        }
    }

    private static <T extends MessageLite> void send(Node node, Topic<T> topic, String key, T message) {
        try (Producer<String, byte[]> producer = node.kafka().producer("test")) {
            Kafka.sender(topic, producer, "test").send(key, message);
            producer.flush();
        }
    }

    private static List<Alert> alerts(Node node) {
        return WholeTopic.read(node.kafka(), Topic.ALERTS).stream()
                .map(record -> Topic.ALERTS.parse(record.value()))
                .filter(alert -> alert.getState() == Alert.State.OPEN || alert.getState() == Alert.State.CLOSE)
                .toList();
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }
}
