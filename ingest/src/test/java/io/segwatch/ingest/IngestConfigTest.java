package io.segwatch.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.segwatch.config.Configuration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class IngestConfigTest {
    private static IngestConfig config(String... keysAndValues) {
        Map<String, String> set = new HashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            set.put("segwatch.ingest." + keysAndValues[i], keysAndValues[i + 1]);
        }
        return Configuration.of(set).get(IngestConfig.class);
    }

    @Test
    void namesTheKeyAndTheBoundsOfWhatIsWrong() {
        assertThatThrownBy(() -> config("target-fps", "900"))
                .hasMessage("segwatch.ingest.target-fps must be 0.1..60, not 900");
        assertThatThrownBy(() -> config("target-fps", "NaN")).hasMessageContaining("target-fps");
        assertThatThrownBy(() -> config("jpeg-quality", "0"))
                .hasMessage("segwatch.ingest.jpeg-quality must be 1..100, not 0");
        assertThatThrownBy(() -> config("shard", "3", "shards", "3"))
                .hasMessage("segwatch.ingest.shard must be 0..2, not 3");
        assertThatThrownBy(() -> config("retry-most", "2h"))
                .hasMessage("segwatch.ingest.retry-most must be 10ms..1h, not 2h");
        assertThatThrownBy(() -> config("retry-most", "100ms"))
                .hasMessage("segwatch.ingest.retry-most must be retry-first (500ms) or more, not 100ms");
    }

    @Test
    void refusesSizesThatNoPictureCanHave() {
        assertThatThrownBy(() -> config("multiple", "33"))
                .hasMessageContaining("segwatch.ingest.multiple must be even");
        assertThatThrownBy(() -> config("max-side", "1000"))
                .hasMessage("segwatch.ingest.max-side must be a multiple of 32, not 1000");
        assertThatThrownBy(() -> config("min-side", "65"))
                .hasMessage("segwatch.ingest.min-side must be a multiple of 32, not 65");
        assertThatThrownBy(() -> config("min-side", "512", "max-side", "256"))
                .hasMessage("segwatch.ingest.min-side must be max-side (256) or less, not 512");
    }

    @Test
    void givesEachCameraToExactlyOneShard() {
        List<IngestConfig> shards = List.of(
                config("shard", "0", "shards", "3"),
                config("shard", "1", "shards", "3"),
                config("shard", "2", "shards", "3"));
        for (int i = 0; i < 200; i++) {
            String camera = "camera-" + i;
            assertThat(shards.stream().filter(shard -> shard.owns(camera)).count())
                    .isOne();
        }
        // A camera must not move when the code changes.
        assertThat(shards.get(2).owns("front-door")).isTrue();
    }
}
