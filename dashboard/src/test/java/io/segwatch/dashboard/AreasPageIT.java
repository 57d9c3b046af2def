package io.segwatch.dashboard;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import io.segwatch.contracts.Topic;
import io.segwatch.v1.Alert;
import io.segwatch.v1.Area;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Areas and alerts as they come. */
class AreasPageIT {
    @RegisterExtension
    static final PageRig rig = new PageRig();

    private Page page;

    @BeforeEach
    void open() {
        page = rig.page();
    }

    @Test
    void theChartFillsAndAnAlertOpensAndCloses() throws Exception {
        page.getByTestId("query-input").fill("lorry");
        page.keyboard().press("Enter");
        assertThat(page.locator("[data-query=lorry]")).isVisible();
        long start = System.currentTimeMillis() / 1000 * 1000 - 10_000;
        for (int i = 0; i < 10; i++) {
            rig.send(
                    Topic.AREAS,
                    "street",
                    Area.newBuilder()
                            .setCamera("street")
                            .setQuery("lorry")
                            .setWindowStartMs(start + i * 1000)
                            .setWindowMs(1000)
                            .setMean(0.01 * i)
                            .setFramesSeen(7)
                            .build());
        }
        assertThat(page.locator("#area-chart .u-over")).isVisible();
        // A function: an expression would be polled with eval, which the page's policy forbids.
        page.waitForFunction("() => Number(document.getElementById('area-chart').dataset.points) >= 10");

        Alert open = Alert.newBuilder()
                .setId(PageRig.unique("alert"))
                .setRule("r")
                .setRuleName("Lorry in the street")
                .setCamera("street")
                .setState(Alert.State.OPEN)
                .setOpenedAtMs(System.currentTimeMillis())
                .setReason("lorry covered 7 % for 2 s")
                .build();
        rig.send(Topic.ALERTS, "street", open);
        Locator item = page.locator("[data-alert='" + open.getId() + "']");
        assertThat(item).hasAttribute("data-state", "OPEN");
        assertThat(item).containsText("lorry covered 7 % for 2 s");
        rig.send(
                Topic.ALERTS,
                "street",
                open.toBuilder()
                        .setState(Alert.State.CLOSE)
                        .setDurationMs(65_000)
                        .build());
        assertThat(item).hasAttribute("data-state", "CLOSE");
        assertThat(item).containsText("1 min 5 s");
    }

    @Test
    void theSoundOfAlertsIsAsItWasLeftAfterAReload() {
        Locator sound = page.locator("#sound");
        assertThat(sound).hasAttribute("aria-pressed", "false");
        sound.click();
        page.reload();
        assertThat(sound).hasAttribute("aria-pressed", "true");
        sound.click();
        page.reload();
        assertThat(sound).hasAttribute("aria-pressed", "false");
    }
}
