package io.segwatch.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
    @TempDir
    Path folder;

    @Test
    void theBundledFileGivesEveryRoleItsConfiguration() throws IOException {
        Settings settings = Settings.load(null, Map.of());
        assertThatCode(() -> {
                    settings.ingest();
                    settings.inference();
                    settings.topology();
                    settings.delivery();
                    settings.dashboard();
                })
                .doesNotThrowAnyException();
        assertThat(settings.bootstrapServers()).isEmpty();
    }

    @Test
    void aFileOfTheUsersGoesOverTheDefaultsAndACommandOverBoth() throws IOException {
        Path file = write("segwatch.ingest.target-fps=5\nsegwatch.dashboard.port=1234\n");
        Settings settings = Settings.load(file, Map.of("segwatch.dashboard.port", "0"));
        assertThat(settings.ingest().targetFps()).isEqualTo(5);
        assertThat(settings.dashboard().port()).isZero();
    }

    @Test
    void namesTheKeysThatItDoesNotKnow() throws IOException {
        Path file = write("segwatch.ingest.target-fsp=5\n");
        assertThatThrownBy(() -> Settings.load(file, Map.of()))
                .hasMessageContaining("segwatch.ingest.target-fsp")
                .hasMessageContaining("segwatch.properties lists all keys");
    }

    @Test
    void namesTheKeyWhoseValueIsNoNumberOrOutOfBounds() throws IOException {
        Settings words = Settings.load(write("segwatch.ingest.target-fps=fast\n"), Map.of());
        Settings tooFast = Settings.load(write("segwatch.ingest.target-fps=900\n"), Map.of());
        assertThatThrownBy(words::ingest).hasMessageContaining("segwatch.ingest.target-fps");
        assertThatThrownBy(tooFast::ingest).hasMessageContaining("segwatch.ingest.target-fps");
    }

    @Test
    void saysThatTheFileIsNotThere() {
        assertThatThrownBy(() -> Settings.load(folder.resolve("none"), Map.of()))
                .hasMessageContaining("none");
    }

    @Test
    void asksForAnAddressWhenNoBrokerRunsInTheProcess() throws IOException {
        Settings settings = Settings.load(null, Map.of());
        assertThatThrownBy(settings::kafka).hasMessageContaining("segwatch.kafka.bootstrap-servers");
    }

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("own.properties"), text);
    }
}
