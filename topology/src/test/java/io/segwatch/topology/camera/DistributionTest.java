package io.segwatch.topology.camera;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DistributionTest {
    private static Distribution of(double idle, int idleFrames, double busy, int busyFrames) {
        Distribution distribution = new Distribution();
        for (int i = 0; i < idleFrames; i++) {
            distribution.add(i % 2 == 0 ? 0 : idle);
        }
        for (int i = 0; i < busyFrames; i++) {
            distribution.add(busy);
        }
        return distribution;
    }

    @Test
    void betweenIdleAndBusyLiesAThreshold() {
        assertThat(of(0.001, 900, 0.2, 100).suggest(false)).hasValueSatisfying(suggestion -> {
            assertThat(suggestion.enter()).isBetween(0.01, 0.19);
            assertThat(suggestion.exit()).isLessThan(suggestion.enter());
        });
        assertThat(of(0.0005, 900, 0.006, 100).suggest(false))
                .as("small and far away")
                .isPresent();
    }

    @Test
    void nothingIsSuggestedWhereNothingWasSeen() {
        assertThat(new Distribution().suggest(false)).isEmpty();
        assertThat(of(0, 1_000, 0, 0).suggest(false)).isEmpty();
        assertThat(of(0.0002, 900, 0.002, 100).suggest(false)).isEmpty();
        assertThat(of(0.0002, 900, 0.002, 100).suggest(true)).isEmpty();
    }
}
