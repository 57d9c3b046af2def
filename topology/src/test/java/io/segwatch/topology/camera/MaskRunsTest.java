package io.segwatch.topology.camera;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.segwatch.contracts.Rle;
import io.segwatch.v1.Mask;
import java.util.ArrayDeque;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MaskRunsTest {
    @Test
    void dropsSmallComponentsAsAFloodFillDoes() {
        Random random = new Random(5);
        for (int round = 0; round < 300; round++) {
            int width = 1 + random.nextInt(20);
            int height = 1 + random.nextInt(20);
            byte[] pixels = new byte[width * height];
            double density = random.nextDouble();
            for (int i = 0; i < pixels.length; i++) {
                pixels[i] = (byte) (random.nextDouble() < density ? 1 : 0);
            }
            int least = 1 + random.nextInt(12);
            MaskRuns runs = new MaskRuns();
            runs.read(Rle.encode(pixels, width, height));

            MaskRuns kept = runs.withoutComponentsUnder((double) least / pixels.length);

            assertThat(pixels(kept)).isEqualTo(floodFilled(pixels, width, height, least));
        }
    }

    @Test
    void refusesAMaskThatIsTooLargeToWeigh() {
        Mask mask = Mask.newBuilder()
                .setWidth(4_096)
                .setHeight(4_096)
                .setCounts("0")
                .build();

        assertThatThrownBy(() -> new MaskRuns().read(mask)).hasMessageContaining("over the limit of 4194304");
    }

    @Test
    void refusesRunsWithoutASize() {
        Mask mask = Mask.newBuilder().setCounts("11").build();

        assertThatThrownBy(() -> new MaskRuns().read(mask)).hasMessageContaining("no size");
    }

    private static byte[] pixels(MaskRuns runs) {
        byte[] pixels = new byte[runs.width() * runs.height()];
        for (int run = 0; run < runs.count(); run++) {
            for (int i = runs.from(run); i < runs.to(run); i++) {
                pixels[i % runs.height() * runs.width() + i / runs.height()] = 1;
            }
        }
        return pixels;
    }

    private static byte[] floodFilled(byte[] pixels, int width, int height, int least) {
        byte[] kept = new byte[pixels.length];
        boolean[] seen = new boolean[pixels.length];
        for (int start = 0; start < pixels.length; start++) {
            if (pixels[start] == 0 || seen[start]) {
                continue;
            }
            var component = new ArrayDeque<Integer>();
            var open = new ArrayDeque<Integer>();
            seen[start] = true;
            open.add(start);
            while (!open.isEmpty()) {
                int at = open.poll();
                component.add(at);
                int x = at % width;
                int y = at / width;
                int[][] neighbours = {{x - 1, y}, {x + 1, y}, {x, y - 1}, {x, y + 1}};
                for (int[] next : neighbours) {
                    int i = next[1] * width + next[0];
                    if (next[0] >= 0
                            && next[0] < width
                            && next[1] >= 0
                            && next[1] < height
                            && pixels[i] == 1
                            && !seen[i]) {
                        seen[i] = true;
                        open.add(i);
                    }
                }
            }
            if (component.size() >= least) {
                component.forEach(i -> kept[i] = 1);
            }
        }
        return kept;
    }
}
