package io.segwatch.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ShortfallTest {
    private final Shortfall shortfall = new Shortfall();

    private void frames(int published, int late, int refused) {
        for (int i = 0; i < published + late + refused; i++) {
            shortfall.due();
        }
        for (int i = 0; i < published; i++) {
            shortfall.published();
        }
        for (int i = 0; i < late; i++) {
            shortfall.dropped(IngestMetrics.Drop.LATE);
        }
        for (int i = 0; i < refused; i++) {
            shortfall.dropped(IngestMetrics.Drop.KAFKA_BEHIND);
        }
        shortfall.measure();
    }

    @Test
    void saysHowFewOfTheFramesArePublishedAndWhy() {
        frames(0, 0, 0);
        frames(20, 2, 0);
        assertThat(shortfall.note()).isEmpty();
        frames(0, 60, 1);
        assertThat(shortfall.note()).contains("Of 83 frames", "20 were published", "over a second old");
        for (int i = 0; i < 6; i++) {
            frames(20, 0, 0);
        }
        assertThat(shortfall.note()).isEmpty();
        for (int i = 0; i < 6; i++) {
            frames(1, 0, 20);
        }
        assertThat(shortfall.note()).contains("Kafka");
    }
}
