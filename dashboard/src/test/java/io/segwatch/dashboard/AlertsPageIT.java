package io.segwatch.dashboard;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import io.segwatch.contracts.Topic;
import io.segwatch.v1.Alert;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.time.Duration;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The list of alerts as a control room works through it. */
class AlertsPageIT {
    @RegisterExtension
    static final PageRig rig = new PageRig();

    private String rule;

    @BeforeEach
    void fiveAlertsOfARule() throws Exception {
        rule = PageRig.unique("crowd");
        rig.ask("POST", "/api/queries", new JsonObject().put("id", "q-" + rule).put("text", "person " + rule));
        rig.ask(
                "POST",
                "/api/rules",
                new JsonObject()
                        .put("id", rule)
                        .put("name", "Crowd " + rule)
                        .put("query", "q-" + rule)
                        .put("enter", 0.05)
                        .put("exit", 0.03));
        long now = System.currentTimeMillis();
        for (int i = 0; i < 5; i++) {
            Alert opened = Alert.newBuilder()
                    .setId(rule + "-" + i)
                    .setRule(rule)
                    .setRuleName("Crowd " + rule)
                    .setCamera(PageRig.STREET)
                    .setState(Alert.State.OPEN)
                    .setOpenedAtMs(now - 60_000 * (5 - i))
                    .setAtMs(now - 60_000 * (5 - i))
                    .setPeak(0.06)
                    .setReason("person covers 6.0 % of the picture")
                    .build();
            rig.send(Topic.ALERTS, PageRig.STREET, opened);
            if (i > 0) {
                rig.send(
                        Topic.ALERTS,
                        PageRig.STREET,
                        opened.toBuilder()
                                .setState(Alert.State.CLOSE)
                                .setAtMs(opened.getAtMs() + 1_300)
                                .setDurationMs(1_300)
                                .setPeak(0.082)
                                .setReason("person covers 0.0 % (exit 3.0 %)")
                                .build());
            }
        }
        await().untilAsserted(() -> assertThat(
                        rig.ask("GET", "/api/alerts?rule=" + rule, null).getInteger("total"))
                .isEqualTo(5));
    }

    private Page inbox(int width, int height, ColorScheme theme, String more) {
        Page page = rig.page(width, height, theme, width < 500);
        page.navigate(rig.url() + "alerts?rule=" + rule + more);
        assertThat(items(page)).hasCount(5);
        return page;
    }

    private static Locator items(Page page) {
        return page.getByTestId("inbox-item");
    }

    private static Locator focused(Page page) {
        return page.locator("[data-testid=inbox-item]:focus-within");
    }

    @Test
    void aClosedAlertSaysHowFarItWentAndTheWholeNameIsKnown() {
        Page page = inbox(1600, 1000, ColorScheme.LIGHT, "");
        Locator newest = items(page).first();
        assertThat(newest.locator(".why")).containsText("up to 8.2 %");
        assertThat(newest.locator(".how")).hasText("1.3 s");
        assertThat(newest.getByText("1.3 s")).hasCount(1);
        assertThat(newest.locator(".name")).hasAttribute("title", "Crowd " + rule);
        assertThat(items(page).last()).containsText("open for");
        rig.axe(page);
        page.getByTestId("filter-state").selectOption("open");
        assertThat(items(page)).hasCount(1);
        page.goBack();
        assertThat(items(page)).hasCount(5);
    }

    @Test
    void theKeyboardGoesThroughAcknowledgesAndMutes() {
        Page page = inbox(1600, 1000, ColorScheme.DARK, "");
        page.keyboard().press("j");
        assertThat(focused(page)).hasAttribute("data-alert", rule + "-4");
        page.keyboard().press("j");
        assertThat(focused(page)).hasAttribute("data-alert", rule + "-3");
        page.keyboard().press("a");
        assertThat(items(page).nth(1)).containsText("acknowledged by local");
        assertThat(focused(page)).hasAttribute("data-alert", rule + "-3");
        page.keyboard().press("Enter");
        assertThat(page).hasURL(Pattern.compile(".*/alerts/" + rule + "-3\\?rule=" + rule));
        assertThat(page.getByTestId("detail-acked")).containsText("local");
        rig.axe(page);
        page.keyboard().press("j");
        assertThat(page).hasURL(Pattern.compile(".*/alerts/" + rule + "-2.*"));
        page.keyboard().press("m");
        page.getByTestId("mute-hour").click();
        assertThat(page.getByTestId("mute-form")).hasCount(0);
        page.keyboard().press("Escape");
        assertThat(page.getByTestId("mute-item")).containsText("Crowd " + rule);
        page.getByTestId("mute-item").locator("button").click();
        assertThat(page.getByTestId("mute-item")).hasCount(0);
    }

    @Test
    void allThatIsShownIsAcknowledgedAndWhoLooksElsewhereSeesIt() {
        Page page = inbox(1600, 1000, ColorScheme.LIGHT, "");
        Page other = inbox(1280, 720, ColorScheme.DARK, "");
        page.getByTestId("select-all").check();
        page.getByTestId("ack-selected").click();
        assertThat(page.locator(".item.acknowledged")).hasCount(5);
        assertThat(other.locator(".item.acknowledged")).hasCount(5);
        page.getByTestId("filter-review").selectOption("unacknowledged");
        assertThat(page.getByTestId("inbox-empty")).containsText("No alert matches");
    }

    @Test
    void oneAlertHasWordsANoteAndTheWaysToItsMoment() {
        Page page = rig.page(1600, 1000, ColorScheme.LIGHT, false);
        page.navigate(rig.url() + "alerts/" + rule + "-2");
        assertThat(page.getByTestId("detail-name")).hasText("Crowd " + rule);
        assertThat(page.getByTestId("detail-facts")).containsText("exit 3.0 %");
        assertThat(page.getByTestId("detail-no-picture")).containsText("no longer kept");
        assertThat(page.getByTestId("detail-moment")).hasAttribute("href", Pattern.compile("cameras/street\\?at=\\d+"));
        assertThat(page.getByTestId("detail-timeline"))
                .hasAttribute("href", Pattern.compile("timeline\\?cameras=street&from=\\d+&to=\\d+"));
        page.getByTestId("detail-note").fill("a school class");
        page.getByTestId("detail-ack").click();
        assertThat(page.getByTestId("detail-acked")).isVisible();
        page.reload();
        assertThat(page.getByTestId("detail-note")).hasValue("a school class");
        page.navigate(rig.url() + "alerts/none");
        assertThat(page.getByTestId("detail-gone")).isVisible();
    }

    @Test
    void anAlertThatIsLookedAtShowsThatItHasClosedAndWhatIsTypedStays() throws Exception {
        Page page = rig.page(1280, 720, ColorScheme.LIGHT, false);
        page.navigate(rig.url() + "alerts/" + rule + "-0");
        assertThat(page.getByTestId("detail-facts")).containsText("Open for");
        String lasted = page.getByTestId("detail-lasts").innerText();
        assertThat(page.getByTestId("detail-lasts")).not().hasText(lasted);
        page.getByTestId("detail-note").fill("on its way");
        rig.send(
                Topic.ALERTS,
                PageRig.STREET,
                Alert.newBuilder()
                        .setId(rule + "-0")
                        .setRule(rule)
                        .setCamera(PageRig.STREET)
                        .setState(Alert.State.CLOSE)
                        .setOpenedAtMs(System.currentTimeMillis() - 66_000)
                        .setAtMs(System.currentTimeMillis())
                        .setDurationMs(66_000)
                        .setReason("person covers 1.0 % (exit 3.0 %)")
                        .build());
        assertThat(page.getByTestId("detail-lasts")).hasText("1 min 6 s");
        assertThat(page.getByTestId("detail-facts")).containsText("exit 3.0 %");
        assertThat(page.getByTestId("detail-note")).hasValue("on its way");
        page.getByTestId("detail-note-save").press("Enter");
        assertThat(page.getByTestId("toast")).containsText("The note is saved");
        assertThat(page.getByTestId("detail-note-save")).isFocused();
        rig.ask(
                "POST",
                "/api/alert-reviews",
                new JsonObject().put("alerts", new JsonArray().add(rule + "-0")).put("acknowledged", true));
        assertThat(page.getByTestId("detail-acked")).isVisible();
        assertThat(page.getByTestId("detail-note-save")).isFocused();
    }

    @Test
    void theMomentsOfAnAlertAreShownWithAndWithoutMasksAndItsVideoPlays() throws Exception {
        rig.ask("POST", "/api/cameras", new JsonObject().put("id", "filmed").put("url", "file:/filmed.mp4"));
        AlertStory story = new AlertStory(rig.kafka(), rig.producer(), "filmed", "car").happens();
        await().atMost(Duration.ofSeconds(60)).until(() -> story.clips().size() == 1);
        Page page = rig.page(1600, 1000, ColorScheme.LIGHT, false);
        page.navigate(rig.url() + "alerts/" + story.alert);
        Locator picture = page.getByTestId("detail-picture");
        page.getByTestId("detail-moment-peak").click();
        assertThat(page.getByTestId("detail-moment-peak")).hasAttribute("aria-pressed", "true");
        assertThat(picture).hasAttribute("src", Pattern.compile(".*moment=peak$"));
        page.getByTestId("detail-overlay").uncheck();
        assertThat(picture).hasAttribute("src", Pattern.compile(".*moment=peak&overlay=false$"));
        page.getByTestId("detail-moment-end").click();
        assertThat(picture).hasAttribute("src", Pattern.compile(".*moment=end&overlay=false$"));
        page.waitForFunction(
                "() => document.querySelector('[data-testid=detail-picture]').naturalWidth === " + Scene.WIDTH);
        page.waitForFunction("() => document.querySelector('video').videoWidth === " + Scene.WIDTH);
        page.getByTestId("detail-clip").evaluate("video => video.play()");
        page.waitForFunction("() => document.querySelector('video').currentTime > 0.5");
        rig.axe(page);
    }

    @Test
    void whatIsFilteredIsDownloaded() throws Exception {
        Page page = inbox(1600, 1000, ColorScheme.LIGHT, "");
        Download csv = page.waitForDownload(() -> page.getByTestId("export-csv").click());
        assertThat(Files.readAllLines(csv.path())).hasSize(6);
    }

    @Test
    void onThePhoneAlertsAreReadAndAcknowledged() {
        Page page = inbox(390, 844, ColorScheme.DARK, "");
        assertThat((Integer) page.evaluate("() => document.documentElement.scrollWidth"))
                .isLessThanOrEqualTo(390);
        items(page).first().getByTestId("inbox-ack").tap();
        assertThat(items(page).first()).containsText("acknowledged by local");
        items(page).first().locator(".name").tap();
        assertThat(page.getByTestId("detail-name")).isVisible();
        rig.axe(page);
    }
}
