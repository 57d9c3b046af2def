package io.segwatch.inference.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;

class EncodingChoiceTest {
    private static final int WIDTH = 320;
    private static final int HEIGHT = 192;

    private final Random random = new Random(1);

    /** Frames of {@code frames} that are encoded, ten a second; a box of 16 pixels stands at {@code box} in each. */
    private int encoded(EncodingChoice choice, int frames, double noise, IntUnaryOperator light, IntUnaryOperator box) {
        int encoded = 0;
        for (int i = 0; i < frames; i++) {
            ByteBuffer picture = picture(noise, light.applyAsInt(i), box.applyAsInt(i));
            encoded += choice.encode(picture, WIDTH, HEIGHT, 100L * i, false) ? 1 : 0;
        }
        return encoded;
    }

    private ByteBuffer picture(double noise, int light, int box) {
        ByteBuffer picture = ByteBuffer.allocate(WIDTH * HEIGHT * 3);
        for (int i = 0; i < picture.capacity(); i++) {
            int x = i / 3 % WIDTH;
            int y = i / 3 / WIDTH;
            boolean inside = x >= box && x < box + 16 && y >= 80 && y < 96;
            double value = (inside ? 200 : 60 + x / 4) + light + noise * random.nextGaussian();
            picture.put(i, (byte) Math.max(0, Math.min(255, Math.round(value))));
        }
        return picture;
    }

    @Test
    void ofAPictureThatStandsStillOneIsEncodedForEachAge() {
        assertThat(encoded(new EncodingChoice(1, 1_000), 100, 0, i -> 0, i -> 100))
                .isEqualTo(10);
    }

    @Test
    void neitherNoiseNorLightThatChangesOverTheWholePictureIsAChange() {
        assertThat(encoded(new EncodingChoice(1, 1_000), 50, 12, i -> 0, i -> 100))
                .isLessThanOrEqualTo(6);
        assertThat(encoded(new EncodingChoice(1, 1_000), 50, 2, i -> i, i -> 100))
                .isLessThanOrEqualTo(6);
    }

    @Test
    void everyFrameInWhichAThingMovesIsEncoded() {
        assertThat(encoded(new EncodingChoice(1, 1_000), 50, 2, i -> 0, i -> 4 * i))
                .isGreaterThanOrEqualTo(45);
    }

    @Test
    void slowMovementAddsUp() {
        // An eighth of a block a frame.
        int encoded = encoded(new EncodingChoice(1, 10_000), 80, 1, i -> 0, i -> 100 + i);
        assertThat(encoded).isGreaterThanOrEqualTo(20);
    }

    @Test
    void whereSomethingAlwaysMovesNoMoreThanTheShareIsEncoded() {
        int encoded = encoded(new EncodingChoice(0.5, 1_000), 300, 1, i -> 0, i -> 5 * i % 300);
        assertThat(encoded).isBetween(100, 165);
    }

    @Test
    void whatMovesAfterAWhileOfStandingStillIsEncodedAtOnce() {
        EncodingChoice choice = new EncodingChoice(0.3, 1_000);
        encoded(choice, 50, 1, i -> 0, i -> 0);
        int after = 0;
        for (int i = 50; i < 55; i++) {
            after += choice.encode(picture(1, 0, 5 * (i - 49)), WIDTH, HEIGHT, 100L * i, false) ? 1 : 0;
        }
        assertThat(after).isGreaterThanOrEqualTo(4);
    }
}
