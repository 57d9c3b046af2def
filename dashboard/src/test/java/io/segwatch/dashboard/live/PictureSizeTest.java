package io.segwatch.dashboard.live;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PictureSizeTest {
    @ParameterizedTest
    @CsvSource({
        "0, 672, 0, 0, 0",
        "320, 672, 0, 320, 72",
        "960, 672, 0, 0, 0",
        "672, 672, 0, 0, 0",
        "0, 672, 1, 640, 60",
        "0, 672, 4, 240, 40",
        "320, 672, 1, 240, 60",
        "160, 672, 4, 160, 40",
        "0, 100, 4, 100, 40",
        "0, 3840, 1, 1280, 60",
        "2000, 3840, 0, 2000, 72",
    })
    void aPictureIsNeverLargerThanWantedNorThanTheFrame(int wanted, int frame, int strain, int width, int quality) {
        assertThat(PictureSize.of(wanted, frame, strain)).isEqualTo(new PictureSize(width, quality));
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 160", "160, 160", "161, 240", "1280, 1280", "1281, 1281"})
    void aWidthIsRoundedUpToAStep(int width, int step) {
        assertThat(PictureSize.stepOf(width)).isEqualTo(step);
    }
}
