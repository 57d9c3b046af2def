package io.segwatch.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.segwatch.config.Configuration;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeliveryConfigTest {
    @ParameterizedTest
    @CsvSource({"1, 500, 1500", "2, 1000, 3000", "5, 8000, 24000", "7, 30000, 60000", "50, 30000, 60000"})
    void waitsDoubleUpToTheMostAndAreSpread(int failures, long least, long most) {
        DeliveryConfig config =
                Configuration.of(Map.of("segwatch.delivery.retry-most", "1m")).get(DeliveryConfig.class);

        LongSummaryStatistics waits = LongStream.range(0, 1_000)
                .map(i -> config.retryBackoff().backoff(failures - 1))
                .summaryStatistics();

        long quarter = (most - least) / 4;
        assertThat(waits.getMin()).isBetween(least, least + quarter);
        assertThat(waits.getMax()).isBetween(most - quarter, most);
    }
}
