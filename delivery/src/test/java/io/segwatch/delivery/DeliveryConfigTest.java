package io.segwatch.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.segwatch.config.Configuration;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeliveryConfigTest {
    @Test
    void linksInChatsLeadToTheAddressThatPeopleOpenThePageAt() {
        assertThat(config(Map.of()).page()).isEmpty();
        assertThat(config(Map.of("segwatch.dashboard.public-url", "https://example/cameras"))
                        .page())
                .contains("https://example/cameras/");
        assertThat(config(Map.of(
                                "segwatch.dashboard.public-url", "https://example/cameras",
                                "segwatch.delivery.page-url", "http://elsewhere/"))
                        .page())
                .contains("http://elsewhere/");
        for (String wrong : List.of("example", "ftp://example/", "https://u:p@example/", "https://example/?a=b")) {
            assertThatThrownBy(() -> config(Map.of("segwatch.delivery.page-url", wrong)))
                    .hasMessageContaining("segwatch.delivery.page-url must be the page's");
        }
    }

    private static DeliveryConfig config(Map<String, String> set) {
        return Configuration.of(set).get(DeliveryConfig.class);
    }

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
