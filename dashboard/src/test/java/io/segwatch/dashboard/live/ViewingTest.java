package io.segwatch.dashboard.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ViewingTest {
    @ParameterizedTest
    @CsvSource({"10, 4, 4", "4, 4, 4", "5, 2, 2", "2, 10, 2", "25, 12, 12", "0.3, 2, 0.3", "10, 0, 0"})
    void asManyPicturesPassAsAreWanted(double camera, double wanted, double expected) {
        Viewing viewing = new Viewing(null, new Watch("a", 0, wanted, false));
        Random random = new Random(1);
        int seconds = 100;
        int passed = 0;
        for (int i = 0; i < seconds * camera; i++) {
            double late = random.nextDouble() * 0.2;
            passed += viewing.due((long) ((i + late) / camera * TimeUnit.SECONDS.toNanos(1))) ? 1 : 0;
        }
        assertThat(passed / (double) seconds).isBetween(expected * 0.9, expected * 1.1 + 0.01);
    }
}
