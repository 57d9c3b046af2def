package io.segwatch.inference.refine;

import static org.assertj.core.api.Assertions.assertThat;

import io.segwatch.inference.refine.Components.Component;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ComponentsTest {
    @Test
    void partsAreFoundLargestFirstWithTheirBoxes() {
        byte[] mask = {
            1, 1, 0, 0, 0, //
            1, 0, 0, 0, 1, //
            0, 0, 0, 0, 1, //
            0, 0, 0, 1, 1
        };
        List<Component> parts = new Components(mask, 5, 4).largestFirst();
        assertThat(parts).hasSize(2);
        assertThat(parts.get(0)).isEqualTo(new Component(parts.get(0).label(), 3, 1, 5, 4, 4));
        assertThat(parts.get(1)).isEqualTo(new Component(parts.get(1).label(), 0, 0, 2, 2, 3));
    }

    @Test
    void whatTouchesAtACornerIsOnePart() {
        byte[] mask = {1, 0, 0, 1};
        assertThat(new Components(mask, 2, 2).largestFirst()).hasSize(1);
    }

    @Test
    void anEmptyMaskHasNoParts() {
        Components components = new Components(new byte[12], 4, 3);
        assertThat(components.largestFirst()).isEmpty();
        assertThat(components.labels()).containsOnly(0);
    }

    @Test
    void randomMasksFallIntoThePartsThatAFloodFillFinds() {
        Random random = new Random(9);
        for (int round = 0; round < 50; round++) {
            int width = 1 + random.nextInt(20);
            int height = 1 + random.nextInt(20);
            byte[] mask = new byte[width * height];
            for (int i = 0; i < mask.length; i++) {
                mask[i] = (byte) (random.nextInt(3) == 0 ? 1 : 0);
            }
            Components components = new Components(mask, width, height);
            assertThat(components.largestFirst().stream().map(Component::area))
                    .isSortedAccordingTo(Comparator.reverseOrder())
                    .containsExactlyInAnyOrderElementsOf(areas(mask, width, height));
            for (Component part : components.largestFirst()) {
                int pixels = 0;
                for (int y = part.y0(); y < part.y1(); y++) {
                    for (int x = part.x0(); x < part.x1(); x++) {
                        pixels += components.labels()[y * width + x] == part.label() ? 1 : 0;
                    }
                }
                assertThat(pixels).isEqualTo(part.area());
            }
        }
    }

    private static List<Integer> areas(byte[] mask, int width, int height) {
        byte[] left = mask.clone();
        List<Integer> areas = new ArrayList<>();
        for (int start = 0; start < left.length; start++) {
            Deque<Integer> open = new ArrayDeque<>();
            int area = 0;
            open.push(start);
            while (!open.isEmpty()) {
                int at = open.pop();
                if (left[at] == 0) {
                    continue;
                }
                left[at] = 0;
                area++;
                for (int y = Math.max(0, at / width - 1); y <= Math.min(height - 1, at / width + 1); y++) {
                    for (int x = Math.max(0, at % width - 1); x <= Math.min(width - 1, at % width + 1); x++) {
                        open.push(y * width + x);
                    }
                }
            }
            if (area > 0) {
                areas.add(area);
            }
        }
        return areas;
    }
}
