package io.segwatch.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkingSizeTest {
    @ParameterizedTest
    @CsvSource({
        "1920, 1080, 672, 384",
        "640, 272, 768, 320",
        "1080, 1920, 384, 672",
        "1, 1, 512, 512",
        "8000, 10, 1536, 64"
    })
    void keepsTheAspectRatioAsFarAsTheBoundsAllow(int width, int height, int workingWidth, int workingHeight) {
        assertThat(WorkingSize.of(width, height, 258_048, 32, 64, 1_536))
                .isEqualTo(new WorkingSize(workingWidth, workingHeight));
    }
}
