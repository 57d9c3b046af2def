package io.segwatch.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.ConfigMapping;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
                .hasMessage(file + " has keys that Segwatch does not know: segwatch.ingest.target-fsp."
                        + " segwatch.properties lists all keys.");
        assertThatThrownBy(() -> environment("SEGWATCH_INGEST_TARGET_FSP"))
                .hasMessage("The environment has keys that Segwatch does not know: SEGWATCH_INGEST_TARGET_FSP."
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

    private static Configuration environment(String name) {
        return new Configuration("none", Map.of(), Map.of(name, "5"), Map.of());
    }

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("own.properties"), text);
    }
}
