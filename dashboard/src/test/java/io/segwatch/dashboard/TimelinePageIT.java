package io.segwatch.dashboard;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.BoundingBox;
import com.microsoft.playwright.options.ColorScheme;
import io.segwatch.contracts.Topic;
import io.segwatch.v1.Alert;
import io.segwatch.v1.Area;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The past in numbers: zoomed, compared, told as a table, with its alerts and pictures. */
class TimelinePageIT {
    private static final long MINUTE = 60_000;
    private static final long HOUR = 3_600_000;

    @RegisterExtension
    static final PageRig rig = new PageRig();

    private static String alert;

    @BeforeAll
    static void thePast() throws Exception {
        rig.ask("POST", "/api/queries", new JsonObject().put("id", "car").put("text", "car"));
        rig.camera("yard", "Yard");
        long now = System.currentTimeMillis();
        rig.send(
                Topic.AREAS,
                PageRig.STREET,
                window(PageRig.STREET, MINUTE, (now / MINUTE - 2) * MINUTE).toBuilder()
                        .setQuery("trial-1-2")
                        .build());
        for (String camera : new String[] {PageRig.STREET, "yard"}) {
            for (int i = 1; i <= 120; i++) {
                rig.send(Topic.AREAS, camera, window(camera, MINUTE, (now / MINUTE - i) * MINUTE));
            }
            for (int i = 1; i <= 48; i++) {
                rig.send(Topic.AREAS, camera, window(camera, HOUR, (now / HOUR - i) * HOUR));
            }
        }
        alert = PageRig.unique("alert");
        rig.send(
                Topic.ALERTS,
                PageRig.STREET,
                Alert.newBuilder()
                        .setId(alert)
                        .setRule("jam")
                        .setRuleName("Traffic jam")
                        .setCamera(PageRig.STREET)
                        .setState(Alert.State.OPEN)
                        .setOpenedAtMs(now - 30 * MINUTE)
                        .setAtMs(now - 30 * MINUTE)
                        .setReason("car covers 40 %")
                        .build());
    }

    private static Area window(String camera, long windowMs, long startMs) {
        return Area.newBuilder()
                .setCamera(camera)
                .setQuery("car")
                .setWindowMs(windowMs)
                .setWindowStartMs(startMs)
                .setMean(0.2)
                .setMax(0.4)
                .setFramesSeen(200)
                .setFinal(true)
                .build();
    }

    private static Page open(int width, int height, ColorScheme theme, String parameters) {
        Page page = rig.page(width, height, theme, width < 800);
        page.navigate(rig.url() + "timeline?" + parameters);
        assertThat(page.getByTestId("timeline-row-street")).hasAttribute("data-points", Pattern.compile("\\d+"));
        return page;
    }

    private static void drag(Page page, double from, double to) {
        BoundingBox plot =
                page.locator("[data-testid=timeline-row-street] .u-over").boundingBox();
        page.mouse().move(plot.x + plot.width * from, plot.y + 40);
        page.mouse().down();
        page.mouse().move(plot.x + plot.width * to, plot.y + 42);
        page.mouse().up();
    }

    @Test
    void aZoomIsInTheAddressAndStaysThereUntilBackLeadsOut() {
        Page page = open(1600, 1000, ColorScheme.DARK, "cameras=street,yard&span=7200000");
        assertThat(page.getByTestId("timeline-row-yard")).hasAttribute("data-points", Pattern.compile("\\d+"));
        drag(page, 0.3, 0.6);
        assertThat(page).hasURL(Pattern.compile("from=\\d+&to=\\d+"));
        assertThat(page.getByTestId("timeline-live")).hasAttribute("aria-pressed", "false");
        String zoomed = page.url();
        page.reload();
        assertThat(page.getByTestId("timeline-row-street")).hasAttribute("data-points", Pattern.compile("\\d+"));
        assertThat(page).hasURL(zoomed);
        page.goBack();
        assertThat(page).not().hasURL(Pattern.compile("from="));
        assertThat(page.getByTestId("timeline-live")).hasAttribute("aria-pressed", "true");
        rig.axe(page);
    }

    @Test
    void theKeyboardZoomsMovesAndComesBackToLive() {
        Page page = open(1600, 1000, ColorScheme.LIGHT, "cameras=street&span=7200000");
        page.getByTestId("timeline-rows").focus();
        page.keyboard().press("+");
        assertThat(page).hasURL(Pattern.compile("from=\\d+"));
        String near = page.url();
        page.keyboard().press("Shift+ArrowLeft");
        assertThat(page).not().hasURL(near);
        page.keyboard().press("0");
        assertThat(page).not().hasURL(Pattern.compile("from="));
        rig.axe(page);
    }

    @Test
    void anAlertIsAMarkThatLeadsToIt() {
        Page page = open(1600, 1000, ColorScheme.DARK, "cameras=street&span=3600000");
        page.locator("a.mark[href='alerts/" + alert + "']").click();
        assertThat(page).hasURL(Pattern.compile("alerts/" + alert));
    }

    @Test
    void aMomentShowsItsPictureWhereOneIsKept() {
        Page page = open(1600, 1000, ColorScheme.DARK, "cameras=street&span=60000");
        BoundingBox plot =
                page.locator("[data-testid=timeline-row-street] .u-over").boundingBox();
        page.mouse().click(plot.x + plot.width * 0.95, plot.y + 40);
        assertThat(page.locator("[data-testid=timeline-pictures] img")).isVisible();
        page.navigate(rig.url() + "timeline?cameras=street&at=1000000&from=100000&to=2000000");
        assertThat(page.getByTestId("timeline-pictures")).containsText("No picture is kept");
    }

    @Test
    void theDayBeforeLiesBehindAndTheSpanComesAsATable() throws Exception {
        Page page = open(1600, 1000, ColorScheme.LIGHT, "cameras=street&span=86400000");
        page.getByTestId("timeline-compare").selectOption("day");
        assertThat(page).hasURL(Pattern.compile("compare=day"));
        assertThat(page.locator("[data-testid=timeline-week] tbody td").first()).isVisible();
        Download table = page.waitForDownload(
                () -> page.locator("[data-testid=timeline-row-street] a.csv").click());
        assertThat(Files.readString(table.path())).startsWith("start,\"car mean\",\"car max\"");
    }

    @Test
    void wordsThatWereOnlyTriedAreNotAmongTheQueries() {
        Page page = open(1280, 720, ColorScheme.DARK, "cameras=street&span=7200000");
        assertThat(page.locator(".legend")).containsText("car");
        assertThat(page.locator(".legend")).not().containsText("trial");
    }

    @Test
    void onAPhoneNothingIsOutOfReach() {
        Page page = open(390, 844, ColorScheme.LIGHT, "cameras=street,yard&span=7200000");
        assertThat((Integer) page.evaluate("() => document.documentElement.scrollWidth"))
                .isLessThanOrEqualTo(390);
        assertThat(page.locator("#timeline-help")).hasText(Pattern.compile("^Tap the chart"));
        page.getByTestId("timeline-span-6h").click();
        assertThat(page).hasURL(Pattern.compile("span=21600000"));
        page.getByTestId("timeline-cameras").click();
        page.getByTestId("timeline-camera-yard").uncheck();
        assertThat(page.getByTestId("timeline-row-yard")).hasCount(0);
        rig.axe(page);
    }
}
