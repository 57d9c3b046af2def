package io.segwatch.dashboard;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import io.segwatch.contracts.Topic;
import io.segwatch.v1.Alert;
import io.segwatch.v1.Area;
import io.segwatch.v1.CameraStatus;
import io.segwatch.v1.WorkerStatus;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Each view at the usual widths in both themes: nothing is wider than the screen, axe finds nothing, and no error is
 * reported. With {@code -Dsegwatch.screenshots=FOLDER} it keeps a picture of each.
 */
class ViewsPageIT {
    private static final List<String> VIEWS = List.of("wall", "camera", "alerts", "timeline", "search", "system");
    private static final long MINUTE_MS = 60_000;

    @RegisterExtension
    static final PageRig rig = new PageRig();

    private static DrawnCamera yard;

    @BeforeAll
    static void aDayAtWork() throws Exception {
        yard = rig.camera("yard", "Yard, north gate");
        rig.ask(
                "POST",
                "/api/cameras",
                new JsonObject().put("id", "far").put("name", "Far corner").put("url", "rtsp://127.0.0.1:9/a"));
        rig.ask(
                "PUT",
                "/api/cameras/street",
                new JsonObject()
                        .put("name", "Street")
                        .put("url", "file:/street.mp4")
                        .put(
                                "zones",
                                new JsonArray()
                                        .add(new JsonObject()
                                                .put("name", "Left lane")
                                                .put("kind", "AREA")
                                                .put(
                                                        "rings",
                                                        new JsonArray()
                                                                .add(new JsonObject().put("points", triangle()))))));
        for (String query : List.of("car", "road", "person")) {
            rig.ask("POST", "/api/queries", new JsonObject().put("id", query).put("text", query));
        }
        rig.ask(
                "POST",
                "/api/rules",
                new JsonObject()
                        .put("id", "jam")
                        .put("name", "Traffic jam")
                        .put("query", "car")
                        .put("enter", 0.2)
                        .put("exit", 0.1)
                        .put("dwellMs", 2000));
        long now = System.currentTimeMillis();
        rig.send(
                Topic.CAMERA_STATUS,
                "far",
                CameraStatus.newBuilder()
                        .setCamera("far")
                        .setState(CameraStatus.State.OFFLINE)
                        .setReason("Connection refused. Check host and port, and that the camera is switched on.")
                        .setLastFrameAtMs(now - 9 * MINUTE_MS)
                        .setRetryAtMs(now + 600_000)
                        .setAtMs(now)
                        .build());
        long second = now / 1000 * 1000;
        for (int i = 0; i < 240; i++) {
            for (String query : List.of("car", "road")) {
                rig.send(
                        Topic.AREAS,
                        PageRig.STREET,
                        Area.newBuilder()
                                .setCamera(PageRig.STREET)
                                .setQuery(query)
                                .setWindowStartMs(second - (240 - i) * 1000L)
                                .setWindowMs(1000)
                                .setMean(query.equals("car") ? 0.07 + 0.05 * Math.sin(i / 20.0) : 0.22)
                                .setFramesSeen(7)
                                .setFramesExpected(7)
                                .setFinal(true)
                                .build());
            }
        }
        for (int i = 0; i < 6; i++) {
            Alert open = Alert.newBuilder()
                    .setId(PageRig.unique("alert"))
                    .setRule("jam")
                    .setRuleName("Traffic jam")
                    .setCamera(i % 2 == 0 ? PageRig.STREET : "yard")
                    .setState(Alert.State.OPEN)
                    .setOpenedAtMs(now - (i + 1) * 7 * MINUTE_MS)
                    .setAtMs(now - (i + 1) * 7 * MINUTE_MS)
                    .setValue(0.24)
                    .setPeak(0.31)
                    .setReason("car covers 24 % of the picture for 2.0 s")
                    .build();
            rig.send(Topic.ALERTS, open.getCamera(), open);
            if (i > 0) {
                rig.send(
                        Topic.ALERTS,
                        open.getCamera(),
                        open.toBuilder()
                                .setState(Alert.State.CLOSE)
                                .setDurationMs(65_000 + i * 9000L)
                                .setAtMs(open.getOpenedAtMs() + 65_000 + i * 9000L)
                                .build());
            }
        }
    }

    private static JsonArray triangle() {
        JsonArray points = new JsonArray();
        for (double[] corner : new double[][] {{0.05, 0.78}, {0.6, 0.78}, {0.6, 0.97}, {0.05, 0.97}}) {
            points.add(new JsonObject().put("x", corner[0]).put("y", corner[1]));
        }
        return points;
    }

    @ParameterizedTest
    @CsvSource({"1600, LIGHT", "1600, DARK", "1280, LIGHT", "1280, DARK", "390, LIGHT", "390, DARK"})
    void everyViewFitsItsScreenAndHasNothingThatAxeFinds(int width, ColorScheme theme) throws Exception {
        boolean phone = width < 760;
        rig.see("car", "road");
        yard.seen().addAll(List.of("car", "road"));
        Page page = rig.page(width, phone ? 844 : width == 1280 ? 720 : 1000, theme, phone);
        page.navigate(rig.url() + "cameras/street");
        assertThat(page.getByTestId("live-badge")).isVisible();
        for (String view : VIEWS) {
            reportWorker();
            page.locator("#views [data-view=" + view + "]").click();
            assertThat(page.locator("#views [data-view=" + view + "]")).hasAttribute("aria-current", "page");
            assertThat(page).hasURL(Pattern.compile(view.equals("camera") ? "/cameras/street" : "/" + view));
            assertThat(page.locator("h1:visible")).not().hasCount(0);
            if (view.equals("alerts")) {
                assertThat(page.getByTestId("inbox-item")).not().hasCount(0);
                assertThat(page.getByTestId("inbox-item").first().boundingBox().height)
                        .isGreaterThan(40);
            }
            if (view.equals("camera")) {
                assertThat(page.getByTestId("live-badge")).hasText("Live");
            }
            assertThat(((Number) page.evaluate("() => document.documentElement.scrollWidth")).intValue())
                    .as(view)
                    .isLessThanOrEqualTo(width);
            rig.axe(page);
            keep(page, view + "-" + width + "-" + theme.name().toLowerCase(Locale.ROOT));
        }
    }

    /** A worker that says nothing for some seconds is told as a fault. */
    private static void reportWorker() throws Exception {
        rig.send(
                Topic.WORKER_STATUS,
                "worker",
                WorkerStatus.newBuilder()
                        .setWorker("worker")
                        .setModel("drawn")
                        .setProvider("CPU")
                        .setProviderReason("drawn")
                        .addCameras("street")
                        .addCameras("yard")
                        .setEncoderMs(57)
                        .setFramesEncoded(4711)
                        .setAtMs(System.currentTimeMillis())
                        .build());
    }

    private static void keep(Page page, String name) throws IOException {
        String folder = System.getProperty("segwatch.screenshots", "");
        // There is nothing to search here: docs/page shows a search of real footage.
        if (folder.isEmpty() || name.startsWith("search")) {
            return;
        }
        page.waitForTimeout(3000);
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(page.screenshot()));
        // What JPEG has added to flat colours takes most of a PNG. The colours of the page itself are many pixels each.
        int[] pixels = image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
        Map<Integer, Long> counts =
                Arrays.stream(pixels).boxed().collect(Collectors.groupingBy(color -> color, Collectors.counting()));
        for (int i = 0; i < pixels.length; i++) {
            int color = pixels[i];
            pixels[i] = counts.get(color) > pixels.length / 500 ? color : color & 0xfff8f8f8 | color >> 5 & 0x070707;
        }
        image.setRGB(0, 0, image.getWidth(), image.getHeight(), pixels, 0, image.getWidth());
        ImageIO.write(image, "png", Path.of(folder, name + ".png").toFile());
    }
}
