package io.segwatch.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PastTimeTest {
    private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");

    @ParameterizedTest
    @CsvSource({
        "now, 2026-11-28T12:00:00Z",
        "-90s, 2026-11-28T11:58:30Z",
        "-30m, 2026-11-28T11:30:00Z",
        "-24h, 2026-11-27T12:00:00Z",
        "' -7 d ', 2026-11-21T12:00:00Z",
        "-2w, 2026-11-14T12:00:00Z",
        "2026-11-27T22:00:00Z, 2026-11-27T22:00:00Z",
        "2026-11-27 22:00+01:00, 2026-11-27T21:00:00Z",
        "2026-11-27T22:00:05.250-05:30, 2026-11-28T03:30:05.250Z"
    })
    void aTimeAgoAndOneWithAZoneAreTheSameEverywhere(String text, Instant expected) {
        assertThat(PastTime.parse("--from", text, NOW)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-27, 2026-11-27T00:00",
        "2026-11-27 22:00, 2026-11-27T22:00",
        "2026-11-27T22:00:05, 2026-11-27T22:00:05"
    })
    void aTimeWithoutAZoneIsThisMachines(String text, LocalDateTime expected) {
        assertThat(PastTime.parse("--from", text, NOW))
                .isEqualTo(expected.atZone(ZoneId.systemDefault()).toInstant());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "yesterday",
                "24h",
                "-24",
                "-1y",
                "-1234567h",
                "2026-13-01",
                "2026-02-30",
                "2026-11-27 25:00",
                "22:00",
                "2026-11-27T22:00+25:00"
            })
    void whatIsNoTimeIsRefusedWithTheOptionAndExamples(String text) {
        assertThatThrownBy(() -> PastTime.parse("--to", text, NOW))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("--to " + text)
                .hasMessageContaining("-24h, 2026-11-27, \"2026-11-27 22:00\"");
    }

    @Test
    void theFarthestTimeAgoThatCanBeWrittenIsUnderstood() {
        assertThat(PastTime.parse("--from", "-999999w", NOW)).isBefore(NOW);
    }
}
