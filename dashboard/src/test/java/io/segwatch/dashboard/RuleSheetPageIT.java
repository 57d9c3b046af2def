package io.segwatch.dashboard;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.BoundingBox;
import com.microsoft.playwright.options.ColorScheme;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The sheet of a rule, beside the picture. */
class RuleSheetPageIT {
    @RegisterExtension
    static final PageRig rig = new PageRig();

    @BeforeEach
    void aRule() throws Exception {
        rig.reset();
        rig.ask("POST", "/api/queries", new JsonObject().put("id", "bus").put("text", "bus"));
        rig.ask(
                "POST",
                "/api/rules",
                new JsonObject()
                        .put("id", "stops")
                        .put("name", "Bus stops")
                        .put("query", "bus")
                        .put("enter", 0.04)
                        .put("exit", 0.02));
    }

    @Test
    void theThresholdIsDraggedOnTheHistogramAndTheOtherOneKeepsItsShare() {
        Page page = rig.page();
        page.getByLabel("Edit rule Bus stops").click();
        page.getByTestId("backtest").click();
        Locator bars = page.locator("[data-testid=backtest-result] canvas.draggable");
        bars.scrollIntoViewIfNeeded();
        BoundingBox box = bars.boundingBox();
        page.mouse().move(box.x + box.width * 0.1, box.y + box.height / 2);
        page.mouse().down();
        page.mouse().move(box.x + box.width * 0.5, box.y + box.height / 2);
        double half = Double.parseDouble(page.getByTestId("rule-enter").inputValue());
        page.mouse().move(box.x + box.width * 0.25, box.y + box.height / 2);
        page.mouse().up();
        double quarter = Double.parseDouble(page.getByTestId("rule-enter").inputValue());
        assertThat(quarter).isPositive().isLessThan(half);
        assertThat(Double.parseDouble(page.getByTestId("rule-exit").inputValue()))
                .isBetween(quarter / 2 - 0.11, quarter / 2 + 0.11);
    }

    @Test
    void theSheetWaitsBesideItsViewAndEscEndsItAfterABacktest() {
        Page page = rig.page();
        page.getByLabel("Edit rule Bus stops").click();
        page.getByTestId("rule-name").fill("Bus halts");
        page.locator("#views [data-view=alerts]").click();
        assertThat(page.getByTestId("inbox-list")).isAttached();
        assertThat(page.getByTestId("rule-form")).isHidden();
        page.goBack();
        assertThat(page.getByTestId("rule-name")).isVisible();
        assertThat(page.getByTestId("rule-name")).hasValue("Bus halts");
        page.getByTestId("backtest").press("Enter");
        assertThat(page.getByTestId("backtest-share")).isVisible();
        assertThat(page.getByTestId("backtest")).isFocused();
        page.keyboard().press("Escape");
        page.getByTestId("confirm-yes").click();
        assertThat(page.getByTestId("rule-form")).hasCount(0);
    }

    @Test
    void aRuleOnAQueryThatNeverRanIsTriedOnKeptFramesAndSaysHowCoarseTheyAre() throws Exception {
        Page page = rig.page();
        rig.ask("POST", "/api/queries", new JsonObject().put("id", "new-van").put("text", "white van"));
        page.getByLabel("Edit rule Bus stops").click();
        page.getByTestId("backtest").click();
        assertThat(page.getByTestId("backtest-share")).isVisible();
        assertThat(page.getByTestId("backtest-coarse")).hasCount(0);

        page.getByTestId("rule-query").selectOption("new-van");
        page.getByTestId("backtest").click();
        page.getByTestId("backtest-coarse").click();
        assertThat(page.getByTestId("backtest-coarse-words")).containsText("Coarse: one frame every 5 s.");
        assertThat(page.getByTestId("backtest-untold"))
                .containsText("Whether it held for 1 s: kept frames are 5 s apart");
        assertThat(page.locator("[data-testid=backtest-axis] .bar-open")).hasCount(1);
        assertThat(page.getByTestId("backtest-coarse")).hasCount(0);
        page.getByTestId("backtest-apply").click();
        assertThat(page.getByTestId("rule-enter")).hasValue("7");
    }

    @Test
    void aRuleWhoseQueryIsGoneSaysSoAndFixOpensItsSheet() throws Exception {
        Page page = rig.page();
        rig.ask("POST", "/api/queries", new JsonObject().put("id", "tram").put("text", "tram"));
        rig.ask("DELETE", "/api/queries/bus", null);
        Locator rule = page.locator("[data-rule=stops]");
        assertThat(rule.getByTestId("rule-broken")).containsText("bus");
        rule.getByTestId("rule-fix").click();
        assertThat(page.getByTestId("rule-form")).isVisible();
        page.getByTestId("rule-query").selectOption("tram");
        page.getByTestId("rule-form-save").click();
        assertThat(page.getByTestId("rule-form")).hasCount(0);
        assertThat(rule.getByTestId("rule-broken")).isHidden();
        assertThat(rule).containsText("tram covers");
    }

    @Test
    void whatWasTypedIsNotDiscardedWithoutAsking() {
        Page page = rig.page();
        page.getByLabel("Edit rule Bus stops").click();
        assertThat(page.getByTestId("rule-form")).isVisible();
        page.keyboard().press("Escape");
        assertThat(page.getByTestId("rule-form")).hasCount(0);

        page.getByLabel("Edit rule Bus stops").click();
        page.getByTestId("rule-name").fill("Typed");
        page.keyboard().press("Escape");
        assertThat(page.getByTestId("confirm")).isVisible();
        page.keyboard().press("Escape");
        assertThat(page.getByTestId("rule-name")).hasValue("Typed");
        page.getByTestId("rule-name").press("Escape");
        page.getByTestId("confirm-yes").click();
        assertThat(page.getByTestId("rule-form")).hasCount(0);
        assertThat(page.locator("[data-rule=stops]")).containsText("Bus stops");
    }

    @Test
    void theSheetCoversNothingOfThePicture() {
        for (int width : new int[] {800, 1024, 1280, 1600}) {
            Page page = rig.page(width, 720, ColorScheme.LIGHT, false);
            page.navigate(rig.url() + "cameras/street");
            page.getByLabel("Edit rule Bus stops").click();
            BoundingBox sheet = page.getByTestId("rule-form").boundingBox();
            await().untilAsserted(() -> {
                BoundingBox picture = page.locator("#stage").boundingBox();
                assertThat(picture.x + picture.width).isLessThan(sheet.x);
                assertThat(picture.width).isGreaterThan(width == 800 ? 360 : 500);
            });
            assertThat(page.getByTestId("rule-form").evaluate("(form) => form.scrollWidth - form.clientWidth"))
                    .isEqualTo(0);
            page.getByTestId("rule-form").press("Escape");
            assertThat(page.getByLabel("Edit rule Bus stops")).isFocused();
        }
    }

    @Test
    void noUnitStandsInAnotherLineThanItsNumber() {
        Page page = rig.page(1280, 720, ColorScheme.LIGHT, false);
        page.navigate(rig.url() + "cameras/street");
        page.getByLabel("Edit rule Bus stops").click();
        for (String input : new String[] {"rule-enter", "rule-dwell"}) {
            Locator number = page.getByTestId(input);
            BoundingBox unit = number.locator("xpath=following-sibling::span").boundingBox();
            BoundingBox box = number.boundingBox();
            assertThat(unit.y + unit.height / 2).isBetween(box.y, box.y + box.height);
        }
    }

    @Test
    void onAPhoneTheSheetTakesTheScreenAndSaveIsInSight() {
        Page page = rig.page(390, 844, ColorScheme.DARK, true);
        page.navigate(rig.url() + "cameras/street");
        page.getByLabel("Edit rule Bus stops").click();
        BoundingBox sheet = page.getByTestId("rule-form").boundingBox();
        assertThat(sheet.width).isEqualTo(390);
        assertThat(page.getByTestId("rule-form-save")).isInViewport();
        assertThat(page.getByTestId("rule-form").evaluate("(sheet) => sheet.scrollWidth - sheet.clientWidth"))
                .isEqualTo(0);
        rig.axe(page);
    }
}
