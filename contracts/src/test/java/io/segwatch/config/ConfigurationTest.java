package io.segwatch.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.ConfigMapping;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigurationTest {
    @TempDir
    Path folder;

    @ConfigMapping(prefix = "segwatch.broker")
    interface Broker {
        int port();

        @Allowed(min = "0B", max = "1TiB")
        MemorySize minFree();
    }

    @ConfigMapping(prefix = "segwatch.topology")
    interface Topology {
        Path stateDir();

        @Allowed(min = "0s", max = "10m")
        Duration grace();

        @Allowed(min = "0", max = "1")
        double driftEnter();

        @Allowed(values = {"streams", "classic"})
        String groupProtocol();
    }

    @ConfigMapping(prefix = "segwatch.ingest")
    interface Ingest {
        boolean v4l2();

        Optional<List<Path>> fileRoots();
    }

    @ConfigMapping(prefix = "segwatch.kafka")
    interface Clients {
        Optional<Path> clientFile();
    }

    @Test
    void aPathThatIsLeftEmptyIsNone() {
        assertThat(Configuration.of(Map.of()).get(Clients.class).clientFile()).isEmpty();
    }

    @Test
    void aFileInAnotherEncodingIsRefusedWithItsLineAndAByteOrderMarkIsPassedOver() throws Exception {
        Path latin = folder.resolve("latin.properties");
        Files.write(latin, "a=b\n# caf\u00e9\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> Configuration.read(latin))
                .isInstanceOf(IOException.class)
                .hasMessage(latin + " line 2 is not UTF-8; save the file in that encoding");
        Path wide = folder.resolve("wide.properties");
        Files.write(wide, "a=b".getBytes(StandardCharsets.UTF_16));
        assertThatThrownBy(() -> Configuration.read(wide)).hasMessageContaining("is not UTF-8");
        Path marked = Files.writeString(folder.resolve("marked.properties"), "\ufeffa=ö\r\nb=c\r\n");
        assertThat(Configuration.read(marked)).isEqualTo(Map.of("a", "ö", "b", "c"));
        Path windows = Files.writeString(folder.resolve("windows.properties"), "a=C:\\users");
        assertThatThrownBy(() -> Configuration.read(windows))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("write a backslash as");
    }

    @Test
    void theManualGivesTheDefaults() {
        Topology topology = Configuration.of(Map.of()).get(Topology.class);
        assertThat(topology.grace()).isEqualTo(Duration.ofSeconds(2));
        assertThat(topology.stateDir()).isEqualTo(Configuration.home().resolve("data/topology"));
        assertThat(Configuration.of(Map.of()).get(Ingest.class).fileRoots()).isEmpty();
    }

    @Test
    void aFileOfTheUsersGoesOverTheDefaultsAndACommandOverBoth() throws IOException {
        Path file = write("segwatch.broker.min-free=5GiB\nsegwatch.broker.port=1234\n");
        Broker broker =
                Configuration.load(file, Map.of("segwatch.broker.port", "7")).get(Broker.class);
        assertThat(broker.minFree()).isEqualTo(MemorySize.parse("5GiB"));
        assertThat(broker.port()).isEqualTo(7);
    }

    @Test
    void theEnvironmentGoesOverAFile() {
        Broker broker = new Configuration(
                        "own",
                        Map.of("segwatch.broker.min-free", "5GiB"),
                        Map.of("SEGWATCH_BROKER_MIN_FREE", "6GiB", "PATH", "/bin", "SEGWATCH_LOG", "json"),
                        Map.of())
                .get(Broker.class);
        assertThat(broker.minFree()).isEqualTo(MemorySize.parse("6GiB"));
    }

    @Test
    void aValueMayNameAnotherKey() {
        Path state = Configuration.of(Map.of("segwatch.data-dir", "/elsewhere"))
                .get(Topology.class)
                .stateDir();
        assertThat(state).isEqualTo(Path.of("/elsewhere/topology"));
        assertThatThrownBy(() -> Configuration.of(Map.of("segwatch.topology.state-dir", "${segwatch.nothing}/x"))
                        .get(Topology.class))
                .hasMessage("segwatch.topology.state-dir names the key segwatch.nothing, which is not set");
    }

    @Test
    void aDollarIsLeftAsItIs() {
        Path state = Configuration.of(Map.of("segwatch.topology.state-dir", "/a$$b${HOME}\\$c"))
                .get(Topology.class)
                .stateDir();
        assertThat(state).isEqualTo(Path.of("/a$$b${HOME}\\$c"));
    }

    @Test
    void pathsOfAListStartAtTheHomeFolder() {
        Ingest ingest = Configuration.of(Map.of("segwatch.ingest.file-roots", "clips, /videos"))
                .get(Ingest.class);
        assertThat(ingest.fileRoots()).contains(List.of(Configuration.home().resolve("clips"), Path.of("/videos")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "grace          | 2000     | segwatch.topology.grace cannot be 2000: '2000' is no duration; write for example 500ms, 10s, 5m, 2h",
                "grace          | 11m      | segwatch.topology.grace must be 0s..10m, not 11m",
                "grace          | ''       | segwatch.topology.grace is empty; leave it out to take the default",
                "drift-enter    | much     | segwatch.topology.drift-enter cannot be much: Expected a double value, got \"much\"",
                "drift-enter    | NaN      | segwatch.topology.drift-enter must be 0..1, not NaN",
                "group-protocol | zookeper | segwatch.topology.group-protocol must be streams, classic, not zookeper"
            })
    void namesTheKeyTheValueAndWhatItMustBe(String key, String value, String message) {
        Configuration configuration = Configuration.of(Map.of("segwatch.topology." + key, value));
        assertThatThrownBy(() -> configuration.get(Topology.class)).hasMessage(message);
    }

    @Test
    void aSwitchIsTrueOrFalse() {
        Configuration configuration = Configuration.of(Map.of("segwatch.ingest.v4l2", "ye"));
        assertThatThrownBy(() -> configuration.get(Ingest.class))
                .hasMessage("segwatch.ingest.v4l2 must be true or false, not ye");
    }

    @Test
    void namesTheKeysThatItDoesNotKnow() throws IOException {
        Path file = write("segwatch.ingest.target-fsp=5\n");
        assertThatThrownBy(() -> Configuration.load(file, Map.of()))
                .hasMessage(file + " has keys that Segwatch does not know: segwatch.ingest.target-fsp"
                        + " (is segwatch.ingest.target-fps meant?)."
                        + " segwatch.properties lists all keys.");
        assertThatThrownBy(() -> environment("SEGWATCH_INGEST_TARGET_FSP"))
                .hasMessage("The environment has keys that Segwatch does not know: SEGWATCH_INGEST_TARGET_FSP"
                        + " (is SEGWATCH_INGEST_TARGET_FPS meant?)."
                        + " segwatch.properties lists all keys.");
    }

    @Test
    void namesTheNewNameOfAKeyThatWasRenamed() throws IOException {
        Path file = write("segwatch.topology.grace-ms=2000\n");
        assertThatThrownBy(() -> Configuration.load(file, Map.of()))
                .hasMessage(
                        file + " has segwatch.topology.grace-ms, which is now called segwatch.topology.grace and takes"
                                + " a value with its unit, for example 500ms, 2s, 5m or 16MiB. Rename it and add the unit.");
        assertThatThrownBy(() -> environment("SEGWATCH_INFERENCE_RING_SECONDS"))
                .hasMessageStartingWith("The environment has SEGWATCH_INFERENCE_RING_SECONDS, which is now called"
                        + " SEGWATCH_INFERENCE_HISTORY and");
    }

    @Test
    void saysThatTheFileIsNotThere() {
        assertThatThrownBy(() -> Configuration.load(folder.resolve("none"), Map.of()))
                .hasMessageContaining("none");
    }

    /** What Kubernetes sets beside a service named segwatch-broker, or segwatch. */
    @ParameterizedTest
    @CsvSource({
        "SEGWATCH_BROKER_PORT,                         tcp://10.96.0.7:9092",
        "SEGWATCH_BROKER_PORT,                         udp://[fd00::7]:9092",
        "SEGWATCH_PORT,                                tcp://10.96.0.7:80",
        "SEGWATCH_SERVICE_HOST,                        10.96.0.7",
        "SEGWATCH_BROKER_SERVICE_HOST,                 10.96.0.7",
        "SEGWATCH_BROKER_SERVICE_PORT,                 9092",
        "SEGWATCH_BROKER_SERVICE_PORT_CLIENTS,         9092",
        "SEGWATCH_BROKER_PORT_9092_TCP,                tcp://10.96.0.7:9092",
        "SEGWATCH_BROKER_PORT_9092_TCP_PROTO,          tcp",
        "SEGWATCH_A_LONGER_NAME_PORT_9092_SCTP_PORT,   9092",
        "SEGWATCH_BROKER_PORT_9092_UDP_ADDR,           10.96.0.7"
    })
    void serviceLinksAreNoSettings(String name, String value) {
        Configuration configuration =
                new Configuration("none", Map.of(), Map.of(name, value), Map.of()).withKnownKeys();
        assertThat(configuration.get(Broker.class).port()).isZero();
        assertThat(ServiceLinks.in(Map.of(name, value))).containsExactly(name);
    }

    @Test
    void aPortOfOnesOwnIsNoServiceLink() {
        Map<String, String> environment = Map.of("SEGWATCH_BROKER_PORT", "9092", "SEGWATCH_PORT", "9092");
        assertThat(ServiceLinks.in(environment)).isEmpty();
        assertThatThrownBy(() -> new Configuration("none", Map.of(), environment, Map.of()).withKnownKeys())
                .hasMessageContaining("SEGWATCH_PORT");
    }

    @Test
    void tellsAllThatIsWrongAtOnce() {
        Configuration configuration = new Configuration(
                "own.properties",
                Map.of("segwatch.topology.grace-ms", "2000", "segwatch.topolgy.grace", "1s"),
                Map.of("SEGWATCH_TOPOLOGY_DRIFT_ENTER", "2", "SEGWATCH_NONSENSE_ENTIRELY", "1"),
                Map.of("segwatch.topology.grace", "11m", "segwatch.ingest.v4l2", "ye"));
        assertThat(configuration.problems(List.of(Topology.class, Ingest.class)))
                .hasSize(6)
                .anyMatch(problem -> problem.contains("segwatch.topology.grace-ms, which is now called"))
                .anyMatch(problem -> problem.contains("segwatch.topolgy.grace (is segwatch.topology.grace meant?)"))
                .anyMatch(problem -> problem.contains("does not know: SEGWATCH_NONSENSE_ENTIRELY."))
                .anyMatch(problem -> problem.contains("segwatch.topology.drift-enter must be 0..1, not 2"))
                .anyMatch(problem -> problem.contains("segwatch.topology.grace must be 0s..10m, not 11m"))
                .anyMatch(problem -> problem.contains("segwatch.ingest.v4l2 must be true or false, not ye"));
    }

    @Test
    void showsEachKeyWithItsSourceAndNoSecret() {
        List<Configuration.Setting> settings = new Configuration(
                        "own.properties",
                        Map.of("segwatch.data-dir", "/d", "segwatch.dashboard.token", "0123456789abcdef"),
                        Map.of("SEGWATCH_BROKER_PORT", "9"),
                        Map.of("segwatch.ingest.v4l2", "true"))
                .settings();
        assertThat(settings)
                .contains(
                        new Configuration.Setting("segwatch.data-dir", "/d", "own.properties"),
                        new Configuration.Setting("segwatch.credentials-file", "/d/credentials.properties", "default"),
                        new Configuration.Setting("segwatch.dashboard.token", "***", "own.properties"),
                        new Configuration.Setting("segwatch.broker.port", "9", "environment"),
                        new Configuration.Setting("segwatch.ingest.v4l2", "true", "command"),
                        new Configuration.Setting("segwatch.kafka.bootstrap-servers", "", "default"));
    }

    @Test
    void theVariablesThatTheScriptReadsAreKnown() throws IOException {
        List<String> variables = Pattern.compile("SEGWATCH_[A-Z_]+")
                .matcher(Files.readString(Path.of("../segwatch")))
                .results()
                .map(MatchResult::group)
                .distinct()
                .toList();
        assertThat(variables).contains("SEGWATCH_PROFILE").allSatisfy(ConfigurationTest::environment);
    }

    private static Configuration environment(String name) {
        return new Configuration("none", Map.of(), Map.of(name, "5"), Map.of()).withKnownKeys();
    }

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("own.properties"), text);
    }

    @Test
    void aSecretCanStandInAFileThatAKeyOrAVariableNames(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("token"), "0123456789abcdef-token\n");
        String key = "segwatch.dashboard.token";
        Configuration byKey = new Configuration("own", Map.of(key + "-file", file.toString()), Map.of(), Map.of());
        Configuration byVariable = new Configuration(
                "own",
                Map.of(key, "another-one-of-the-file"),
                Map.of("SEGWATCH_DASHBOARD_TOKEN_FILE", file.toString()),
                Map.of());
        for (Configuration configuration : List.of(byKey, byVariable)) {
            assertThat(configuration.withKnownKeys().get(TokenKey.class).token())
                    .isEqualTo("0123456789abcdef-token");
            assertThat(configuration.settings().toString()).doesNotContain("0123456789abcdef");
        }
        assertThatThrownBy(() -> new Configuration("own", Map.of(key + "-file", folder + "/none"), Map.of(), Map.of())
                        .withKnownKeys())
                .hasMessageContaining(key + "-file names " + folder + "/none");
        assertThatThrownBy(() -> new Configuration(
                                "own", Map.of(key + "-file", file.toString(), key, "x"), Map.of(), Map.of())
                        .withKnownKeys())
                .hasMessageContaining("both set");
        assertThatThrownBy(
                        () -> new Configuration("own", Map.of("segwatch.dashboard.host-file", "x"), Map.of(), Map.of())
                                .withKnownKeys())
                .hasMessageContaining("segwatch.dashboard.host-file");
    }

    @ConfigMapping(prefix = "segwatch.dashboard")
    interface TokenKey {
        String token();
    }
}
