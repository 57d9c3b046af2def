package io.segwatch.inference.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InputRuleTest {
    private static final InputRule AREA = new InputRule(false, 258_048, 32, 64, 1_536, 0);
    private static final InputRule LETTERBOX = new InputRule(true, 0, 0, 0, 0, 1_024);

    @ParameterizedTest
    @CsvSource({
        // Sizes by hand: scale = sqrt(258048 / (w * h)), each side to the nearest 32, then 64..1536.
        "1920, 1080, 672, 384",
        "640, 480, 576, 448",
        "1080, 1920, 384, 672",
        "640, 272, 768, 320",
        "1, 1, 512, 512",
        "10000, 10, 1536, 64",
        "10, 10000, 64, 1536",
        "5000, 4000, 576, 448",
    })
    void theAreaRuleKeepsAspectAndArea(int width, int height, int toWidth, int toHeight) {
        assertThat(AREA.geometry(width, height)).isEqualTo(new InputGeometry(toWidth, toHeight, toWidth, toHeight));
        assertThat(AREA.geometry(width, height).isPadded()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"2048, 1024, 1024, 512", "512, 1024, 512, 1024", "100, 100, 1024, 1024", "10000, 1, 1024, 1"})
    void theLetterboxRuleScalesTheLongerSide(int width, int height, int validWidth, int validHeight) {
        assertThat(LETTERBOX.geometry(width, height))
                .isEqualTo(new InputGeometry(1_024, 1_024, validWidth, validHeight));
    }

    @Test
    void aTrialIsAsSmallAsTheRuleAllows() {
        assertThat(AREA.smallestSide()).isEqualTo(64);
        assertThat(LETTERBOX.smallestSide()).isEqualTo(1_024);
    }
}
