package io.segwatch.bench.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SoakRecordTest {
    private final Random random = new Random(22);

    @Test
    void fitsAGrowthUnderNoiseAndOutliers() {
        var values = IntStream.range(0, 360)
                .mapToObj(i -> 500 + 10.0 * i / 359 + random.nextGaussian() + (i % 40 == 0 ? 80 : 0))
                .toList();
        assertThat(SoakRecord.growth(values)).isCloseTo(2, within(0.3));
    }

    @Test
    void seesNoneInNoise() {
        var values = IntStream.range(0, 5_000)
                .mapToObj(i -> 500 + 5 * random.nextGaussian())
                .toList();
        assertThat(SoakRecord.growth(values)).isCloseTo(0, within(0.3));
    }
}
