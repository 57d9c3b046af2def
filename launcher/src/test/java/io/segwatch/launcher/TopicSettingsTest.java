package io.segwatch.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.segwatch.contracts.Topic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TopicSettingsTest {
    @TempDir
    Path folder;

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("topics.properties"), text);
    }

    @Test
    void eachLineIsASettingOfATopic() throws IOException {
        Path file = file("features.remote.storage.enable=true\nfeatures.local.retention.ms=86400000\n"
                + "segwatch.area-hours.compression.type=zstd\n");
        assertThat(TopicSettings.read(file))
                .isEqualTo(Map.of(
                        Topic.FEATURES, Map.of("remote.storage.enable", "true", "local.retention.ms", "86400000"),
                        Topic.AREA_HOURS, Map.of("compression.type", "zstd")));
    }

    @Test
    void aTopicThatIsNotThereAndWhatSegwatchSetsItselfAreRefused() throws IOException {
        Path unknown = file("feature.remote.storage.enable=true\n");
        assertThatThrownBy(() -> TopicSettings.read(unknown)).hasMessageContaining("feature.remote.storage.enable");
        Path bare = file("features=true\n");
        assertThatThrownBy(() -> TopicSettings.read(bare)).hasMessageContaining("names no topic");
        Path own = file("features.retention.ms=1\n");
        assertThatThrownBy(() -> TopicSettings.read(own)).hasMessageContaining("segwatch.retention");
    }
}
