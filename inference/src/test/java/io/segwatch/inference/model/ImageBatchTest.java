package io.segwatch.inference.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_LINEAR;

import io.segwatch.inference.TinyModel;
import java.nio.ByteBuffer;
import java.util.Random;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;
import org.junit.jupiter.api.Test;

class ImageBatchTest {
    private static final int SIDE = 256;

    private static Mat noise(int width, int height) {
        byte[] bytes = new byte[width * height * 3];
        new Random(7).nextBytes(bytes);
        Mat picture = new Mat(height, width, CV_8UC3);
        picture.data().put(bytes);
        return picture;
    }

    /** The whole input cleared, then the picture row by row; channel {@code c} taken from {@code order[c]}. */
    private static byte[] expected(Mat picture, InputGeometry geometry, int[] order, int interpolation) {
        byte[] input = new byte[geometry.inputWidth() * geometry.inputHeight() * 3];
        byte[] scaled = new byte[geometry.validWidth() * geometry.validHeight() * 3];
        try (Mat resized = new Mat()) {
            opencv_imgproc.resize(
                    picture, resized, new Size(geometry.validWidth(), geometry.validHeight()), 0, 0, interpolation);
            resized.data().get(scaled);
        }
        for (int y = 0; y < geometry.validHeight(); y++) {
            for (int x = 0; x < geometry.validWidth(); x++) {
                for (int c = 0; c < 3; c++) {
                    input[(y * geometry.inputWidth() + x) * 3 + c] =
                            scaled[(y * geometry.validWidth() + x) * 3 + order[c]];
                }
            }
        }
        return input;
    }

    private static byte[] bytes(ByteBuffer pixels) {
        byte[] bytes = new byte[pixels.capacity()];
        pixels.get(0, bytes);
        return bytes;
    }

    private static void fill(ByteBuffer pixels) {
        for (int i = 0; i < pixels.capacity(); i++) {
            pixels.put(i, (byte) 99);
        }
    }

    @Test
    void aPictureIsScaledToTheTopLeftAndThePaddingOfAnEarlierOneIsCleared() {
        try (ImageBatch batch = TinyModel.shared().batch(2, SIDE, SIDE)) {
            for (InputGeometry geometry : new InputGeometry[] {
                new InputGeometry(SIDE, SIDE, SIDE, 144),
                new InputGeometry(SIDE, SIDE, 100, SIDE),
                new InputGeometry(SIDE, SIDE, 37, 51),
                new InputGeometry(SIDE, SIDE, SIDE, SIDE)
            }) {
                for (int side : new int[] {50, 700}) {
                    int interpolation = side == 700 ? INTER_AREA : INTER_LINEAR;
                    if (side == 50 && geometry.validWidth() * geometry.validHeight() < 50 * 50) {
                        interpolation = INTER_AREA;
                    }
                    try (Mat picture = noise(side, side)) {
                        fill(batch.pixels(0));
                        fill(batch.pixels(1));
                        batch.place(1, picture, geometry);
                        assertThat(bytes(batch.pixels(1)))
                                .isEqualTo(expected(picture, geometry, new int[] {0, 1, 2}, interpolation));
                        assertThat(bytes(batch.pixels(0))).containsOnly(99);
                        batch.placeBgr(0, picture, geometry);
                        assertThat(bytes(batch.pixels(0)))
                                .isEqualTo(expected(picture, geometry, new int[] {2, 1, 0}, interpolation));
                    }
                }
            }
        }
    }
}
