package io.segwatch.dashboard.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.segwatch.contracts.Rle;
import io.segwatch.v1.Mask;
import io.segwatch.v1.Observation;
import io.segwatch.v1.QueryMask;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** On noise, of which every pixel is another: what is left of it shows. */
class HiddenPartsTest {
    private static final int WIDTH = 320;
    private static final int HEIGHT = 192;

    private static BufferedImage noise() {
        BufferedImage picture = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
        Random random = new Random(3);
        for (int i = 0; i < WIDTH * HEIGHT; i++) {
            picture.setRGB(i % WIDTH, i / WIDTH, random.nextInt(1 << 24));
        }
        return picture;
    }

    /** A mask of 80x48 with this rectangle. */
    private static QueryMask found(String query, int left, int top, int right, int bottom, double peak) {
        byte[] pixels = new byte[80 * 48];
        for (int y = top; y < bottom; y++) {
            for (int x = left; x < right; x++) {
                pixels[y * 80 + x] = 1;
            }
        }
        return QueryMask.newBuilder()
                .setQuery(query)
                .setMask(Rle.encode(pixels, 80, 48))
                .setShare((right - left) * (bottom - top) / (80.0 * 48))
                .setPeakProbability(peak)
                .build();
    }

    private static Set<Integer> colours(BufferedImage picture, int left, int top, int right, int bottom) {
        Set<Integer> colours = new HashSet<>();
        for (int y = top; y < bottom; y++) {
            for (int x = left; x < right; x++) {
                colours.add(picture.getRGB(x, y));
            }
        }
        return colours;
    }

    private static BufferedImage hidden(QueryMask... found) throws IOException {
        BufferedImage picture = noise();
        Observation observation =
                Observation.newBuilder().addAllQueries(List.of(found)).build();
        HiddenParts.hide(picture, List.of("person"), Optional.of(observation));
        return picture;
    }

    private static void assertWholeHidden(BufferedImage picture) {
        assertThat(colours(picture, 0, 0, WIDTH, HEIGHT)).hasSizeLessThanOrEqualTo(36);
    }

    @Test
    void leavesAFewBlocksOfAThingAndAllAroundIt() throws Exception {
        // 10..20 of 80 and 12..36 of 48, four pixels a cell: 40..80, 48..144.
        BufferedImage picture = hidden(found("person", 10, 12, 20, 36, 0.9), found("car", 40, 0, 60, 20, 0.9));
        assertThat(colours(picture, 40, 48, 80, 144)).hasSizeLessThanOrEqualTo(36);
        // With what lies close by.
        assertThat(colours(picture, 34, 42, 86, 150)).hasSizeLessThanOrEqualTo(36);
        assertThat(colours(picture, 160, 0, 240, 80)).hasSizeGreaterThan(6_000);
        assertThat(picture.getRGB(0, 0)).isEqualTo(noise().getRGB(0, 0));
    }

    @Test
    void hidesAThingThatFillsThePictureAsWellAsASmallOne() throws Exception {
        assertWholeHidden(hidden(found("person", 0, 0, 80, 48, 0.9)));
    }

    @Test
    void hidesThePictureWholeWhenItIsNotKnownWhereTheyAre() throws Exception {
        BufferedImage unobserved = noise();
        HiddenParts.hide(unobserved, List.of("person"), Optional.empty());
        assertWholeHidden(unobserved);
        assertWholeHidden(hidden(found("car", 0, 0, 10, 10, 0.9)));
        assertWholeHidden(hidden(found("person", 0, 0, 0, 0, 0.4)));
    }

    @Test
    void showsAPictureOfWhichTheModelIsSureThatNobodyIsThere() throws Exception {
        BufferedImage picture = hidden(found("person", 0, 0, 0, 0, 0.05));
        assertThat(picture.getRGB(5, 5)).isEqualTo(noise().getRGB(5, 5));
    }

    @Test
    void refusesAMaskThatIsNone() {
        QueryMask broken = found("person", 1, 1, 9, 9, 0.9).toBuilder()
                .setMask(Mask.newBuilder().setWidth(80).setHeight(48).setCounts("~~~"))
                .build();
        assertThatThrownBy(() -> hidden(broken)).isInstanceOf(IOException.class);
    }
}
