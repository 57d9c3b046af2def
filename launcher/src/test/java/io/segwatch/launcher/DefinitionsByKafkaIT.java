package io.segwatch.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.MessageLite;
import com.sun.net.httpserver.HttpServer;
import io.segwatch.config.Configuration;
import io.segwatch.contracts.Topic;
import io.segwatch.kafka.Kafka;
import io.segwatch.kafka.WholeTopic;
import io.segwatch.v1.Alert;
import io.segwatch.v1.Camera;
import io.segwatch.v1.Webhook;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.producer.Producer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever may write to Kafka can define what the API would refuse: the role that acts refuses it then. */
class DefinitionsByKafkaIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int MAX_CAMERAS = 7;
    private static final int MAX_WEBHOOKS = 4;

    @TempDir
    Path folder;

    private final Queue<String> mine = new ConcurrentLinkedQueue<>();
    private final Queue<String> theirs = new ConcurrentLinkedQueue<>();
    private HttpServer camera;
    private HttpServer evil;
    private Node node;
    private Producer<String, byte[]> producer;

    @BeforeEach
    void start() throws Exception {
        camera = server(mine);
        evil = server(theirs);
        node = Node.start(
                Configuration.of(Map.of(
                        "segwatch.data-dir", folder.resolve("data").toString(),
                        "segwatch.admin.port", "0",
                        "segwatch.dashboard.port", "0",
                        "segwatch.ingest.max-cameras", Integer.toString(MAX_CAMERAS),
                        "segwatch.ingest.retry-most", "1s",
                        "segwatch.delivery.max-webhooks", Integer.toString(MAX_WEBHOOKS),
                        "segwatch.delivery.private-targets", "127.0.0.0/8")),
                EnumSet.of(Node.RoleName.BROKER, Node.RoleName.INGEST, Node.RoleName.DELIVERY, Node.RoleName.DASHBOARD),
                line -> {});
        producer = node.kafka().producer("test");
    }

    @AfterEach
    void stop() {
        producer.close();
        node.close();
        camera.stop(0);
        evil.stop(0);
    }

    /** Asks for a login, and takes nothing. */
    private static HttpServer server(Queue<String> seen) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String login = exchange.getRequestHeaders().getFirst("Authorization");
            String signature = exchange.getRequestHeaders().getFirst("webhook-signature");
            seen.add(exchange.getRequestURI() + " " + login + " " + signature);
            exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=\"camera\"");
            exchange.sendResponseHeaders(401, -1);
            exchange.close();
        });
        server.start();
        return server;
    }

    private static String url(HttpServer server, String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    @Test
    void aCameraGetsNoSecretOfAnotherAddressAndNothingElseThatTheApiWouldRefuse() throws Exception {
        post(
                "/api/cameras",
                new JsonObject()
                        .put("id", "vic")
                        .put("url", url(camera, "/v?token=hunter9"))
                        .put("username", "admin")
                        .put("password", "hunter9"));
        await().atMost(PATIENCE).until(() -> mine.stream().anyMatch(line -> line.contains("token=hunter9 Basic")));

        Map<String, Camera.Builder> written = new LinkedHashMap<>();
        Map<String, String> reasons = new LinkedHashMap<>();
        String told = "is for " + url(camera, "") + " and is told to no other address";
        add(written, reasons, "taken", url(evil, "/x"), told);
        add(written, reasons, "masked", url(evil, "/x?token=***"), told);
        add(written, reasons, "file", "file:/etc/hostname", "segwatch.ingest.file-roots");
        add(written, reasons, "device", "v4l2:/dev/video0", "segwatch.ingest.v4l2");
        add(written, reasons, "metadata", "http://169.254.169.254/", "segwatch.ingest.networks");
        written.get("metadata").clearCredentials();
        add(written, reasons, "login", "rtsp://u:p@10.0.0.1/", "holds a user or password");
        add(written, reasons, "token", url(evil, "/x?pwd=p"), "holds a secret (pwd)");
        add(written, reasons, "scheme", "concat:/etc/passwd", "must start with");
        add(written, reasons, "name", url(evil, "/x"), "name: has");
        written.get("name").setName("n".repeat(101)).clearCredentials();
        add(written, reasons, "option", url(evil, "/x"), "stream.options");
        written.get("option")
                .setStream(Camera.Stream.newBuilder().putOptions("protocol_whitelist", "file"))
                .clearCredentials();
        written.forEach((id, one) -> send(Topic.CAMERAS, id, one.setId(id).build()));
        await().atMost(PATIENCE).untilAsserted(() -> {
            Map<String, String> statuses = statuses(Topic.CAMERA_STATUS);
            reasons.forEach((id, reason) -> assertThat(statuses.get(id)).as(id).contains(reason));
        });

        // Six are grabbed now.
        for (int i = 0; i < 2; i++) {
            send(
                    Topic.CAMERAS,
                    "more-" + i,
                    Camera.newBuilder()
                            .setId("more-" + i)
                            .setUrl(url(evil, "/m"))
                            .build());
        }
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(statuses(Topic.CAMERA_STATUS).toString())
                        .contains("already grabs " + MAX_CAMERAS + " cameras"));
        assertThat(theirs).noneMatch(line -> line.contains("hunter9") || line.contains("Basic"));
    }

    private void add(
            Map<String, Camera.Builder> written, Map<String, String> reasons, String id, String url, String reason) {
        written.put(id, Camera.newBuilder().setUrl(url).setCredentials("vic"));
        reasons.put(id, reason);
    }

    @Test
    void aWebhookGetsNoSecretOfAnotherAddressAndNothingElseThatTheApiWouldRefuse() throws Exception {
        post("/api/webhooks", new JsonObject().put("id", "desk").put("url", url(camera, "/hook?token=hunter9")));
        alert("alert1");
        await().atMost(PATIENCE).until(() -> mine.stream().anyMatch(line -> line.contains("token=hunter9 null v1,")));

        webhook("desk", url(evil, "/hook?token=***"), Webhook.Format.STRUCTURED);
        webhook("inside", "http://10.0.0.1/x?key=***", Webhook.Format.TEAMS);
        webhook("login", "https://u:p@example.com/", Webhook.Format.STRUCTURED);
        webhook("chat", "https://hooks.slack.com/services/T0/B0/hunter9", Webhook.Format.SLACK);
        alert("alert2");
        await().atMost(PATIENCE).untilAsserted(() -> {
            Map<String, String> statuses = statuses(Topic.WEBHOOK_STATUS);
            assertThat(statuses.get("desk")).contains("is for " + url(camera, ""));
            assertThat(statuses.get("inside")).contains("segwatch.delivery.private-targets");
            assertThat(statuses.get("login")).contains("holds a user or password");
            assertThat(statuses.get("chat")).contains("holds a secret (path)").doesNotContain("hunter9");
        });
        for (int i = 0; i < MAX_WEBHOOKS; i++) {
            webhook("more-" + i, url(evil, "/more"), Webhook.Format.STRUCTURED);
        }
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(statuses(Topic.WEBHOOK_STATUS).toString())
                        .contains("segwatch.delivery.max-webhooks"));
        assertThat(theirs).noneMatch(line -> line.contains("hunter9") || line.contains("v1,"));
    }

    private void webhook(String id, String url, Webhook.Format format) {
        send(
                Topic.WEBHOOKS,
                id,
                Webhook.newBuilder()
                        .setId(id)
                        .setUrl(url)
                        .setFormat(format)
                        .setCreatedAtMs(1)
                        .build());
    }

    private void alert(String id) {
        send(
                Topic.ALERTS,
                "door",
                Alert.newBuilder()
                        .setId(id)
                        .setCamera("door")
                        .setRule("rule")
                        .setState(Alert.State.OPEN)
                        .setAtMs(System.currentTimeMillis() + 2_000)
                        .build());
    }

    private <T extends MessageLite> void send(Topic<T> topic, String key, T message) {
        Kafka.sender(topic, producer, "test").send(key, message);
        producer.flush();
    }

    private void post(String path, JsonObject body) throws Exception {
        HttpResponse<String> answer = send(HttpRequest.newBuilder(URI.create(node.pageUrl() + path.substring(1)))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.encode())));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    }

    /** By id, what roles say of it now. */
    private Map<String, String> statuses(Topic<?> topic) {
        Map<String, String> reasons = new HashMap<>();
        WholeTopic.read(node.kafka(), topic)
                .forEach(
                        record -> reasons.put(record.key().split("/")[0], String.valueOf(topic.parse(record.value()))));
        return reasons;
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
