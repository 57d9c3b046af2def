package io.segwatch.dashboard;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.Gson;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Mouse;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.BoundingBox;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.MouseButton;
import io.segwatch.contracts.Topic;
import io.segwatch.kafka.WholeTopic;
import io.segwatch.v1.Prompt;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The page of one camera: its picture, outlines, queries and keys, at a desk and on a phone. */
class CameraPageIT {
    @RegisterExtension
    static final PageRig rig = new PageRig();

    private Page page;

    @BeforeEach
    void open() throws Exception {
        rig.reset();
        page = rig.page();
    }

    @Test
    void severalThingsAreOutlinedChosenUndoneAndKeptInACocoFile() throws Exception {
        click(0.1, 0.5, MouseButton.LEFT);
        answerTo("0.100");
        assertThat(page.getByTestId("thing")).hasCount(1);
        click(0.4, 0.5, MouseButton.RIGHT);
        Prompt refined = prompt("0.100,0.400");
        assertThat(refined.getPoints(1).getInside()).isFalse();
        page.getByTestId("thing-new").click();
        click(0.8, 0.3, MouseButton.LEFT);
        answerTo("0.800");
        assertThat(page.getByTestId("thing")).hasCount(2);
        assertThat(page.getByTestId("thing").nth(1)).containsText("25 %");

        Download file = page.waitForDownload(() -> {
            page.getByTestId("thing-coco").click();
            page.getByTestId("coco-label").fill("car");
            page.getByTestId("coco-format").selectOption("rle");
            page.getByTestId("coco-form-save").click();
        });
        JsonObject coco = new JsonObject(Files.readString(file.path()));
        assertThat(coco.getJsonArray("annotations")).hasSize(2);
        JsonObject annotation = coco.getJsonArray("annotations").getJsonObject(0);
        JsonObject image = coco.getJsonArray("images").getJsonObject(0);
        assertThat(annotation.getJsonObject("segmentation").getJsonArray("size"))
                .isEqualTo(new JsonArray().add(image.getInteger("height")).add(image.getInteger("width")));
        assertThat(annotation.getJsonArray("bbox").getDouble(2)).isEqualTo(image.getInteger("width") / 4.0);
        assertThat(coco.getJsonArray("categories").getJsonObject(0).getString("name"))
                .isEqualTo("car");

        page.getByTestId("live-canvas").focus();
        page.keyboard().press("Control+z");
        assertThat(page.getByTestId("thing")).hasCount(1);
        page.keyboard().press("Control+y");
        assertThat(page.getByTestId("thing")).hasCount(2);
        page.getByTestId("thing").nth(0).getByTestId("thing-choose").click();
        page.getByTestId("live-canvas").focus();
        page.keyboard().press("Control+z");
        prompt("0.100");
        page.getByTestId("thing").nth(0).getByTestId("thing-remove").click();
        assertThat(page.getByTestId("thing")).hasCount(1);
        page.getByTestId("prompt-clear").click();
        assertThat(page.getByTestId("things")).isHidden();
    }

    @Test
    void anOutlineBecomesAZoneOfFewCorners() throws Exception {
        click(0.15, 0.5, MouseButton.LEFT);
        answerTo("0.150");
        page.getByTestId("thing-zone").click();
        page.getByTestId("zone-name").fill("Outlined");
        page.getByTestId("zone-form-save").click();
        assertThat(page.getByTestId("zone-item")).containsText("Outlined");
        JsonArray points = rig.ask("GET", "/api/cameras/street", null)
                .getJsonArray("zones")
                .getJsonObject(0)
                .getJsonArray("rings")
                .getJsonObject(0)
                .getJsonArray("points");
        assertThat(points).hasSize(4);
        page.getByTestId("prompt-clear").click();
    }

    @Test
    void aThingIsOutlinedByKeysAlone() throws Exception {
        page.getByTestId("live-canvas").focus();
        for (int i = 0; i < 3; i++) {
            page.keyboard().press("ArrowLeft");
        }
        page.keyboard().press("Enter");
        prompt("0.470");
        page.keyboard().press("Shift+ArrowDown");
        page.keyboard().press("Shift+Enter");
        Prompt refined = prompt("0.470,0.470");
        assertThat(refined.getPoints(1).getInside()).isFalse();
        assertThat(refined.getPoints(1).getAt().getY()).isBetween(0.5005, 0.5015);
        page.keyboard().press("Escape");
        assertThat(page.getByTestId("things")).isHidden();
    }

    @Test
    void thePictureIsMagnifiedAndMovedAndKeptAsAFile() throws Exception {
        BoundingBox box = page.getByTestId("live-canvas").boundingBox();
        page.mouse().move(box.x + box.width / 2, box.y + box.height / 2);
        page.mouse().wheel(0, -100);
        assertThat(page.getByTestId("zoom-reset")).isVisible();
        click(0.25, 0.5, MouseButton.LEFT);
        // What is under the pointer is asked for, not what would be there in the whole picture.
        prompt("0.300");
        page.keyboard().press("Escape");
        page.keyboard().press("0");
        assertThat(page.getByTestId("zoom-reset")).isHidden();
        page.keyboard().press("+");
        assertThat(page.getByTestId("zoom-reset")).isVisible();
        page.getByTestId("zoom-reset").click();

        page.mouse().dblclick(box.x + box.width * 0.7, box.y + box.height * 0.3);
        assertThat(page.getByTestId("zoom-reset")).hasText("2.0×");
        assertThat(page.getByTestId("things")).isHidden(new LocatorAssertions.IsHiddenOptions().setTimeout(5_000));
        page.keyboard().press("0");

        Download picture =
                page.waitForDownload(() -> page.getByTestId("snapshot-overlay").click());
        assertThat(picture.suggestedFilename()).matches("street-.*-overlay\\.jpg");
        BufferedImage kept = ImageIO.read(picture.path().toFile());
        assertThat(kept.getWidth() / (double) kept.getHeight()).isCloseTo(1.75, Offset.offset(0.02));
    }

    @Test
    void aThresholdThatKeysMoveQuicklyIsSavedWithoutRefusingItself() throws Exception {
        query("car");
        List<String> refused = new CopyOnWriteArrayList<>();
        page.onResponse(answer -> {
            if (answer.status() == 412) {
                refused.add(answer.url());
            }
        });
        chip("car").getByTestId("query-edit").click();
        page.getByTestId("query-threshold").focus();
        for (int i = 0; i < 6; i++) {
            page.keyboard().press("ArrowLeft");
        }
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(
                                rig.ask("GET", "/api/queries/car", null).getDouble("threshold"))
                        .isEqualTo(0.44));
        page.reload();
        assertThat(refused).isEmpty();
    }

    @Test
    void aQueryHasThresholdSoloOpacityAndScoresThatStay() throws Exception {
        query("car");
        query("road");
        rig.see("car", "road");
        assertThat(chip("car").getByTestId("query-share")).hasText("6.8 %", PageRig.textWithin(20));
        chip("car").getByTestId("query-edit").click();
        assertThat(page.getByTestId("query-scores-words")).containsText("100 % of the last", PageRig.within(20));
        page.getByTestId("query-threshold").fill("95");
        assertThat(page.getByTestId("query-scores-words")).containsText("reached 95 %");
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(
                                rig.ask("GET", "/api/queries/car", null).getDouble("threshold"))
                        .isEqualTo(0.95));
        page.getByTestId("query-solo").click();
        assertThat(chip("road").getByTestId("query-hide")).hasAttribute("aria-pressed", "false");
        page.getByTestId("query-opacity").fill("20");
        page.getByTestId("opacity").fill("70");
        page.reload();
        assertThat(chip("road").getByTestId("query-hide")).hasAttribute("aria-pressed", "false");
        assertThat(page.getByTestId("opacity")).hasValue("70");
        chip("car").getByTestId("query-edit").click();
        assertThat(page.getByTestId("query-opacity")).hasValue("20");
        assertThat(page.getByTestId("query-solo")).hasAttribute("aria-pressed", "true");
        page.getByTestId("query-solo").click();
        assertThat(chip("road").getByTestId("query-hide")).hasAttribute("aria-pressed", "true");
    }

    @Test
    void otherWordsAreTriedBesideAndNothingIsLeft() throws Exception {
        query("car");
        rig.see("car");
        chip("car").getByTestId("query-edit").click();
        page.getByTestId("query-synonyms").fill("lorry, van");
        page.getByTestId("query-try").click();
        assertThat(page.getByTestId("query-trial-result")).containsText("Trying these words");
        String tried = trial();
        rig.see(tried);
        assertThat(page.getByTestId("query-trial-result")).containsText("These words: 6.8 %", PageRig.within(20));
        assertThat(page.getByTestId("query-chip")).hasCount(1);
        page.getByTestId("query-save").click();
        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            assertThat(rig.ask("GET", "/api/queries/car", null).getJsonArray("synonyms"))
                    .containsExactly("lorry", "van");
            assertThat(rig.ask("GET", "/api/queries", null).getJsonArray("queries"))
                    .hasSize(1);
        });
    }

    private String trial() throws Exception {
        for (Object one : rig.ask("GET", "/api/queries", null).getJsonArray("queries")) {
            JsonObject query = (JsonObject) one;
            if (query.getString("id").startsWith("trial-")) {
                assertThat(Long.parseLong(query.getString("expiresAtMs"))).isGreaterThan(System.currentTimeMillis());
                return query.getString("id");
            }
        }
        throw new AssertionError("nothing is tried");
    }

    @Test
    void aQueryThatIsThereIsSaidAndALineOfSeveralIsSplit() throws Exception {
        query("tree");
        page.getByTestId("query-input").fill(" TREE");
        page.keyboard().press("Enter");
        assertThat(page.locator("#toasts")).containsText("already there");
        page.getByTestId("query-input").fill("tree, road,door");
        page.keyboard().press("Enter");
        page.getByTestId("query-split").click();
        assertThat(page.getByTestId("query-chip")).hasCount(3);
        page.getByTestId("query-input").fill("black, white cat");
        page.keyboard().press("Enter");
        page.getByTestId("query-one").click();
        assertThat(page.getByTestId("query-chip")).hasCount(4);
        page.getByTestId("query-input").fill("sky");
        page.keyboard().press("Enter");
        assertThat(page.getByTestId("query-chip")).hasCount(5);
        rig.see("tree");
        chip("door").locator(".switch-off").click();
        page.locator("#zone-add").focus();
        assertThat(page.getByTestId("query-quiet")).hasText("1 with nothing seen");
        assertThat(chip("door")).isHidden();
        page.getByTestId("query-quiet").click();
        assertThat(chip("door")).isVisible();
    }

    @Test
    void arrowsAreTheListsAndLeaveSlidersAndThePageAlone() throws Exception {
        rig.camera("yard", "Yard");
        Locator picks = page.locator("#camera-list .pick");
        assertThat(picks).hasCount(2);
        page.getByTestId("opacity").focus();
        page.keyboard().press("ArrowUp");
        assertThat(page.getByTestId("opacity")).hasValue("46");
        assertThat(page).hasURL(Pattern.compile(".*/cameras/street$"));
        picks.nth(0).focus();
        page.keyboard().press("ArrowDown");
        assertThat(picks.nth(1)).isFocused();
        assertThat(page).hasURL(Pattern.compile(".*/cameras/street$"));
        page.keyboard().press("j");
        assertThat(page).hasURL(Pattern.compile(".*/cameras/yard$"));
        page.keyboard().press("k");
        assertThat(page).hasURL(Pattern.compile(".*/cameras/street$"));
        page.keyboard().press("?");
        assertThat(page.getByTestId("help")).containsText("Insert a corner");
        assertThat(page.getByTestId("help").getByRole(AriaRole.BUTTON)).isFocused();
        page.keyboard().press("Escape");
        // The focus goes back to where it was when the dialog is gone.
        assertThat(page.getByTestId("help")).hasCount(0);
        assertThat(page.getByTestId("live-badge")).hasText("Live", PageRig.textWithin(20));
        page.getByTestId("live-canvas").focus();
        page.keyboard().press("Space");
        assertThat(page.getByTestId("live-badge")).containsText("Paused");
    }

    @Test
    void anAddressOfAMomentShowsItsFrameAndLeadsBackToLive() {
        Number at = (Number) page.evaluate("async () => (await import('/picture.js')).picture.shown.header.capturedAt");
        page.navigate(rig.url() + "cameras/street?at=" + at.longValue());
        assertThat(page.getByTestId("to-live")).isVisible();
        Number shown =
                (Number) page.evaluate("async () => (await import('/picture.js')).picture.shown.header.capturedAt");
        assertThat(shown.longValue()).isEqualTo(at.longValue());
        page.getByTestId("to-live").click();
        assertThat(page.getByTestId("live-badge")).hasText("Live", PageRig.textWithin(20));
        assertThat(page).hasURL(Pattern.compile(".*/cameras/street$"));
        page.navigate(rig.url() + "cameras/street?at=1000");
        assertThat(page.locator("#toasts")).containsText("no longer kept");
        assertThat(page.getByTestId("live-badge")).hasText("Live", PageRig.textWithin(20));
    }

    @Test
    void aScreenReaderHearsStatesAndNotSeconds() {
        page.evaluate("async () => { window.heard = []; const element = document.getElementById('badge-said');"
                + " new MutationObserver(() => window.heard.push(element.textContent)).observe(element, { childList: true });"
                + " const { picture } = await import('/picture.js'); let left = 8;"
                + " await new Promise((done) => picture.on('shown', () => --left || done())); }");
        page.getByTestId("pause").click();
        assertThat(page.getByTestId("live-badge")).containsText("2 s ago");
        List<?> heard = (List<?>) page.evaluate("() => window.heard");
        assertThat(heard).hasSizeLessThan(4);
        assertThat(heard.get(heard.size() - 1)).isEqualTo("Paused");
        assertThat(page.getByTestId("live-badge")).not().hasAttribute("role", "status");
    }

    @Test
    void onAPhoneASwipeScrollsATapOutlinesAndSignsTellWhatBelongs() throws Exception {
        page = rig.page(390, 844, ColorScheme.DARK, true);
        page.navigate(rig.url() + "?camera=street");
        Locator canvas = page.getByTestId("live-canvas");
        assertThat(page.getByTestId("live-badge")).hasText("Live", PageRig.textWithin(30));
        assertThat(canvas.evaluate("(element) => getComputedStyle(element).touchAction"))
                .isEqualTo("pan-y");
        swipeUp();
        page.waitForFunction("() => scrollY > 0");
        assertThat(page.getByTestId("things")).isHidden();

        page.getByTestId("outline-mode").tap();
        assertThat(canvas.evaluate("(element) => getComputedStyle(element).touchAction"))
                .isEqualTo("none");
        assertThat(canvas).isInViewport(new LocatorAssertions.IsInViewportOptions().setRatio(0.9));
        BoundingBox box = canvas.boundingBox();
        page.touchscreen().tap(box.x + box.width * 0.62, box.y + box.height * 0.5);
        prompt("0.620");
        page.getByTestId("prompt-outside").tap();
        assertThat(canvas).isInViewport(new LocatorAssertions.IsInViewportOptions().setRatio(0.9));
        box = canvas.boundingBox();
        page.touchscreen().tap(box.x + box.width * 0.25, box.y + box.height * 0.5);
        assertThat(prompt("0.620,0.250").getPoints(1).getInside()).isFalse();
        screenshot("camera-phone");
        page.getByTestId("prompt-clear").tap();
        rig.axe(page);
    }

    /** To be looked at. */
    private void screenshot(String name) {
        page.screenshot(new Page.ScreenshotOptions().setPath(Path.of("target", name + ".png")));
    }

    /** With a finger, from the lower part of the picture. */
    private void swipeUp() {
        BoundingBox box = page.getByTestId("live-canvas").boundingBox();
        CDPSession browser = page.context().newCDPSession(page);
        double x = box.x + box.width / 2;
        double y = box.y + box.height * 0.8;
        touch(browser, "touchStart", "[{\"x\":" + x + ",\"y\":" + y + "}]");
        for (int i = 1; i < 8; i++) {
            touch(browser, "touchMove", "[{\"x\":" + x + ",\"y\":" + (y - 15 * i) + "}]");
        }
        touch(browser, "touchEnd", "[]");
    }

    private static void touch(CDPSession browser, String type, String points) {
        String event = "{\"type\":\"" + type + "\",\"touchPoints\":" + points + "}";
        browser.send("Input.dispatchTouchEvent", new Gson().fromJson(event, com.google.gson.JsonObject.class));
    }

    @Test
    void axeFindsNothingInBothThemesWithAllPanelsOpen() throws Exception {
        for (ColorScheme theme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            page = rig.page(1600, 1000, theme, false);
            page.navigate(rig.url() + "?camera=street");
            assertThat(page.getByTestId("live-badge")).hasText("Live", PageRig.textWithin(30));
            String word = PageRig.unique("car");
            query(word);
            chip(word).getByTestId("query-edit").click();
            assertThat(page.getByTestId("query-panel")).isVisible();
            page.getByTestId("query-input").fill("a, b");
            page.keyboard().press("Enter");
            page.getByTestId("zone-add").click();
            rig.axe(page);
            screenshot("camera-" + theme.name().toLowerCase(Locale.ROOT));
            page.keyboard().press("Escape");
            page.keyboard().press("?");
            assertThat(page.getByTestId("help")).isVisible();
            rig.axe(page);
        }
    }

    private void query(String text) {
        page.getByTestId("query-input").fill(text);
        page.keyboard().press("Enter");
        assertThat(chip(text)).isVisible();
    }

    private Locator chip(String id) {
        return page.locator("[data-testid=query-chip][data-query=" + id + "]");
    }

    private void click(double x, double y, MouseButton button) {
        BoundingBox box = page.getByTestId("live-canvas").boundingBox();
        page.mouse().click(box.x + box.width * x, box.y + box.height * y, new Mouse.ClickOptions().setButton(button));
    }

    /** The newest prompt whose points have these places from the left. */
    private static Prompt prompt(String places) {
        return await().atMost(Duration.ofSeconds(15))
                .until(
                        () -> WholeTopic.read(rig.kafka(), Topic.PROMPTS).stream()
                                .map(record -> Topic.PROMPTS.parse(record.value()))
                                .filter(prompt -> places(prompt).equals(places))
                                .reduce((first, last) -> last)
                                .orElse(null),
                        found -> found != null);
    }

    private static String places(Prompt prompt) {
        return String.join(
                ",",
                prompt.getPointsList().stream()
                        .map(point -> String.format("%.2f0", point.getAt().getX()))
                        .toList());
    }

    private void answerTo(String places) throws Exception {
        Prompt prompt = prompt(places);
        rig.answer(prompt);
        assertThat(page.locator("#stage")).hasAttribute("data-instance", prompt.getId());
    }
}
