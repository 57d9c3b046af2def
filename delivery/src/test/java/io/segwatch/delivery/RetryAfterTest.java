package io.segwatch.delivery;

import static org.assertj.core.api.Assertions.assertThat;

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
    void noHeaderAsksForNoWait() {
        assertThat(RetryAfter.parse(null, NOW)).isZero();
    }
}
