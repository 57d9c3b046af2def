package io.segwatch.dashboard;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.BoundingBox;
import com.microsoft.playwright.options.ColorScheme;
import io.segwatch.contracts.Topic;
import io.segwatch.v1.Area;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The chart of the shown camera. */
class ChartPageIT {
    @RegisterExtension
    static final PageRig rig = new PageRig();

    @BeforeEach
    void areas() throws Exception {
        rig.reset();
        rig.ask("POST", "/api/queries", new JsonObject().put("id", "car").put("text", "car"));
        send("street", 60);
    }

    /** Windows of a second, up to now. */
    private static void send(String camera, int seconds) throws Exception {
        long now = System.currentTimeMillis() / 1_000 * 1_000;
        for (int i = seconds; i > 0; i--) {
            rig.send(
                    Topic.AREAS,
                    camera,
                    Area.newBuilder()
                            .setCamera(camera)
                            .setQuery("car")
                            .setWindowMs(1_000)
                            .setWindowStartMs(now - i * 1_000L)
                            .setMean(0.1)
                            .setMax(0.2)
                            .setFramesSeen(4)
                            .build());
        }
    }

    private static void awaitPoints(Page page, int points) {
        page.waitForFunction(
                "(points) => Number(document.getElementById('area-chart').dataset.points) >= points", points);
    }

    @Test
    void aCameraWithoutDataShowsNoOtherCamerasCurves() throws Exception {
        rig.camera("quiet", "Quiet");
        Page page = rig.page();
        awaitPoints(page, 10);
        assertThat(page.getByTestId("area-chart")).isVisible();
        page.navigate(rig.url() + "cameras/quiet");
        assertThat(page.getByTestId("chart-empty")).containsText("No data yet");
        assertThat(page.getByTestId("area-chart")).isHidden();
        page.goBack();
        awaitPoints(page, 10);
        assertThat(page.getByTestId("area-chart")).isVisible();
    }

    @Test
    void aCameraThatWasMeasuredBeforeSaysSinceWhenItIsNot() throws Exception {
        rig.camera("away", "Away");
        rig.send(
                Topic.AREAS,
                "away",
                Area.newBuilder()
                        .setCamera("away")
                        .setQuery("car")
                        .setWindowMs(1_000)
                        .setWindowStartMs((System.currentTimeMillis() - 3_600_000) / 1_000 * 1_000)
                        .setMean(0.1)
                        .setFramesSeen(4)
                        .build());
        Page page = rig.page();
        page.navigate(rig.url() + "cameras/away");
        assertThat(page.getByTestId("chart-empty")).containsText("No data since");
    }

    @Test
    void aZoomStaysWhileDataComesUntilLiveIsPressed() throws Exception {
        Page page = rig.page();
        awaitPoints(page, 30);
        BoundingBox plot = page.locator("#area-chart .u-over").boundingBox();
        page.mouse().move(plot.x + plot.width * 0.3, plot.y + 40);
        page.mouse().down();
        page.mouse().move(plot.x + plot.width * 0.6, plot.y + 42);
        page.mouse().up();
        assertThat(page.getByTestId("chart-live")).isVisible();
        int before = points(page);
        send("street", 3);
        page.waitForFunction(
                "(before) => Number(document.getElementById('area-chart').dataset.points) > before", before);
        assertThat(page.getByTestId("chart-live")).isVisible();
        page.getByTestId("chart-live").click();
        assertThat(page.getByTestId("chart-live")).isHidden();
    }

    private static int points(Page page) {
        return ((Number) page.evaluate("() => Number(document.getElementById('area-chart').dataset.points)"))
                .intValue();
    }

    @Test
    void thePastIsAskedForOnceAndTheSpanIsKept() {
        List<String> asked = new CopyOnWriteArrayList<>();
        Page page = rig.page(1600, 1000, ColorScheme.DARK, false);
        page.onRequest(request -> {
            if (request.url().contains("api/areas")) {
                asked.add(request.url());
            }
        });
        page.navigate(rig.url() + "cameras/" + PageRig.STREET);
        awaitPoints(page, 10);
        assertThat(page.getByTestId("live-badge")).containsText("Live", PageRig.within(20));
        assertThat(asked).hasSize(1);
        page.getByTestId("chart-span").selectOption("3600");
        page.reload();
        assertThat(page.getByTestId("chart-span")).hasValue("3600");
        awaitPoints(page, 5);
    }
}
