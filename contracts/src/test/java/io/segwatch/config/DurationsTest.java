package io.segwatch.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {
    @ParameterizedTest
    @CsvSource({"500ms, PT0.5S", "10s, PT10S", "5m, PT5M", "2h, PT2H", "1d, P1D", "' 10 s ', PT10S"})
    void readsDurationsAsPeopleWriteThem(String text, Duration expected) {
        assertThat(Configuration.duration(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0s", "1ms", "1500ms", "10s", "90s", "5m", "90m", "2h", "36h", "7d"})
    void writesADurationInTheLargestUnitThatGivesAWholeNumber(String text) {
        assertThat(Configuration.text(Configuration.duration(text))).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10", "s", "-1s", "1.5h", "99999999999s"})
    void showsHowToWriteOneWhenItIsNone(String text) {
        assertThatThrownBy(() -> Configuration.duration(text)).hasMessageContaining("500ms, 10s, 5m, 2h");
    }

    @Test
    void isNotFooledByTextAroundIt() {
        assertThatThrownBy(() -> Configuration.duration("10s later")).hasMessageContaining("10s later");
    }
}
