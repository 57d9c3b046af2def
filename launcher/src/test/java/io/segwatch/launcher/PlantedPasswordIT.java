package io.segwatch.launcher;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.segwatch.contracts.Topic;
import io.segwatch.kafka.Kafka;
import io.segwatch.kafka.WholeTopic;
import io.segwatch.v1.Alert;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.Producer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One password in every spelling that people use, given to a process in every place that takes one, is used where it
 * belongs and found nowhere else: in no answer, log, topic, metric, argument, or file that others may read.
 */
class PlantedPasswordIT {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    /** The two halves are looked for, whatever stands between them. */
    private static final List<String> HALVES = List.of("q7planted", "z9hidden");

    private static final String TOKEN = "q7planted-token-z9hidden";
    private static final String SIGNING =
            "whsec_" + Base64.getEncoder().encodeToString("q7planted-signing-z9hidden".getBytes(UTF_8));
    private static final List<String> PARAMETERS = List.of(
            "user",
            "usr",
            "pwd",
            "pass",
            "password",
            "passwd",
            "token",
            "key",
            "auth",
            "sig",
            "access_token",
            "Api-Key",
            "p%77d");

    @TempDir
    Path folder;

    private final Queue<String> asked = new ConcurrentLinkedQueue<>();
    private final List<String> answers = new ArrayList<>();
    private final HttpClient client = HttpClient.newHttpClient();
    private HttpServer server;
    private Process process;
    private Path log;
    private String page;
    private String metrics;

    @BeforeEach
    void start() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        Path token = ownersOnly("token", TOKEN);
        log = Files.createFile(folder.resolve("log"));
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                // That of the service, not of the tests.
                "-Dlogback.configurationFile=logback.xml",
                Segwatch.class.getName(),
                "run",
                "--roles",
                "broker,ingest,delivery,dashboard");
        builder.environment()
                .putAll(Map.of(
                        "SEGWATCH_LOG_LEVEL", "TRACE",
                        "SEGWATCH_DATA_DIR", folder.resolve("data").toString(),
                        "SEGWATCH_ADMIN_PORT", "0",
                        "SEGWATCH_DASHBOARD_PORT", "0",
                        "SEGWATCH_DASHBOARD_TOKEN_FILE", token.toString(),
                        "SEGWATCH_INGEST_MAX_CAMERAS", "64",
                        "SEGWATCH_INGEST_RETRY_MOST", "1s",
                        "SEGWATCH_DELIVERY_PRIVATE_TARGETS", "127.0.0.0/8",
                        "SEGWATCH_DELIVERY_ATTEMPTS", "2",
                        "SEGWATCH_DELIVERY_RETRY_FIRST", "100ms"));
        process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
        await().atMost(PATIENCE)
                .failFast("the process ended", () -> !process.isAlive())
                .until(() -> Files.readString(log).contains("Metrics: port"));
        page = "http://127.0.0.1:" + said("Page: \\S+?:(\\d+)/");
        metrics = "http://127.0.0.1:" + said("Metrics: port (\\d+)");
    }

    @AfterEach
    void stop() throws Exception {
        process.destroy();
        process.waitFor();
        server.stop(0);
    }

    private Path ownersOnly(String name, String text) throws IOException {
        Path file = Files.createFile(
                folder.resolve(name),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.writeString(file, text);
    }

    private String said(String pattern) throws IOException {
        Matcher line = Pattern.compile(pattern).matcher(Files.readString(log));
        assertThat(line.find()).isTrue();
        return line.group(1);
    }

    /** A camera that wants a login and has no pictures, and a receiver that takes nothing. */
    private void answer(HttpExchange exchange) throws IOException {
        String login = exchange.getRequestHeaders().getFirst("Authorization");
        String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
        asked.add(exchange.getRequestURI() + " " + decoded(login) + " " + body);
        if (login == null) {
            exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=\"camera\"");
        }
        exchange.sendResponseHeaders(login == null ? 401 : 404, -1);
        exchange.close();
    }

    private static String decoded(String login) {
        return login == null || !login.startsWith("Basic ")
                ? ""
                : new String(Base64.getDecoder().decode(login.substring(6)), UTF_8);
    }

    @Test
    void isFoundNowhereButWhereItBelongs() throws Exception {
        cameras();
        webhooks();
        alert();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(String.join("\n", asked))
                        .contains("admin:q7planted/z9hidden")
                        .contains("admin:q7planted z9hidden")
                        .contains("pwd=q7planted/?z9hidden")
                        .contains("/user=admin_password=q7plantedz9hidden_channel=1")
                        .contains("/chat/q7planted-z9hidden")
                        .contains("\"topic\":\"q7planted-z9hidden\"")
                        .contains("/hook?token=q7planted-z9hidden"));
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(WholeTopic.read(kafka(), Topic.DEAD_LETTER)).hasSizeGreaterThanOrEqualTo(3));
        assertThat(get("/api/status")).contains("OFFLINE");

        assertClean("answers", String.join("\n", answers));
        for (String path : List.of(
                "/",
                "/login",
                "/api/cameras",
                "/api/status",
                "/api/webhooks",
                "/api/webhook-status",
                "/api/alerts",
                "/api/rules",
                "/api/queries",
                "/api/me",
                "/api/users",
                "/api/sessions",
                "/api/tokens")) {
            assertClean(path, get(path));
        }
        assertClean("metrics", read(HttpRequest.newBuilder(URI.create(metrics + "/metrics"))));
        for (Topic<?> topic : Topic.all()) {
            WholeTopic.read(kafka(), topic).forEach(record -> {
                assertClean(topic + " key", record.key());
                assertClean(topic + " value", record.value() == null ? "" : new String(record.value(), ISO_8859_1));
                record.headers().forEach(header -> assertClean(topic + " header", new String(header.value(), UTF_8)));
            });
        }
        assertClean("arguments", Files.readString(Path.of("/proc/" + process.pid() + "/cmdline")));
        assertThat(Files.readString(log)).contains(" DEBUG ");
        assertClean("log", Files.readString(log));
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ)) {
                    assertClean(file.toString(), new String(Files.readAllBytes(file), ISO_8859_1));
                }
            }
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("data"))))
                .isEqualTo("rwx------");
    }

    private static void assertClean(String where, String text) {
        for (String half : HALVES) {
            for (String spelling : List.of(half, SIGNING.substring(6), base64("admin:" + half))) {
                assertThat(text.contains(spelling))
                        .as("%s holds %s", where, spelling)
                        .isFalse();
            }
        }
    }

    /** Without the last characters, which depend on what follows. */
    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8)).substring(0, text.length());
    }

    private void cameras() throws Exception {
        String host = "127.0.0.1:" + server.getAddress().getPort();
        for (char between : "/#?@:% ".toCharArray()) {
            String password = "q7planted" + between + "z9hidden";
            String encoded = URLEncoder.encode(password, UTF_8).replace("+", "%20");
            for (String spelled : List.of(password, encoded)) {
                camera("http://admin:" + spelled + "@" + host + "/a", "", "");
                camera("rtsp://admin:" + spelled + "@[::1]:9/a", "", "");
            }
            camera("http://" + host + "/fields", "admin", password);
            camera("http://" + host + "/a?channel=1&pwd=" + encoded, "", "");
            // Refused where its end cannot be told.
            camera("http://" + host + "/a?channel=1&pwd=q7planted" + between + "z9hidden&x=1", "", "");
            camera("http://" + host + "/a?channel=1&pwd=q7planted&z9hidden", "", "");
        }
        for (String parameter : PARAMETERS) {
            camera("http://" + host + "/cgi?" + parameter + "=q7planted/?z9hidden&channel=1", "", "");
        }
        camera("http://" + host + "/user=admin_password=q7plantedz9hidden_channel=1", "", "");
        camera("ftp://admin:q7planted@z9hidden/", "", "");
        camera("rtsp://admin:12/q7planted@z9hidden@" + host, "", "");
    }

    private void camera(String url, String user, String password) throws Exception {
        JsonObject camera = new JsonObject().put("url", url).put("name", "Camera");
        if (!user.isEmpty()) {
            camera.put("username", user).put("password", password);
        }
        post("/api/cameras", camera);
    }

    private void webhooks() throws Exception {
        String host = "http://127.0.0.1:" + server.getAddress().getPort();
        post(
                "/api/webhooks",
                new JsonObject()
                        .put("url", host + "/hook?token=q7planted-z9hidden")
                        .put("secret", SIGNING));
        post(
                "/api/webhooks",
                new JsonObject().put("url", host + "/chat/q7planted-z9hidden").put("format", "SLACK"));
        post(
                "/api/webhooks",
                new JsonObject().put("url", host + "/q7planted-z9hidden").put("format", "NTFY"));
        post("/api/webhooks", new JsonObject().put("url", "https://u:q7planted@z9hidden/x"));
        post("/api/webhooks", new JsonObject().put("url", host + "/x").put("secret", "q7planted-z9hidden"));
    }

    private void alert() throws IOException {
        try (Producer<String, byte[]> producer = kafka().producer("test")) {
            Kafka.sender(Topic.ALERTS, producer, "test")
                    .send(
                            "door",
                            Alert.newBuilder()
                                    .setId("alert1")
                                    .setCamera("door")
                                    .setRule("rule")
                                    .setState(Alert.State.OPEN)
                                    .setAtMs(System.currentTimeMillis() + 1_000)
                                    .build());
        }
    }

    private Kafka kafka() throws IOException {
        return Kafka.local(folder.resolve("data/kafka/client.properties"), 1);
    }

    private void post(String path, JsonObject body) throws Exception {
        answers.add(read(HttpRequest.newBuilder(URI.create(page + path))
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + TOKEN)
                .POST(HttpRequest.BodyPublishers.ofString(body.encode()))));
    }

    private String get(String path) throws Exception {
        return read(HttpRequest.newBuilder(URI.create(page + path)).header("Authorization", "Bearer " + TOKEN));
    }

    private String read(HttpRequest.Builder request) throws Exception {
        HttpResponse<String> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        return answer.statusCode() + " " + answer.headers().map() + answer.body();
    }
}
