package io.segwatch.inference.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MotionDetectorTest {
    private static final int COLUMNS = 12;
    private static final int ROWS = 8;
    private static final int WIDTH = 8 * COLUMNS;
    private static final int HEIGHT = 8 * ROWS;

    private final MotionDetector motion = new MotionDetector(250);

    @Test
    void ofTheFirstFrameAnotherSizeAStepBackInTimeAndAfterAResetNothingIsKnown() {
        assertThat(at(0, plain(100))).isNull();
        assertThat(at(100, plain(100))).isNotNull();
        assertThat(motion.update(ByteBuffer.allocate(64 * 64 * 3), 64, 64, 8, 8, 200))
                .isNull();
        assertThat(at(300, plain(100))).isNull();
        assertThat(at(200, plain(100))).isNull();
        motion.reset();
        assertThat(at(400, plain(100))).isNull();
    }

    @Test
    void whatChangesIsMovingWithTwoCellsAroundItAndNothingElse() {
        at(0, plain(100));
        ByteBuffer changed = plain(100);
        fill(changed, 8 * 5, 8 * 4, 8, 8, 150);
        boolean[] moving = at(100, changed);
        for (int cell = 0; cell < moving.length; cell++) {
            boolean near = Math.abs(cell % COLUMNS - 5) <= 2 && Math.abs(cell / COLUMNS - 4) <= 2;
            assertThat(moving[cell]).as("cell %d", cell).isEqualTo(near);
        }
    }

    @Test
    void theNoiseOfACameraIsNoMovement() {
        Random random = new Random(1);
        int moving = 0;
        for (int frame = 0; frame < 20; frame++) {
            ByteBuffer picture = plain(100);
            for (int i = 0; i < picture.capacity(); i++) {
                picture.put(i, (byte) (100 + 6 * random.nextGaussian()));
            }
            moving += frame == 0 ? 0 : count(at(100 * frame, picture));
            if (frame == 0) {
                at(0, picture);
            }
        }
        assertThat(moving).isZero();
    }

    @Test
    void slowMovementAddsUp() {
        int moving = 0;
        for (int frame = 0; frame < 10; frame++) {
            boolean[] found = at(100 * frame, plain(100 + 4 * frame));
            moving = found == null ? 0 : count(found);
        }
        assertThat(moving).as("each step by itself is too small to tell").isEqualTo(COLUMNS * ROWS);
    }

    @Test
    void whatStandsStillAgainIsNoMovementSoonAfter() {
        at(0, plain(100));
        assertThat(count(at(100, plain(180)))).isEqualTo(COLUMNS * ROWS);
        for (int frame = 2; frame < 12; frame++) {
            at(100 * frame, plain(180));
        }
        assertThat(count(at(1_200, plain(180)))).isZero();
    }

    private boolean[] at(long atMs, ByteBuffer picture) {
        return motion.update(picture, WIDTH, HEIGHT, COLUMNS, ROWS, atMs);
    }

    private static int count(boolean[] moving) {
        return (int) IntStream.range(0, moving.length).filter(i -> moving[i]).count();
    }

    private static ByteBuffer plain(int value) {
        ByteBuffer picture = ByteBuffer.allocateDirect(WIDTH * HEIGHT * 3);
        fill(picture, 0, 0, WIDTH, HEIGHT, value);
        return picture;
    }

    private static void fill(ByteBuffer picture, int left, int top, int width, int height, int value) {
        for (int y = top; y < top + height; y++) {
            for (int i = (y * WIDTH + left) * 3; i < (y * WIDTH + left + width) * 3; i++) {
                picture.put(i, (byte) value);
            }
        }
    }
}
