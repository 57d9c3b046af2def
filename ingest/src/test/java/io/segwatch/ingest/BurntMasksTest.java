package io.segwatch.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.segwatch.v1.Point;
import io.segwatch.v1.PrivacyMask;
import io.segwatch.v1.Ring;
import java.awt.geom.Path2D;
import java.util.List;
import java.util.Random;
import org.bytedeco.javacpp.indexer.UByteIndexer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.junit.jupiter.api.Test;

/** Java's own geometry is the reference for what an outline encloses. */
class BurntMasksTest {
    private static final int WIDTH = 96;
    private static final int HEIGHT = 64;

    private static PrivacyMask mask(double... xy) {
        Ring.Builder ring = Ring.newBuilder();
        for (int i = 0; i < xy.length; i += 2) {
            ring.addPoints(Point.newBuilder().setX(xy[i]).setY(xy[i + 1]));
        }
        return PrivacyMask.newBuilder().setOutline(ring).build();
    }

    /** Whether each pixel of a white picture has become black; row by row. */
    private static boolean[] burnt(BurntMasks masks, List<PrivacyMask> which) {
        try (Scalar white = new Scalar(255, 255, 255, 0);
                Mat picture = new Mat(HEIGHT, WIDTH, opencv_core.CV_8UC3, white)) {
            masks.burn(which, picture);
            boolean[] black = new boolean[WIDTH * HEIGHT];
            try (UByteIndexer at = picture.createIndexer()) {
                for (int i = 0; i < black.length; i++) {
                    int sum = at.get(i / WIDTH, i % WIDTH, 0)
                            + at.get(i / WIDTH, i % WIDTH, 1)
                            + at.get(i / WIDTH, i % WIDTH, 2);
                    assertThat(sum).isIn(0, 3 * 255);
                    black[i] = sum == 0;
                }
            }
            return black;
        }
    }

    private static int count(boolean[] black) {
        int count = 0;
        for (boolean one : black) {
            count += one ? 1 : 0;
        }
        return count;
    }

    @Test
    void hidesEveryPixelThatAnOutlineTouchesAndNoneFartherAway() {
        Random random = new Random(5);
        try (BurntMasks masks = new BurntMasks(WIDTH, HEIGHT)) {
            for (int round = 0; round < 60; round++) {
                double[] xy = random.doubles(2 * (3 + random.nextInt(6))).toArray();
                Path2D outline = new Path2D.Double(Path2D.WIND_NON_ZERO);
                for (int i = 0; i < xy.length; i += 2) {
                    if (i == 0) {
                        outline.moveTo(xy[0] * WIDTH, xy[1] * HEIGHT);
                    } else {
                        outline.lineTo(xy[i] * WIDTH, xy[i + 1] * HEIGHT);
                    }
                }
                outline.closePath();
                boolean[] black = burnt(masks, List.of(mask(xy)));
                for (int i = 0; i < black.length; i++) {
                    int x = i % WIDTH;
                    int y = i / WIDTH;
                    if (outline.intersects(x, y, 1, 1)) {
                        assertThat(black[i])
                                .as("round %d at %d,%d", round, x, y)
                                .isTrue();
                    } else if (!outline.getBounds2D().intersects(x - 3, y - 3, 7, 7)) {
                        assertThat(black[i])
                                .as("round %d at %d,%d", round, x, y)
                                .isFalse();
                    }
                }
            }
        }
    }

    @Test
    void hidesTheMiddleOfAnOutlineThatWindsAroundItTwice() {
        double[] pentagram = new double[10];
        for (int i = 0; i < 5; i++) {
            pentagram[2 * i] = 0.5 + 0.4 * Math.sin(4 * Math.PI * i / 5);
            pentagram[2 * i + 1] = 0.5 - 0.4 * Math.cos(4 * Math.PI * i / 5);
        }
        try (BurntMasks masks = new BurntMasks(WIDTH, HEIGHT)) {
            assertThat(burnt(masks, List.of(mask(pentagram)))[HEIGHT / 2 * WIDTH + WIDTH / 2])
                    .isTrue();
        }
    }

    @Test
    void hidesWholePicturesAndTheirEdges() {
        try (BurntMasks masks = new BurntMasks(WIDTH, HEIGHT)) {
            assertThat(count(burnt(masks, List.of(mask(0, 0, 1, 0, 1, 1, 0, 1)))))
                    .isEqualTo(WIDTH * HEIGHT);
            boolean[] left = burnt(masks, List.of(mask(0, 0, 0.5, 0, 0.5, 1, 0, 1)));
            assertThat(left[0]).isTrue();
            assertThat(left[(HEIGHT - 1) * WIDTH]).isTrue();
            assertThat(left[WIDTH - 1]).isFalse();
        }
    }

    @Test
    void showsWhatLiesBetweenMasksAndFollowsTheirChange() {
        List<PrivacyMask> frame = List.of(
                mask(0, 0, 1, 0, 1, 0.2, 0, 0.2),
                mask(0, 0.8, 1, 0.8, 1, 1, 0, 1),
                mask(0, 0, 0.2, 0, 0.2, 1, 0, 1),
                mask(0.8, 0, 1, 0, 1, 1, 0.8, 1));
        int middle = HEIGHT / 2 * WIDTH + WIDTH / 2;
        try (BurntMasks masks = new BurntMasks(WIDTH, HEIGHT)) {
            assertThat(burnt(masks, frame)[middle]).isFalse();
            assertThat(burnt(masks, List.of(mask(0.4, 0.4, 0.6, 0.4, 0.6, 0.6, 0.4, 0.6)))[middle])
                    .isTrue();
            assertThat(count(burnt(masks, List.of()))).isZero();
            assertThat(burnt(masks, frame)[0]).isTrue();
        }
    }

    @Test
    void refusesAPictureOfAnotherSizeRatherThanShowIt() {
        try (BurntMasks masks = new BurntMasks(WIDTH, HEIGHT);
                Mat picture = new Mat(HEIGHT, WIDTH + 1, opencv_core.CV_8UC3)) {
            assertThatThrownBy(() -> masks.burn(List.of(mask(0, 0, 1, 0, 1, 1)), picture))
                    .isInstanceOf(IllegalStateException.class);
        }
    }
}
