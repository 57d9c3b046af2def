package io.segwatch.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.MessageLite;
import io.segwatch.contracts.Topic;
import io.segwatch.kafka.Kafka;
import io.segwatch.kafka.TestKafka;
import io.segwatch.v1.Alert;
import io.segwatch.v1.Area;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Both examples as a person runs them, against a real Kafka. */
class ConsumersIT {
    private static final Path PYTHON = Path.of("../python");
    private static final Path SCHEMAS = Path.of("../../contracts/src/main/protobuf");

    @RegisterExtension
    static final TestKafka KAFKA = new TestKafka(2);

    @TempDir
    static Path folder;

    private static Producer<String, byte[]> producer;

    @BeforeAll
    static void start() throws Exception {
        producer = KAFKA.producer();
    }

    @Test
    void theJavaExampleShowsAlertsAndMinutesAndPassesOverWhatItCannotRead() throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        assertShows(List.of(
                java,
                "-cp",
                System.getProperty("java.class.path"),
                Alerts.class.getName(),
                KAFKA.clientFile().toString()));
    }

    @Test
    void thePythonExampleShowsAlertsAndMinutesAndPassesOverWhatItCannotRead() throws Exception {
        assumeTrue(
                succeeds("python3", "-c", "import confluent_kafka, grpc_tools.protoc"),
                "Skipped: python3 lacks confluent-kafka or grpcio-tools; see examples/python/requirements.txt");
        Files.copy(PYTHON.resolve("alerts.py"), folder.resolve("alerts.py"));
        List<String> protoc = new ArrayList<>(
                List.of("python3", "-m", "grpc_tools.protoc", "-I", SCHEMAS.toString(), "--python_out=" + folder));
        protoc.addAll(
                List.of("segwatch/v1/geometry.proto", "segwatch/v1/definitions.proto", "segwatch/v1/facts.proto"));
        assertThat(succeeds(protoc.toArray(String[]::new))).isTrue();
        assertShows(List.of(
                "python3",
                folder.resolve("alerts.py").toString(),
                KAFKA.clientFile().toString()));
    }

    private static void assertShows(List<String> command) throws Exception {
        Path output = Files.createTempFile(folder, "output", ".txt");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            // It reads from the newest on: what is sent before it has joined is not for it.
            await().atMost(Duration.ofMinutes(2)).untilAsserted(() -> {
                assertThat(process.isAlive()).as(Files.readString(output)).isTrue();
                producer.send(new ProducerRecord<>(Topic.ALERTS.topicName(), "door", new byte[] {-1, 1, 2}));
                send(Topic.ALERTS, alert());
                send(Topic.AREAS, minute());
                assertThat(Files.readString(output))
                        .contains("OPEN   door People at the door: person covered 7 % for 2 s")
                        .contains("door whole frame: person covers 12.5% on average, 50.0% at most (590 of 600 frames)")
                        .contains("segwatch.alerts offset");
            });
        } finally {
            process.destroy();
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        }
    }

    private static Alert alert() {
        return Alert.newBuilder()
                .setId("alert-1")
                .setRule("people-door")
                .setRuleName("People at the door")
                .setCamera("door")
                .setState(Alert.State.OPEN)
                .setAtMs(1_700_000_000_000L)
                .setReason("person covered 7 % for 2 s")
                .build();
    }

    private static Area minute() {
        return Area.newBuilder()
                .setCamera("door")
                .setQuery("person")
                .setWindowStartMs(1_700_000_040_000L)
                .setWindowMs(60_000)
                .setFinal(true)
                .setMean(0.125)
                .setMax(0.5)
                .setFramesSeen(590)
                .setFramesExpected(600)
                .build();
    }

    private static <T extends MessageLite> void send(Topic<T> topic, T fact) throws Exception {
        Kafka.sender(topic, producer, "test").send("door", fact).get();
    }

    private static boolean succeeds(String... command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
