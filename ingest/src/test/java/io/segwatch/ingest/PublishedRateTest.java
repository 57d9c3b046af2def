package io.segwatch.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublishedRateTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long MEASURED_EVERY = 2 * SECOND;

    private final PublishedRate rate = new PublishedRate();

    @ParameterizedTest
    @ValueSource(doubles = {0.1, 0.3, 0.9, 4, 10, 25})
    void theRateIsThatOfTheCameraHoweverSlow(double fps) {
        long next = run(fps, 100 * SECOND, fps);
        assertThat(rate.measure(next)).isCloseTo(fps, within(fps * 0.05));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.3, 10})
    void aCameraThatSendsNoMoreGetsSlower(double fps) {
        run(fps, 100 * SECOND, fps);
        rate.measure(101 * SECOND);
        assertThat(rate.measure(1_100 * SECOND)).isLessThan(0.002);
        rate.reset();
        assertThat(rate.measure(1_102 * SECOND)).isZero();
    }

    /** Publishes for a while; once the rate has settled it stays about what it is. */
    private long run(double fps, long until, double settled) {
        long measuring = MEASURED_EVERY;
        for (int frame = 0; frame / fps * SECOND < until; frame++) {
            long at = (long) (frame / fps * SECOND);
            for (; measuring < at; measuring += MEASURED_EVERY) {
                double measured = rate.measure(measuring);
                if (frame > 3) {
                    assertThat(measured).isCloseTo(settled, within(settled * 0.05));
                }
            }
            rate.published(at);
        }
        return measuring;
    }
}
