package io.segwatch.dashboard;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.BoundingBox;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Zones and privacy masks, drawn on the picture. */
class ZonesPageIT {
    @RegisterExtension
    static final PageRig rig = new PageRig();

    private Page page;

    @BeforeEach
    void open() {
        page = rig.page();
    }

    @Test
    void aZoneIsDrawnOnThePictureAndKeptWithTheCamera() {
        Locator canvas = page.getByTestId("live-canvas");
        assertThat(page.getByTestId("live-badge")).hasText("Live");
        page.getByTestId("zone-add").click();
        BoundingBox box = canvas.boundingBox();
        for (double[] corner : new double[][] {{0.2, 0.2}, {0.8, 0.2}, {0.5, 0.9}}) {
            canvas.click(new Locator.ClickOptions().setPosition(box.width * corner[0], box.height * corner[1]));
        }
        page.keyboard().press("Enter");
        page.getByTestId("zone-name").fill("Middle");
        page.getByTestId("zone-form-save").click();
        assertThat(page.getByTestId("zone-item")).containsText("Middle");
        page.reload();
        assertThat(page.getByTestId("zone-item")).containsText("Middle");
        assertThat(page.getByTestId("chart-zone").locator("option")).hasCount(2);
    }

    @Test
    void aPrivacyMaskIsDrawnAsAZoneIsAndKeptApart() {
        assertThat(page.getByTestId("live-badge")).hasText("Live");
        page.getByTestId("zone-add").click();
        BoundingBox box = page.getByTestId("live-canvas").boundingBox();
        for (double[] corner : new double[][] {{0.1, 0.1}, {0.3, 0.1}, {0.2, 0.4}}) {
            page.getByTestId("live-canvas")
                    .click(new Locator.ClickOptions().setPosition(box.width * corner[0], box.height * corner[1]));
        }
        page.keyboard().press("Enter");
        page.getByTestId("zone-name").fill("Neighbour");
        page.getByTestId("zone-kind").selectOption("MASK");
        page.getByTestId("zone-form-save").click();
        Locator row = page.getByTestId("zone-item").filter(new Locator.FilterOptions().setHasText("Neighbour"));
        assertThat(row).containsText("■");
        assertThat(page.locator("body")).containsText("frames from before are as they were");
        assertThat(fetch("GET", "/api/cameras/street", null)).contains("\"privacyMasks\":[{\"name\":\"Neighbour\"");
        page.getByLabel("Edit zone Neighbour").click();
        page.getByTestId("zone-form").getByText("Delete").click();
        assertThat(row).hasCount(0);
        assertThat(fetch("GET", "/api/cameras/street", null)).contains("\"privacyMasks\":[]");
    }

    private String fetch(String method, String path, String body) {
        return (String) page.evaluate(
                "async ([method, path, body]) => (await fetch(path, { method, ...(body && {"
                        + " body, headers: { 'Content-Type': 'application/json' } }) })).text()",
                Arrays.asList(method, path, body));
    }
}
