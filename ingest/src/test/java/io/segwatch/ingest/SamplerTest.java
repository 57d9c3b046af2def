package io.segwatch.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SamplerTest {
    /** Capture times taken from {@code seconds} of a source, with even jitter of up to {@code jitter} microseconds. */
    private static List<Long> taken(double source, double target, int seconds, int jitter) {
        Sampler sampler = new Sampler(target);
        Random random = new Random(1);
        List<Long> taken = new ArrayList<>();
        for (int i = 0; i < source * seconds; i++) {
            long at = Math.round(i * 1e6 / source) + (jitter == 0 ? 0 : random.nextInt(-jitter, jitter));
            if (sampler.take(at)) {
                taken.add(at);
            }
        }
        return taken;
    }

    @ParameterizedTest
    @CsvSource({"25,10", "30,10", "15,10", "12,10", "11,10", "29.97,10", "10,10", "60,7", "25,24", "25,0.5"})
    void takesTheTargetRateOfAFasterSource(double source, double target) {
        // Over 200 s, to within the one frame that the first and the last instant make.
        assertThat(taken(source, target, 200, 0).size()).isCloseTo((int) (200 * target), within(1));
    }

    @ParameterizedTest
    @CsvSource({"25,10,15000", "10,10,20000", "10.02,10,20000", "30,10,10000"})
    void keepsTheRateUnderJitter(double source, double target, int jitter) {
        assertThat((double) taken(source, target, 500, jitter).size())
                .isCloseTo(500 * target, within(500 * target / 50));
    }

    @Test
    void takesEveryFrameOfASlowerSource() {
        assertThat(taken(9.97, 10, 1_000, 0)).hasSize(9_970);
        assertThat(taken(5, 10, 100, 30_000)).hasSize(500);
    }

    @Test
    void spacesFramesAsEvenlyAsTheSourceAllows() {
        List<Long> taken = taken(25, 10, 100, 0);
        for (int i = 1; i < taken.size(); i++) {
            assertThat(taken.get(i) - taken.get(i - 1)).isBetween(80_000L, 120_000L);
        }
    }

    @Test
    void doesNotMakeUpForAGap() {
        Sampler sampler = new Sampler(10);
        assertThat(sampler.take(0)).isTrue();
        assertThat(sampler.take(5_000_000)).isTrue();
        assertThat(sampler.take(5_040_000)).isFalse();
        assertThat(sampler.take(5_100_000)).isTrue();
    }

    @Test
    void goesOnWhenTheClockIsSetBack() {
        Sampler sampler = new Sampler(10);
        assertThat(sampler.take(3_600_000_000L)).isTrue();
        assertThat(sampler.take(1_000)).isTrue();
        assertThat(sampler.take(41_000)).isFalse();
    }
}
