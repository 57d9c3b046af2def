package io.segwatch.dashboard;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import io.segwatch.contracts.Topic;
import io.segwatch.v1.Alert;
import io.segwatch.v1.CameraStatus;
import io.segwatch.v1.Frame;
import io.segwatch.v1.FrameId;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WallPageIT {
    @RegisterExtension
    static final PageRig RIG = new PageRig();

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String GREEN_PIXELS = """
        canvas => {
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          let green = 0;
          for (let i = 0; i < data.length; i += 4) if (data[i + 1] > data[i] + 60) green++;
          return green;
        }\
        """;

    @BeforeAll
    static void cameras() throws Exception {
        RIG.camera("gate", "Gate");
        RIG.camera("yard", "Yard");
        define("cellar", "Cellar");
        RIG.send(
                Topic.CAMERA_STATUS,
                "cellar",
                CameraStatus.newBuilder()
                        .setCamera("cellar")
                        .setState(CameraStatus.State.OFFLINE)
                        .setReason("Connection refused. Check host and port.")
                        .setAtMs(System.currentTimeMillis())
                        .build());
    }

    @Test
    void camerasAreDrawnWithWhatIsSeenAndWhoIsOfflineSaysWhy() throws Exception {
        RIG.ask(
                "POST",
                "/api/queries",
                new JsonObject().put("id", "car").put("text", "car").put("color", "#00ff00"));
        RIG.see("car");
        Page page = wall(1440, 900, ColorScheme.LIGHT, "");
        for (String camera : List.of(PageRig.STREET, "gate", "yard")) {
            assertThat(tile(page, camera)).hasClass(Pattern.compile("\\blive\\b"), patiently());
        }
        assertThat(tile(page, PageRig.STREET).locator(".shares")).containsText("car", PageRig.within(60));
        assertThat(tile(page, "cellar").locator(".cover")).containsText("Connection refused");
        Object green = tile(page, PageRig.STREET).locator("canvas").evaluate(GREEN_PIXELS);
        assertThat((int) green).isGreaterThan(100);
        tile(page, "gate").getByRole(AriaRole.LINK).press("Enter");
        page.waitForURL("**/cameras/gate");
    }

    @Test
    void aTileThatIsOutOfViewIsSentNothing() throws Exception {
        for (int i = 0; i < 8; i++) {
            define("far-" + i, "Zone " + i);
        }
        Page page = RIG.page(390, 600, ColorScheme.DARK, true);
        List<String> watched = new CopyOnWriteArrayList<>();
        page.onWebSocket(socket -> socket.onFrameSent(frame -> {
            if (frame.text() != null && frame.text().contains("\"watch\"")) {
                watched.add(frame.text());
            }
        }));
        page.navigate(RIG.url() + "wall?layout=6");
        eventually(page, () -> assertThat(last(watched)).contains("\"gate\"").doesNotContain("far-7"));
        tile(page, "far-7").scrollIntoViewIfNeeded();
        eventually(page, () -> assertThat(last(watched)).contains("far-7").doesNotContain("\"cellar\""));
        page.getByTestId("wall-pause").click();
        eventually(page, () -> assertThat(last(watched)).isEqualTo("{\"watch\":[]}"));
    }

    @Test
    void theSpotlightGoesToTheCameraWhoseAlertIsOpen() throws Exception {
        Page page = wall(1280, 720, ColorScheme.DARK, "?spotlight=on&layout=3");
        assertThat(page.locator(".tile[data-large]")).hasCount(1);
        Alert open = Alert.newBuilder()
                .setId(PageRig.unique("wall"))
                .setCamera("yard")
                .setRule("rule")
                .setState(Alert.State.OPEN)
                .setOpenedAtMs(System.currentTimeMillis() + 60_000)
                .setAtMs(System.currentTimeMillis())
                .build();
        RIG.send(Topic.ALERTS, "yard", open);
        assertThat(page.locator(".tile[data-large]")).hasAttribute("data-camera", "yard");
        assertThat(tile(page, "yard").locator(".bell")).isVisible();
        RIG.send(
                Topic.ALERTS,
                "yard",
                open.toBuilder().setState(Alert.State.CLOSE).build());
        assertThat(tile(page, "yard").locator(".bell")).isHidden();
        assertThat(page.locator(".tile[data-large]")).hasAttribute("data-camera", "yard");
    }

    @Test
    void keysGoFromTileToTileAndMoveThemForGood() throws Exception {
        Page page = wall(1440, 900, ColorScheme.LIGHT, "?layout=2");
        List<String> before = order(page);
        page.locator(".tile a").first().focus();
        page.keyboard().press("ArrowRight");
        assertThat(tile(page, before.get(1)).locator("a")).isFocused();
        page.keyboard().press("Shift+ArrowLeft");
        assertThat(tile(page, before.get(1)).locator("a")).isFocused();
        List<String> moved = List.of(before.get(1), before.get(0), before.get(2), before.get(3));
        assertThat(order(page)).isEqualTo(moved);
        page.keyboard().press("ArrowDown");
        assertThat(tile(page, moved.get(2)).locator("a")).isFocused();
        page.reload();
        assertThat(page.getByTestId("wall-tile")).hasCount(4);
        assertThat(order(page)).isEqualTo(moved);
        page.keyboard().press(" ");
        assertThat(page.getByTestId("wall-pause")).hasAttribute("aria-pressed", "true");
    }

    @Test
    void aGroupShowsItsCamerasAndIsInTheAddress() throws Exception {
        Page page = wall(1280, 720, ColorScheme.LIGHT, "");
        page.getByTestId("wall-groups").click();
        page.getByTestId("group-add").click();
        page.getByTestId("group-name").fill("Outside");
        page.getByTestId("group-form").getByLabel("Yard").check();
        page.getByTestId("group-form").getByLabel("Gate").check();
        page.getByTestId("group-save").click();
        page.getByTestId("wall-group").selectOption("Outside");
        assertThat(page.getByTestId("wall-tile")).hasCount(2);
        page.waitForURL("**/wall?*group=Outside*");
        page.reload();
        assertThat(page.getByTestId("wall-tile")).hasCount(2);
    }

    @Test
    void theOnlyOldPictureIsOneThatItsCamerasRateDoesNotExplain() throws Exception {
        define("slow", "Slow");
        Page page = wall(1440, 900, ColorScheme.LIGHT, "");
        String look = " " + tile(page, "slow").getAttribute("class");
        assertThat(look).contains("blank");
        await().atMost(PATIENCE).pollInSameThread().until(() -> {
            still("slow", 0.2, 5_000);
            page.waitForTimeout(300);
            return tile(page, "slow").getAttribute("class").contains("live");
        });
        await().atMost(PATIENCE).pollInSameThread().until(() -> {
            still("slow", 0.2, 40_000);
            page.waitForTimeout(300);
            return tile(page, "slow").getAttribute("class").contains("stale");
        });
        assertThat(tile(page, "slow").locator(".how")).containsText("s ago");
    }

    @ParameterizedTest
    @CsvSource({"1600, 1000, LIGHT", "1600, 1000, DARK", "1280, 720, DARK", "390, 844, LIGHT", "390, 844, DARK"})
    void nothingIsWrongForAssistiveTechnologyOrTooWide(int width, int height, ColorScheme theme) throws Exception {
        Page page = wall(width, height, theme, "?spotlight=on");
        RIG.axe(page);
        assertThat((int) page.evaluate("() => document.documentElement.scrollWidth - innerWidth"))
                .isLessThanOrEqualTo(0);
    }

    private static Page wall(int width, int height, ColorScheme theme, String parameters) {
        Page page = RIG.page(width, height, theme, width < 600);
        page.navigate(RIG.url() + "wall" + parameters);
        assertThat(tile(page, "gate")).isVisible();
        return page;
    }

    private static Locator tile(Page page, String camera) {
        return page.locator(".tile[data-camera=" + camera + "]");
    }

    private static List<String> order(Page page) {
        return page.getByTestId("wall-tile").all().stream()
                .map(tile -> tile.getAttribute("data-camera"))
                .toList();
    }

    private static String last(List<String> messages) {
        return messages.isEmpty() ? "" : messages.get(messages.size() - 1);
    }

    /** What the page sends is told while the page is waited for. */
    private static void eventually(Page page, ThrowingRunnable check) {
        await().atMost(PATIENCE).pollInSameThread().untilAsserted(() -> {
            page.waitForTimeout(100);
            check.run();
        });
    }

    private static LocatorAssertions.HasClassOptions patiently() {
        return new LocatorAssertions.HasClassOptions().setTimeout(PATIENCE.toMillis());
    }

    private static void define(String id, String name) throws Exception {
        RIG.ask(
                "POST",
                "/api/cameras",
                new JsonObject().put("id", id).put("name", name).put("url", "file:/" + id + ".mp4"));
    }

    /** A frame of a live camera, captured a while ago. */
    private static void still(String camera, double fps, long agoMs) throws Exception {
        long now = System.currentTimeMillis();
        RIG.send(
                Topic.CAMERA_STATUS,
                camera,
                CameraStatus.newBuilder()
                        .setCamera(camera)
                        .setState(CameraStatus.State.LIVE)
                        .setFps(fps)
                        .setAtMs(now)
                        .build());
        RIG.send(
                Topic.FRAMES,
                camera,
                Frame.newBuilder()
                        .setId(FrameId.newBuilder()
                                .setCamera(camera)
                                .setEpoch(1)
                                .setSequence(now))
                        .setCapturedAtMs(now - agoMs)
                        .setWidth(Scene.WIDTH)
                        .setHeight(Scene.HEIGHT)
                        .setTargetFps(fps)
                        .setJpeg(ByteString.copyFrom(Scene.jpeg(1)))
                        .build());
    }
}
