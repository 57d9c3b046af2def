package io.segwatch.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MemorySizeTest {
    @ParameterizedTest
    @CsvSource({"0B, 0", "512B, 512", "64KiB, 65536", "16MiB, 16777216", "2GiB, 2147483648", "1TiB, 1099511627776"})
    void readsAndWritesSizesWithABinaryUnit(String text, long bytes) {
        assertThat(MemorySize.parse(text)).isEqualTo(new MemorySize(bytes)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "268435456", "MiB", "-1MiB", "1.5GiB", "16MB", "16mib", "99999999TiB"})
    void showsHowToWriteOneWhenItIsNone(String text) {
        assertThatThrownBy(() -> MemorySize.parse(text))
                .hasMessage("'" + text + "' is no size; write for example 64KiB, 16MiB, 2GiB");
    }
}
