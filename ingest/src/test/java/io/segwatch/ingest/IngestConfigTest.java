package io.segwatch.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class IngestConfigTest {
    private static IngestConfig config(double fps, int quality, int shard, int shards, Duration retryMost) {
        return new IngestConfig(
                fps,
                225_280,
                32,
                64,
                1_536,
                quality,
                32,
                shard,
                shards,
                Duration.ofSeconds(10),
                Duration.ofSeconds(10),
                Duration.ofSeconds(3),
                Duration.ofMillis(500),
                retryMost,
                4,
                List.of(),
                false);
    }

    @Test
    void namesTheKeyAndTheBoundsOfWhatIsWrong() {
        Duration most = Duration.ofSeconds(15);
        assertThatThrownBy(() -> config(900, 85, 0, 1, most))
                .hasMessage("segwatch.ingest.target-fps must be 0.1..60, not 900");
        assertThatThrownBy(() -> config(Double.NaN, 85, 0, 1, most)).hasMessageContaining("target-fps");
        assertThatThrownBy(() -> config(10, 0, 0, 1, most))
                .hasMessage("segwatch.ingest.jpeg-quality must be 1..100, not 0");
        assertThatThrownBy(() -> config(10, 85, 3, 3, most)).hasMessage("segwatch.ingest.shard must be 0..2, not 3");
        assertThatThrownBy(() -> config(10, 85, 0, 1, Duration.ofMillis(100)))
                .hasMessage("segwatch.ingest.retry-most must be 500..3600000 ms, not 100");
    }

    @Test
    void givesEachCameraToExactlyOneShard() {
        for (int i = 0; i < 200; i++) {
            String camera = "camera-" + i;
            int owners = 0;
            for (int shard = 0; shard < 3; shard++) {
                owners += config(10, 85, shard, 3, Duration.ofSeconds(15)).owns(camera) ? 1 : 0;
            }
            assertThat(owners).isOne();
        }
        // A camera must not move when the code changes.
        assertThat(config(10, 85, 2, 3, Duration.ofSeconds(15)).owns("front-door"))
                .isTrue();
    }

    @Test
    void waitsTwiceAsLongEachTimeUpToTheCap() {
        Backoff backoff = new Backoff(Duration.ofMillis(500), Duration.ofSeconds(3), new Random(1));
        for (long longest : new long[] {500, 1_000, 2_000, 3_000, 3_000}) {
            assertThat(backoff.next()).isBetween(Duration.ofMillis(longest / 2), Duration.ofMillis(longest));
        }
        backoff.reset();
        assertThat(backoff.next()).isLessThanOrEqualTo(Duration.ofMillis(500));
    }
}
