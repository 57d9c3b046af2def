package io.segwatch.inference.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class SmootherTest {
    @Test
    void theFirstFrameStaysAsItIs() {
        float[] first = {0.2f, 0.8f};
        new Smoother(250).smooth(first, 1_000, null);
        assertThat(first).containsExactly(0.2f, 0.8f);
    }

    @Test
    void aSmallChangeIsTakenOverWithTheTimeConstantAndALargeOneAtOnce() {
        Smoother smoother = new Smoother(250);
        smoother.smooth(new float[] {0.4f, 0.1f}, 1_000, null);
        float[] next = {0.5f, 0.9f};
        smoother.smooth(next, 1_100, null);
        double keepUp = 1 - Math.exp(-100 / 250.0);
        assertThat((double) next[0]).isCloseTo(0.4 + 0.1 * (keepUp + 8 * 0.01), Offset.offset(1e-6));
        assertThat(next[1]).isCloseTo(0.9f, Offset.offset(1e-6f));
    }

    @Test
    void whereNothingMovesAChangeOfAnySizeIsTakenOverFourTimesAsSlowly() {
        Smoother smoother = new Smoother(250);
        smoother.smooth(new float[] {0.1f, 0.1f}, 1_000, null);
        float[] next = {0.9f, 0.9f};
        smoother.smooth(next, 1_100, new boolean[] {false, true});
        assertThat((double) next[0]).isCloseTo(0.1 + 0.8 * (1 - Math.exp(-100 / 1_000.0)), Offset.offset(1e-6));
        assertThat(next[1]).as("what moves does not trail behind").isCloseTo(0.9f, Offset.offset(1e-6f));
    }

    @Test
    void flickerAroundAValueIsDamped() {
        Smoother smoother = new Smoother(250);
        float[] shown = new float[1];
        for (int i = 0; i < 50; i++) {
            shown[0] = i % 2 == 0 ? 0.45f : 0.55f;
            smoother.smooth(shown, i * 100L, null);
        }
        assertThat(shown[0]).isBetween(0.48f, 0.53f);
    }

    @Test
    void afterAResetAnotherSizeOrAStepBackInTimeItStartsOver() {
        Smoother smoother = new Smoother(250);
        smoother.smooth(new float[] {0.4f}, 1_000, null);
        smoother.reset();
        assertThat(smoothed(smoother, 1_100, 0.5f)).containsExactly(0.5f);
        assertThat(smoothed(smoother, 1_200, 0.6f, 0.7f)).containsExactly(0.6f, 0.7f);
        assertThat(smoothed(smoother, 1_000, 0.5f, 0.6f)).containsExactly(0.5f, 0.6f);
    }

    @Test
    void withoutATimeConstantNothingIsSmoothed() {
        Smoother smoother = new Smoother(0);
        smoother.smooth(new float[] {0.4f}, 1_000, null);
        assertThat(smoothed(smoother, 1_001, 0.5f)).containsExactly(0.5f);
    }

    @Test
    void whatItWasGivenIsNotWhatItRemembers() {
        Smoother smoother = new Smoother(250);
        float[] given = {0.4f};
        smoother.smooth(given, 1_000, null);
        given[0] = 0;
        assertThat(smoothed(smoother, 1_000, 0.4f)).containsExactly(0.4f);
    }

    private static float[] smoothed(Smoother smoother, long atMs, float... probabilities) {
        smoother.smooth(probabilities, atMs, null);
        return probabilities;
    }
}
