package io.segwatch.inference.features;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HalfFloatTest {
    /** By the format's definition, in 64 bits. */
    private static double defined(int half) {
        double sign = half >> 15 == 0 ? 1 : -1;
        int exponent = half >> 10 & 0x1F;
        int fraction = half & 0x3FF;
        if (exponent == 0x1F) {
            return fraction == 0 ? sign * Double.POSITIVE_INFINITY : Double.NaN;
        }
        return exponent == 0
                ? sign * fraction * Math.pow(2, -24)
                : sign * (1 + fraction / 1024.0) * Math.pow(2, exponent - 15);
    }

    @Test
    void everyHalfIsReadByTheDefinitionAndWrittenAsItWas() {
        for (int half = 0; half <= 0xFFFF; half++) {
            float read = HalfFloat.toFloat((short) half);
            if (Double.isNaN(defined(half))) {
                assertThat(read).isNaN();
                assertThat(HalfFloat.toFloat(HalfFloat.of(read))).isNaN();
            } else {
                assertThat((double) read).isEqualTo(defined(half));
                assertThat(HalfFloat.of(read)).isEqualTo((short) half);
            }
        }
    }

    @Test
    void betweenTwoHalvesTheNearerIsTakenAndOfEquallyNearOnesTheEven() {
        for (int half = 0; half < 0x7BFF; half++) {
            double low = defined(half);
            double middle = (low + defined(half + 1)) / 2;
            int even = half % 2 == 0 ? half : half + 1;
            assertThat(HalfFloat.of((float) middle)).isEqualTo((short) even);
            assertThat(HalfFloat.of(Math.nextDown((float) middle))).isEqualTo((short) half);
            assertThat(HalfFloat.of(Math.nextUp((float) middle))).isEqualTo((short) (half + 1));
            assertThat(HalfFloat.of(-(float) middle)).isEqualTo((short) (even | 0x8000));
        }
    }

    @ParameterizedTest
    @CsvSource({"65504, 65504", "65519.99, 65504", "65520, Infinity", "1e30, Infinity", "-65520, -Infinity", "1e-9, 0"})
    void whatIsTooLargeIsInfiniteAndWhatIsTooSmallIsNothing(float value, float read) {
        assertThat(HalfFloat.toFloat(HalfFloat.of(value))).isEqualTo(read);
    }
}
