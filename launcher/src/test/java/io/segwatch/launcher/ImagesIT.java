package io.segwatch.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.MessageLite;
import io.segwatch.broker.EmbeddedBroker;
import io.segwatch.contracts.Topic;
import io.segwatch.kafka.Kafka;
import io.segwatch.kafka.WholeTopic;
import io.segwatch.v1.Camera;
import io.segwatch.v1.Query;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is in the images of {@code deploy/images}: each role finds all that it needs, and lists what it has. */
class ImagesIT {
    private static final Path IMAGES = Path.of("../deploy/images");
    private static final Path LAYERS = Path.of("target/layers").toAbsolutePath();
    private static final List<String> ROLES = List.of("ingest", "inference", "topology", "delivery", "dashboard");
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    @TempDir
    Path folder;

    @BeforeAll
    static void makeTheLayers() throws Exception {
        assumeThat(Path.of("target/sbom/segwatch.cdx.json"))
                .as("what the product is made of, which Maven writes only with a network")
                .exists();
        run(List.of("python3", IMAGES.resolve("layers.py").toString(), "../launcher", LAYERS.toString()));
    }

    static List<String> roles() {
        return ROLES;
    }

    @Test
    void aRoleHasNoLargeLibraryThatItDoesNotNeed() throws IOException {
        assertThat(jars("ingest")).noneMatch(jar -> jar.matches("(onnxruntime|tokenizers|langchain4j|rocksdb).*"));
        assertThat(jars("inference")).noneMatch(jar -> jar.matches("(ffmpeg|javacv|rocksdb).*"));
        assertThat(jars("topology"))
                .noneMatch(jar -> jar.matches("(ffmpeg|opencv|openblas|onnxruntime|langchain4j).*"));
        assertThat(jars("delivery"))
                .noneMatch(jar -> jar.matches("(ffmpeg|opencv|openblas|onnxruntime|langchain4j|rocksdb).*"));
        assertThat(jars("dashboard")).noneMatch(jar -> jar.matches("rocksdb.*"));
        assertThat(ROLES).allSatisfy(role -> assertThat(jars(role)).noneMatch(jar -> jar.startsWith("kafka_2.13")));
    }

    @ParameterizedTest
    @MethodSource("roles")
    void anImageListsExactlyWhatItHasWithItsLicences(String role) throws IOException {
        Set<String> listed = new TreeSet<>();
        for (Path layer : layers(role)) {
            String name = layer.getFileName().toString();
            JsonNode bill = new ObjectMapper()
                    .readTree(
                            layer.resolve("segwatch/sbom/" + name + ".cdx.json").toFile());
            bill.path("components")
                    .forEach(part ->
                            listed.add(SupplyChainIT.fileOf(part.path("purl").asText())));
            assertThat(Files.readAllLines(layer.resolve("segwatch/sbom/" + name + ".licences.txt")))
                    .hasSize(bill.path("components").size())
                    .noneMatch(line -> line.endsWith(" unsaid"));
        }
        assertThat(listed).isEqualTo(new TreeSet<>(jars(role)));
    }

    @Test
    void rolesWithNoMoreThanTheirImagesHaveWatchACameraTogether() throws Exception {
        Path clip = NodeIT.clip(folder);
        Files.writeString(folder.resolve("secrets.key"), Base64.getEncoder().encodeToString(new byte[32]));
        List<ServiceProcess> services = new ArrayList<>();
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("kafka"), 0, 0)) {
            Kafka kafka = Kafka.local(broker.bootstrapServers(), broker.clientSettings(), 4);
            for (String role : ROLES) {
                services.add(start(role, broker.bootstrapServers()));
            }
            for (int i = 0; i < ROLES.size(); i++) {
                String line = services.get(i).awaitLine("Metrics: port ");
                awaitReady(ROLES.get(i), line.replaceAll(".*port (\\d+);.*", "$1"));
            }
            try (Producer<String, byte[]> producer = kafka.producer("test")) {
                send(
                        producer,
                        Topic.QUERIES,
                        "square",
                        Query.newBuilder().setId("square").setText("square").build());
                String url = clip.toUri().toString();
                send(
                        producer,
                        Topic.CAMERAS,
                        "yard",
                        Camera.newBuilder().setId("yard").setUrl(url).build());
            }
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(WholeTopic.read(kafka, Topic.AREAS))
                            .anyMatch(area -> area.key().equals("yard")));
        } finally {
            services.forEach(ServiceProcess::close);
        }
        assertThat(services)
                .allSatisfy(service -> assertThat(service.output())
                        .noneMatch(line ->
                                line.contains("NoClassDefFoundError") || line.contains("ClassNotFoundException")));
    }

    private ServiceProcess start(String role, String kafka) throws IOException {
        List<String> command = new ArrayList<>(java(role));
        command.addAll(List.of("io.segwatch.launcher.Segwatch", "run", "--roles", role));
        // Without the OpenVINO that this machine may have.
        Map<String, String> environment = Map.of(
                "SEGWATCH_KAFKA_BOOTSTRAP_SERVERS",
                kafka,
                "SEGWATCH_INFERENCE_PROVIDER",
                "cpu",
                "SEGWATCH_INGEST_FILE_ROOTS",
                folder.toString());
        return ServiceProcess.start(folder, command, environment);
    }

    /** As the entry point of the image, but for the folders. */
    private static List<String> java(String role) throws IOException {
        String classes = layers(role).stream()
                .map(layer -> layer.resolve("app/libs/*").toString())
                .collect(Collectors.joining(":"));
        Path home = LAYERS.resolve((layers(role).contains(LAYERS.resolve("model")) ? "model" : "own") + "/segwatch");
        return List.of("java", "-Xmx256m", "-XX:+UseSerialGC", "-Dsegwatch.home=" + home, "-cp", classes);
    }

    private static void awaitReady(String role, String port) {
        await(role).atMost(PATIENCE).pollInterval(Duration.ofSeconds(1)).untilAsserted(() -> {
            List<String> command = new ArrayList<>(java(role));
            command.addAll(List.of("io.segwatch.launcher.HealthCheck", "http://127.0.0.1:" + port + "/ready"));
            run(command);
        });
    }

    private static void send(Producer<String, byte[]> producer, Topic<?> topic, String key, MessageLite value) {
        producer.send(new ProducerRecord<>(topic.topicName(), key, value.toByteArray()));
        producer.flush();
    }

    private static List<String> jars(String role) throws IOException {
        List<String> names = new ArrayList<>();
        for (Path layer : layers(role)) {
            try (Stream<Path> jars = Files.list(layer.resolve("app/libs"))) {
                jars.forEach(jar -> names.add(jar.getFileName().toString()));
            }
        }
        return names;
    }

    /** Those that the image's execution of Jib names. */
    private static List<Path> layers(String role) throws IOException {
        String pom = Files.readString(IMAGES.resolve("pom.xml"));
        String execution = pom.substring(pom.indexOf("<id>" + role + "</id>"));
        Matcher paths = Pattern.compile("<path>\\$\\{layers}/(\\w+)</path>")
                .matcher(execution.substring(0, execution.indexOf("</execution>")));
        List<Path> layers =
                paths.results().map(path -> LAYERS.resolve(path.group(1))).toList();
        assertThat(layers).isNotEmpty();
        return layers;
    }

    private static void run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).as(said).isZero();
    }
}
