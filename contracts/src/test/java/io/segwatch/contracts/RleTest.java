package io.segwatch.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.segwatch.v1.Mask;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RleTest {
    /** Counts as pycocotools 2.0.8 writes them. */
    @Test
    void writesWhatPycocotoolsWrites() {
        assertThat(Rle.encode(new byte[] {0, 0, 1, 0, 1, 1}, 3, 2).getCounts()).isEqualTo("33");
    }

    @Test
    void writesAnEllipseWithHolesAsPycocotoolsDoes() {
        byte[] pixels = new byte[60 * 40];
        for (int y = 0; y < 40; y++) {
            for (int x = 0; x < 60; x++) {
                double ellipse = (x - 30) * (x - 30) / 400.0 + (y - 20) * (y - 20) / 150.0;
                pixels[y * 60 + x] = (byte) (ellipse < 1 && (x * 7 + y * 3) % 11 != 0 ? 1 : 0);
            }
        }
        assertThat(Rle.encode(pixels, 60, 40).getCounts())
                .isEqualTo("Y>51Ln00RO8k0NUONi0MWO80Gg07YO0f0JZO80Ie05[O2d0H\\O80Kc03]O20Gb01^O80Mb00^O30Ha00_O80O`0N@"
                        + "30J`0M@900`0L@40Ka05_O0`0L@40M?3A00H>3B50N>2B00I>1B60O>0B10J>OB700?MA30J`0M@900`0L@40Ka05_"
                        + "O0a0K_O50La03_O1c0I]O70Lb02^O20Gc00]O90Ld00\\O40Ge09[OLf0NZO60Gg07YONi0KWO9l0KTO0n02Q<");
    }

    @Test
    void startsWithAnEmptyRunWhenTheFirstPixelIsInside() {
        assertThat(Rle.encode(new byte[] {1, 1, 1, 1}, 2, 2).getCounts()).isEqualTo("04");
    }

    @Test
    void readsBackWhatItWrote() {
        Random random = new Random(7);
        for (int round = 0; round < 200; round++) {
            int width = 1 + random.nextInt(90);
            int height = 1 + random.nextInt(60);
            double change = random.nextDouble() * 0.3;
            byte[] pixels = new byte[width * height];
            byte value = (byte) random.nextInt(2);
            for (int i = 0; i < pixels.length; i++) {
                value = random.nextDouble() < change ? (byte) (1 - value) : value;
                pixels[i] = value;
            }

            Mask mask = Rle.encode(pixels, width, height);

            assertThat(Rle.decode(mask)).isEqualTo(pixels);
            int[] visited = new int[1];
            Rle.forEachRun(mask, (from, to) -> visited[0] += to - from);
            assertThat(Rle.area(mask)).isEqualTo(ones(pixels)).isEqualTo(visited[0]);
        }
    }

    @Test
    void refusesAMaskOverThePixelLimit() {
        Mask mask = Mask.newBuilder()
                .setWidth(100_000)
                .setHeight(100_000)
                .setCounts("0")
                .build();
        assertThatThrownBy(() -> Rle.decode(mask)).hasMessageContaining("over the limit");
    }

    @Test
    void refusesRunsThatLeaveTheMask() {
        Mask mask = Mask.newBuilder().setWidth(2).setHeight(2).setCounts("09").build();
        assertThatThrownBy(() -> Rle.area(mask)).hasMessageContaining("leaves the mask");
    }

    @Test
    void refusesRunsThatDoNotFillTheMask() {
        Mask mask = Mask.newBuilder().setWidth(2).setHeight(2).setCounts("03").build();
        assertThatThrownBy(() -> Rle.decode(mask)).hasMessageContaining("cover 3 of 4");
    }

    @Test
    void refusesCharactersThatAreNoRle() {
        Mask mask = Mask.newBuilder().setWidth(2).setHeight(2).setCounts("!").build();
        assertThatThrownBy(() -> Rle.decode(mask)).hasMessageContaining("no character");
    }

    @Test
    void refusesCountsThatEndWithinARun() {
        Mask mask = Mask.newBuilder().setWidth(2).setHeight(2).setCounts("o").build();
        assertThatThrownBy(() -> Rle.decode(mask)).hasMessageContaining("end within a run");
    }

    private static int ones(byte[] pixels) {
        int ones = 0;
        for (byte pixel : pixels) {
            ones += pixel;
        }
        return ones;
    }
}
