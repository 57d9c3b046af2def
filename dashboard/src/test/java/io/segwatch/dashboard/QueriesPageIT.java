package io.segwatch.dashboard;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Queries on the page, and their masks in the picture. */
class QueriesPageIT {
    @RegisterExtension
    static final PageRig rig = new PageRig();

    private Page page;

    @BeforeEach
    void open() {
        page = rig.page();
    }

    @Test
    void aTypedQueryIsDrawnWhereItsMaskIsAndNowhereElse() {
        page.getByTestId("query-input").fill("car");
        page.keyboard().press("Enter");
        Locator chip = page.locator("[data-testid=query-chip][data-query=car]");
        assertThat(chip).isVisible();
        rig.see("car");
        assertThat(chip.getByTestId("query-share")).hasText("6.8 %", PageRig.textWithin(20));

        page.getByTestId("pause").click();
        // The car moves 6 pixels a frame, so the place follows from the frame that is shown.
        Map<?, ?> shown = (Map<?, ?>) page.evaluate("async () => { const { picture } = await import('/picture.js');"
                + " return { sequence: picture.shown.header.sequence, color: (await import('/state.js'))"
                + ".state.queries.get('car').color }; }");
        int left = Scene.carX(((Number) shown.get("sequence")).longValue());
        int[] inside = pixel((left + 15) / (double) Scene.WIDTH, 210 / (double) Scene.HEIGHT);
        int[] outside = pixel((left + 220) / (double) Scene.WIDTH, 210 / (double) Scene.HEIGHT);
        int[] color = rgb((String) shown.get("color"));
        int[] lawn = {0x4a, 0x6b, 0x45};
        assertNear(outside, lawn, 12);
        for (int c = 0; c < 3; c++) {
            assertThat(inside[c]).isCloseTo((int) (lawn[c] * 0.55 + color[c] * 0.45), Offset.offset(16));
        }

        page.screenshot(new Page.ScreenshotOptions().setPath(Path.of("target/page.png")));
        chip.locator(".swatch").click();
        assertThat(chip.locator(".swatch")).hasAttribute("aria-pressed", "false");
        assertThat(chip.boundingBox().width).isGreaterThan(60);
        chip.getByTestId("query-remove").click();
        assertThat(chip).hasCount(0);
    }

    private int[] pixel(double x, double y) {
        List<?> rgb = (List<?>) page.evaluate(
                "([x, y]) => { const c = document.getElementById('live');"
                        + " return [...c.getContext('2d').getImageData(x * c.width, y * c.height, 1, 1).data]; }",
                List.of(x, y));
        return rgb.stream().mapToInt(value -> ((Number) value).intValue()).toArray();
    }

    private static int[] rgb(String color) {
        int value = Integer.parseInt(color.substring(1), 16);
        return new int[] {value >> 16, value >> 8 & 255, value & 255};
    }

    private static void assertNear(int[] actual, int[] expected, int offset) {
        for (int c = 0; c < 3; c++) {
            assertThat(actual[c]).isCloseTo(expected[c], Offset.offset(offset));
        }
    }
}
