package io.segwatch.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.exporter.common.TextFormat;
import io.segwatch.config.Configuration;
import io.segwatch.contracts.AddressSecrets;
import io.segwatch.contracts.CameraUrl;
import io.segwatch.contracts.Topic;
import io.segwatch.dashboard.tls.ServerTls;
import io.segwatch.kafka.Kafka;
import io.segwatch.kafka.TestKafka;
import io.segwatch.kafka.WholeTopic;
import io.segwatch.past.Backtester;
import io.segwatch.role.WebhookReach;
import io.segwatch.secrets.Credentials;
import io.segwatch.secrets.Secrets;
import io.segwatch.v1.Alert;
import io.segwatch.v1.BacktestReport;
import io.segwatch.v1.Camera;
import io.segwatch.v1.CameraTest;
import io.segwatch.v1.Webhook;
import io.segwatch.v1.WebhookTest;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.Producer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A dashboard of its own, with its broker, for each class of tests; and how tests speak to it. */
abstract class RunningDashboard {
    static final Backtester countsFrames = request -> BacktestReport.newBuilder()
            .setFrames(request.getToMs() - request.getFromMs())
            .addAlerts(Alert.newBuilder().setRule(request.getRule().getId()).setState(Alert.State.OPEN))
            .build();

    /** Finds one moment of each camera, as long as the span. */
    static final SearchScript SEARCHES = new SearchScript();

    /** Tells what it was given, and may post to no address that begins with 10. */
    static final Optional<WebhookReach> WEBHOOK_TESTS = Optional.of(new WebhookReach() {
        @Override
        public CompletionStage<WebhookTest> test(Webhook webhook) {
            return CompletableFuture.completedStage(WebhookTest.newBuilder()
                    .setWebhook(webhook.getId())
                    .setStatus(404)
                    .setReason("asked of " + webhook.getUrl())
                    .build());
        }

        @Override
        public Optional<String> forbidden(Webhook webhook) {
            return webhook.getUrl().contains("//10.") ? Optional.of("leads to a private address") : Optional.empty();
        }
    });

    /** Works, and tells what the camera would be reached with; an address with "closed" in it does not. */
    static final Optional<BiFunction<Camera, Credentials, CompletionStage<CameraTest>>> CAMERA_TESTS =
            Optional.of((camera, credentials) -> CompletableFuture.completedStage(
                    camera.getUrl().contains("closed")
                            ? CameraTest.newBuilder()
                                    .setReason("connection refused. Check host and port")
                                    .build()
                            : CameraTest.newBuilder()
                                    .setWorks(true)
                                    .setWidth(1280)
                                    .setHeight(720)
                                    .setFps(12.5)
                                    .setFirstPictureMs(420)
                                    .setCodec(codec(camera, credentials))
                                    .setJpeg(ByteString.copyFrom(Scene.jpeg(1)))
                                    .build()));

    private static String codec(Camera camera, Credentials credentials) {
        try {
            return camera.getCredentials().isEmpty()
                    ? "h264"
                    : credentials
                            .find(
                                    camera.getCredentials(),
                                    CameraUrl.parse(camera.getUrl()).authority())
                            .flatMap(AddressSecrets::login)
                            .map(login -> "for " + login.user() + " with "
                                    + login.password().length())
                            .orElse("h264");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @RegisterExtension
    static final TestKafka KAFKA = new TestKafka(4);

    @TempDir
    static Path folder;

    static final HttpClient http = HttpClient.newHttpClient();
    static Kafka kafka;
    static DashboardRole role;
    static Producer<String, byte[]> producer;

    @BeforeAll
    static void start() throws Exception {
        kafka = KAFKA.kafka();
        role = DashboardRole.start(
                kafka,
                config(),
                Optional.empty(),
                new Credentials(folder.resolve("credentials")),
                new Secrets(folder.resolve("secrets")),
                countsFrames,
                Optional.of(SEARCHES),
                WEBHOOK_TESTS,
                CAMERA_TESTS);
        producer = KAFKA.producer();
    }

    /** A second dashboard, on the same topics. */
    static DashboardRole startOther(DashboardConfig config) throws InterruptedException {
        return startOther(config, Optional.empty());
    }

    static DashboardRole startOther(DashboardConfig config, Optional<ServerTls> tls) throws InterruptedException {
        return startOther(config, tls, WEBHOOK_TESTS);
    }

    static DashboardRole startOther(DashboardConfig config, Optional<ServerTls> tls, Optional<WebhookReach> reach)
            throws InterruptedException {
        return DashboardRole.start(
                kafka,
                config,
                tls,
                new Credentials(folder.resolve("other")),
                new Secrets(folder.resolve("other-secrets")),
                countsFrames,
                Optional.of(SEARCHES),
                reach,
                CAMERA_TESTS);
    }

    @AfterAll
    static void stop() {
        role.close();
    }

    static void camera(String id) throws Exception {
        assertThat(send("POST", "/api/cameras", "{\"id\":\"" + id + "\",\"url\":\"file:/a.mp4\"}")
                        .statusCode())
                .isEqualTo(201);
    }

    static String allMetrics() throws IOException {
        StringWriter text = new StringWriter();
        TextFormat.write004(text, CollectorRegistry.defaultRegistry.metricFamilySamples());
        return text.toString();
    }

    static double metric(String name) {
        Double value = CollectorRegistry.defaultRegistry.getSampleValue(name);
        return value == null ? 0 : value;
    }

    static <T extends MessageLite> void sendFact(Topic<T> topic, String key, T fact) throws Exception {
        Kafka.sender(topic, producer, "test").send(key, fact).get();
    }

    static String everythingIn(Topic<?> topic) {
        return WholeTopic.read(kafka, topic).stream()
                .filter(record -> record.value() != null)
                .map(record -> new String(record.value(), StandardCharsets.ISO_8859_1))
                .collect(Collectors.joining());
    }

    static void assertProblem(HttpResponse<String> response, int status, String field) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(json(response).getInteger("status")).isEqualTo(status);
        assertThat(json(response).getString("title")).isNotBlank();
        assertThat(json(response).getString("type")).isEqualTo("about:blank");
        JsonObject problem = json(response).getJsonArray("errors").getJsonObject(0);
        assertThat(problem.getString("field")).isEqualTo(field);
        assertThat(problem.getString("detail")).isNotBlank().hasSizeLessThan(400);
    }

    static JsonObject json(HttpResponse<String> response) {
        return new JsonObject(response.body());
    }

    static URI uri(DashboardRole at, String path) {
        return URI.create("http://127.0.0.1:" + at.port() + path);
    }

    static HttpRequest request(String method, String path, String body) {
        return request(role, method, path, body);
    }

    static HttpRequest request(DashboardRole at, String method, String path, String body) {
        return HttpRequest.newBuilder(uri(at, path))
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .header("Content-Type", "application/json")
                .timeout(Duration.ofSeconds(15))
                .build();
    }

    static HttpResponse<String> send(String method, String path, String body) throws Exception {
        return send(role, method, path, body);
    }

    static HttpResponse<String> send(DashboardRole at, String method, String path, String body) throws Exception {
        return http.send(request(at, method, path, body), BodyHandlers.ofString());
    }

    /** On any free port. */
    static DashboardConfig config(String... keysAndValues) {
        Map<String, String> set = new HashMap<>(Map.of("segwatch.dashboard.port", "0"));
        for (int i = 0; i < keysAndValues.length; i += 2) {
            set.put("segwatch.dashboard." + keysAndValues[i], keysAndValues[i + 1]);
        }
        return Configuration.of(set).get(DashboardConfig.class);
    }
}
