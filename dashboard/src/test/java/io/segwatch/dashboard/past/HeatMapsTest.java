package io.segwatch.dashboard.past;

import static org.assertj.core.api.Assertions.assertThat;

import io.segwatch.contracts.Rle;
import io.segwatch.v1.FrameId;
import io.segwatch.v1.Mask;
import io.segwatch.v1.Observation;
import io.segwatch.v1.QueryMask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeatMapsTest {
    private static final long NOW = 1_700_000_000_000L;

    private final HeatMaps maps = new HeatMaps();

    @ParameterizedTest
    @CsvSource({"168,96", "64,36", "33,19", "100,100", "640,360", "7,5"})
    void aFullMaskCoversEachCellThatHasPixels(int width, int height) {
        byte[] pixels = new byte[width * height];
        java.util.Arrays.fill(pixels, (byte) 1);
        float[] covered = HeatMaps.covered(Rle.encode(pixels, width, height));
        for (float cell : covered) {
            assertThat(cell).isIn(0f, 1f);
        }
        assertThat(covered[0]).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"168,96", "33,19", "100,100"})
    void coversWhatThePixelsSay(int width, int height) {
        byte[] pixels = new byte[width * height];
        float[] expected = new float[HeatMaps.COLUMNS * HeatMaps.ROWS];
        int[] counts = new int[expected.length];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (i * 31 % 7 < 3 ? 1 : 0);
            int cell = i / width * HeatMaps.ROWS / height * HeatMaps.COLUMNS + i % width * HeatMaps.COLUMNS / width;
            expected[cell] += pixels[i];
            counts[cell]++;
        }
        for (int cell = 0; cell < expected.length; cell++) {
            expected[cell] /= Math.max(1, counts[cell]);
        }
        assertThat(HeatMaps.covered(Rle.encode(pixels, width, height))).isEqualTo(expected);
    }

    @Test
    void isTheShareOfTimeFromAFrameASecond() {
        byte[] left = new byte[64 * 36];
        for (int i = 0; i < left.length; i++) {
            left[i] = (byte) (i % 64 < 32 ? 1 : 0);
        }
        Mask mask = Rle.encode(left, 64, 36);
        maps.add(observation(NOW, mask));
        maps.add(observation(NOW + 500, mask));
        maps.add(observation(NOW + 1_000, Rle.encode(new byte[64 * 36], 64, 36)));
        Past.Places places = maps.places("door", "", NOW).get(0);
        assertThat(places.frames()).isEqualTo(2);
        assertThat(places.shares()[0]).isEqualTo(0.5f);
        assertThat(places.shares()[31]).isEqualTo(0);
    }

    @Test
    void aMaskThatCannotBeReadIsPassedOver() {
        maps.add(observation(
                NOW, Mask.newBuilder().setWidth(4).setHeight(4).setCounts("zz").build()));
        assertThat(maps.places("door", "", 0)).isEmpty();
    }

    @Test
    void whatWasErasedIsGone() {
        maps.add(observation(NOW, Rle.encode(new byte[16], 4, 4)));
        maps.remove("door", NOW + 1);
        assertThat(maps.places("door", "", 0)).isEmpty();
    }

    private static Observation observation(long atMs, Mask mask) {
        return Observation.newBuilder()
                .setFrame(FrameId.newBuilder().setCamera("door"))
                .setCapturedAtMs(atMs)
                .addQueries(QueryMask.newBuilder().setQuery("car").setMask(mask))
                .build();
    }
}
