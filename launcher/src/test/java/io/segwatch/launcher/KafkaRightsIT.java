package io.segwatch.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.sun.net.httpserver.HttpServer;
import io.segwatch.broker.EmbeddedBroker;
import io.segwatch.config.Configuration;
import io.segwatch.ingest.IngestConfig;
import io.segwatch.ingest.IngestRole;
import io.segwatch.kafka.Kafka;
import io.segwatch.secrets.Credentials;
import io.segwatch.secrets.SealedSecrets;
import java.io.IOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Each role against a Kafka that lets it do what the table of docs/operations.md says, and nothing else. */
class KafkaRightsIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final List<String> USERS =
            List.of("ingest", "inference", "topology", "delivery", "dashboard", "nobody", "blind");

    @TempDir
    static Path folder;

    private static EmbeddedBroker broker;
    private static Map<String, List<KafkaRightsTable.Right>> table;

    @BeforeAll
    static void start() throws Exception {
        StringBuilder users = new StringBuilder("org.apache.kafka.common.security.plain.PlainLoginModule required");
        USERS.forEach(user -> users.append(" user_" + user + "=\"" + user + "-pass\""));
        broker = EmbeddedBroker.start(
                folder.resolve("broker"),
                0,
                0,
                Map.of(
                        "authorizer.class.name",
                        "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                        "super.users",
                        "User:segwatch",
                        "listener.name.clients.sasl.enabled.mechanisms",
                        "SCRAM-SHA-512,PLAIN",
                        "listener.name.clients.plain.sasl.jaas.config",
                        users + ";"));
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        Files.writeString(folder.resolve("mounted.key"), Base64.getEncoder().encodeToString(key));
        folder.resolve("mounted.key").toFile().setReadOnly();
        Kafka setup = Kafka.local(folder.resolve("broker/client.properties"), 2);
        setup.createTopics();
        table = KafkaRightsTable.read();
        assertThat(table).containsKeys("ingest", "inference", "topology", "delivery", "dashboard");
        table.keySet().retainAll(USERS);
        try (Admin admin = Admin.create(setup.clientProperties())) {
            List<AclBinding> rights = new ArrayList<>();
            table.forEach((role, allowed) -> rights.addAll(rights(role, allowed)));
            rights.addAll(rights("blind", table.get("ingest")));
            rights.removeIf(right -> right.entry().principal().equals("User:blind")
                    && right.pattern().name().equals("segwatch.cameras"));
            admin.createAcls(rights).all().get();
            // The controller has them now; the broker, which asks of each request, hears of them later.
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(admin.describeAcls(AclBindingFilter.ANY)
                                    .values()
                                    .get())
                            .containsAll(rights));
        }
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    private static List<AclBinding> rights(String user, List<KafkaRightsTable.Right> rights) {
        return rights.stream()
                .map(right -> new AclBinding(
                        new ResourcePattern(
                                right.type(),
                                right.literal(),
                                right.prefix() ? PatternType.PREFIXED : PatternType.LITERAL),
                        new AccessControlEntry("User:" + user, "*", right.operation(), AclPermissionType.ALLOW)))
                .toList();
    }

    private static Configuration configuration(String user) throws IOException {
        Properties login = new Properties();
        login.put("security.protocol", "SASL_PLAINTEXT");
        login.put("sasl.mechanism", "PLAIN");
        login.put(
                "sasl.jaas.config",
                "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"" + user + "\" password=\""
                        + user + "-pass\";");
        Path file = folder.resolve(user + ".properties");
        try (Writer writer = Files.newBufferedWriter(file)) {
            login.store(writer, null);
        }
        Map<String, String> settings = new HashMap<>();
        settings.put("segwatch.data-dir", folder.resolve(user).toString());
        settings.put("segwatch.kafka.bootstrap-servers", broker.bootstrapServers());
        settings.put("segwatch.kafka.client-file", file.toString());
        settings.put("segwatch.kafka.partitions", "2");
        settings.put("segwatch.secrets-key-file", folder.resolve("mounted.key").toString());
        // As where the disk is read-only.
        settings.put("segwatch.credentials-file", "/dev/null/credentials");
        settings.put("segwatch.delivery.secrets-file", "/dev/null/secrets");
        settings.put(
                "segwatch.inference.model",
                Path.of("../models/default").toAbsolutePath().toString());
        settings.put("segwatch.admin.port", "0");
        settings.put("segwatch.dashboard.port", "0");
        return Configuration.of(settings);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ingest", "topology", "delivery", "dashboard", "inference"})
    void aRoleStartsAndIsReadyWithTheRightsOfTheTableAlone(String role) throws Exception {
        ListAppender<ILoggingEvent> said = new ListAppender<>();
        Logger root = (Logger) LoggerFactory.getLogger("ROOT");
        said.start();
        root.addAppender(said);
        EnumSet<Node.RoleName> names = EnumSet.of(Node.RoleName.valueOf(role.toUpperCase(Locale.ROOT)));
        try (Node node = Node.start(configuration(role), names, line -> {})) {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(node.notReady()).isEmpty());
        } finally {
            root.detachAppender(said);
        }
        assertThat(List.copyOf(said.list))
                .extracting(ILoggingEvent::getFormattedMessage)
                .filteredOn(line -> !line.contains("segwatch.retention") && !line.contains("standby.replicas"))
                .noneMatch(line -> line.toLowerCase(Locale.ROOT).contains("authoriz"))
                .noneMatch(line -> line.contains("may not"));
    }

    @Test
    void aPasswordGivenOnThePageReachesIngestInAnotherProcessAndGoesWithTheCamera() throws Exception {
        Queue<String> logins = new ConcurrentLinkedQueue<>();
        HttpServer camera = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        camera.createContext("/", exchange -> {
            logins.add(exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().getFirst("Authorization"));
            exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=\"camera\"");
            exchange.sendResponseHeaders(401, -1);
            exchange.close();
        });
        camera.start();
        Configuration apart = configuration("ingest");
        NodeConfig config = apart.get(NodeConfig.class);
        Kafka kafka = config.connect();
        // Two nodes do not go into one JVM, for their metrics.
        try (Node page = Node.start(configuration("dashboard"), EnumSet.of(Node.RoleName.DASHBOARD), line -> {});
                SealedSecrets sealed = SealedSecrets.open(kafka, config.secretsKeyFile());
                IngestRole ingest = IngestRole.start(
                        kafka, apart.get(IngestConfig.class), new Credentials(sealed, config.credentialsFile()))) {
            String url = "http://127.0.0.1:" + camera.getAddress().getPort() + "/v?token=hunter9";
            assertThat(call(
                            page,
                            "POST",
                            "/api/cameras",
                            "{\"id\":\"far\",\"url\":\"" + url + "\",\"username\":\"admin\",\"password\":\"hunter9\"}"))
                    .isEqualTo(201);
            await().atMost(PATIENCE)
                    .until(() -> logins.stream()
                            .anyMatch(login -> login.contains("token=hunter9 Basic YWRtaW46aHVudGVyOQ==")));
            assertThat(ingest.notReady()).isEmpty();
            assertThat(call(page, "DELETE", "/api/cameras/far", "")).isEqualTo(204);
        } finally {
            camera.stop(0);
        }
    }

    private static int call(Node page, String method, String path, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(page.pageUrl() + path.substring(1)))
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .statusCode();
    }

    @Test
    void whatTheDashboardMayNotAskKafkaIsLeftOutOfWhatIsKeptAndSaid() throws Exception {
        try (Node page = Node.start(configuration("dashboard"), EnumSet.of(Node.RoleName.DASHBOARD), line -> {})) {
            HttpResponse<String> answer = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(page.pageUrl() + "api/storage"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(answer.body())
                    .contains("Describe on the cluster", "DescribeConfigs on the topics")
                    .contains("\"records\":", "\"keptMs\":1209600000")
                    .doesNotContain("\"bytes\":", "freeBytes");
        }
    }

    @Test
    void whoMayDoNothingIsToldSoWithTheRemedy() throws Exception {
        Configuration configuration = configuration("nobody");
        assertThatThrownBy(() -> Node.start(configuration, EnumSet.of(Node.RoleName.INGEST), line -> {})
                        .close())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("refuses this process")
                .hasMessageContaining("docs/operations.md");
    }

    @Test
    void aMissingRightIsToldByItsTopicAndTheRoleIsNotReady() throws Exception {
        ListAppender<ILoggingEvent> said = new ListAppender<>();
        Logger tables = (Logger) LoggerFactory.getLogger("io.segwatch.kafka");
        said.start();
        tables.addAppender(said);
        try (Node node = Node.start(configuration("blind"), EnumSet.of(Node.RoleName.INGEST), line -> {})) {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(List.copyOf(said.list))
                            .extracting(ILoggingEvent::getFormattedMessage)
                            .anyMatch(
                                    line -> line.contains("segwatch.cameras") && line.contains("docs/operations.md")));
            assertThat(node.notReady()).anyMatch(reason -> reason.contains("segwatch.cameras"));
        } finally {
            tables.detachAppender(said);
        }
    }
}
