package io.segwatch.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryAfterTest {
    private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");

    @ParameterizedTest
    @CsvSource({
        "120, 120000",
        "' 5 ', 5000",
        "0.3, 300",
        "64.5701, 64571",
        "999999999, 3600000",
        "'Tue, 24 Nov 2026 10:00:30 GMT', 30000",
        "'Tue, 24 Nov 2026 09:00:30 GMT', 0",
        "-5, 0",
        "soon, 0",
        "'', 0"
    })
    void readsSecondsAndDatesAndNothingElse(String header, long ms) {
        assertThat(RetryAfter.parse(header, NOW)).isEqualTo(ms);
    }

    @Test
    void readsDiscordsOwnHeaderWhereTheStandardOneIsMissing() {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap().add("X-RateLimit-Reset-After", "1.25");
        assertThat(RetryAfter.of(headers, NOW)).isEqualTo(1_250);
        assertThat(RetryAfter.of(headers.add("Retry-After", "2"), NOW)).isEqualTo(2_000);
    }

    @Test
    void noHeaderAsksForNoWait() {
        assertThat(RetryAfter.parse(null, NOW)).isZero();
    }
}
