package io.segwatch.dashboard;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import io.segwatch.contracts.Topic;
import io.segwatch.v1.Calibration;
import io.segwatch.v1.Spread;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Rules and their forms. */
class RulesPageIT {
    @RegisterExtension
    static final PageRig rig = new PageRig();

    private Page page;

    @BeforeEach
    void open() {
        page = rig.page();
    }

    @Test
    void aRuleIsTriedOnThePastAndArmedWithTheSuggestedThreshold() {
        page.getByTestId("query-input").fill("bus");
        page.keyboard().press("Enter");
        assertThat(page.locator("[data-query=bus]")).isVisible();
        page.getByTestId("rule-add").click();
        page.getByTestId("rule-name").fill("Bus stops");
        page.getByTestId("backtest").click();
        assertThat(page.getByTestId("backtest-result")).containsText("Would have fired 1 time");
        page.getByTestId("backtest-apply").click();
        assertThat(page.getByTestId("rule-enter")).hasValue("7");
        page.getByTestId("rule-form-save").click();
        Locator rule = page.getByTestId("rule-item").filter(new Locator.FilterOptions().setHasText("Bus stops"));
        assertThat(rule).containsText("7.0 %");
    }

    @Test
    void aRulesFormShowsWhatIsUsualAndTakesTheSuggestedThresholds() throws Exception {
        page.getByTestId("query-input").fill("tram");
        page.keyboard().press("Enter");
        assertThat(page.locator("[data-query=tram]")).isVisible();
        Spread.Builder share = Spread.newBuilder()
                .setSamples(900)
                .setAbsent(0.5)
                .addAllQuantiles(List.of(0.0, 0.0, 0.0, 0.0, 0.01, 0.02, 0.03, 0.04, 0.05))
                .setSuggestedEnter(0.08)
                .setSuggestedExit(0.05);
        for (int bin = 0; bin < 100; bin++) {
            share.addHistogram(bin < 6 ? 150 : 0).addBaselineHistogram(bin < 3 ? 300 : 0);
        }
        Calibration calibration = Calibration.newBuilder()
                .setCamera("street")
                .setQuery("tram")
                .setSinceMs(System.currentTimeMillis() - 3_600_000)
                .setAtMs(System.currentTimeMillis())
                .setBaselineAtMs(System.currentTimeMillis())
                .setShare(share)
                .setDriftKnown(true)
                .setDrift(0.31)
                .setDrifted(true)
                .setUsualKnown(true)
                .setUsualMean(0.02)
                .setUsualDeviation(0.01)
                .build();
        rig.send(Topic.CALIBRATIONS, "street//tram", calibration);
        page.waitForFunction(
                "async () => (await (await fetch('/api/calibration?query=tram')).json()).calibrations.length === 1");
        page.getByTestId("rule-add").click();
        page.getByTestId("rule-query").selectOption("tram");

        assertThat(page.getByTestId("calibration")).containsText("50 % had none");
        assertThat(page.getByTestId("calibration").locator("canvas")).isVisible();
        assertThat(page.getByTestId("calibration-usual"))
                .hasText("Baseline for this hour: 2.0 %, standard deviation 1.0 %.");
        assertThat(page.getByTestId("calibration-drift")).containsText("Drifted: 31 % away");
        page.getByTestId("calibration-apply").click();
        assertThat(page.getByTestId("rule-enter")).hasValue("8");
        assertThat(page.getByTestId("rule-exit")).hasValue("5");
        page.getByTestId("baseline-accept").click();
        assertThat(page.getByTestId("calibration-drift")).containsText("Accepted");

        page.getByTestId("rule-measure").selectOption("CHANGE");
        assertThat(page.getByTestId("rule-enter")).hasValue("3");
        page.getByTestId("rule-more").locator("summary").click();
        page.getByTestId("rule-below").check();
        assertThat(page.getByTestId("rule-form")).containsText("is at most");
        assertThat(page.getByTestId("rule-enter")).hasValue("-3");
        assertThat(page.getByTestId("rule-exit")).hasValue("-1.8");
        page.getByTestId("rule-below").uncheck();
        assertThat(page.getByTestId("rule-exit")).hasValue("1.8");
        page.getByTestId("rule-name").fill("More trams than usual");
        page.getByTestId("rule-cap").fill("4");
        page.getByTestId("rule-schedule").check();
        page.getByTestId("rule-from").fill("22:00");
        page.getByTestId("rule-to").fill("06:00");
        page.getByTestId("rule-form-save").click();
        assertThat(page.getByTestId("rule-item")
                        .filter(new Locator.FilterOptions().setHasText("More trams than usual")))
                .containsText("tram differs from its hourly baseline by 3.0 standard deviations or more");
        String rules = page.evaluate("async () => JSON.stringify((await (await fetch('/api/rules')).json()).rules"
                        + ".find((rule) => rule.measure === 'CHANGE'))")
                .toString();
        assertThat(rules).contains("\"maxAlertsPerHour\":4", "\"startMinute\":1320,\"endMinute\":360");
    }

    @Test
    void aRuleIsSaidAsTheApiSaysItAndInThePagesLanguage() throws Exception {
        fetch("POST", "/api/queries", "{\"id\":\"bird\",\"text\":\"bird\"}");
        for (String condition : List.of(
                "'measure':'SHARE','enter':0.05,'exit':0.03,'dwellMs':2000,'k':3,'n':6",
                "'measure':'PEAK_PROBABILITY','enter':0.5,'exit':0.3,'zone':'gone','cameras':['street']",
                "'measure':'CHANGE','enter':-3,'exit':-1.8,'below':true,'dwellMs':90000",
                "'measure':'DRIFT','enter':0.3,'exit':0.2,'dwellMs':7200000")) {
            fetch("POST", "/api/rules", ("{'query':'bird'," + condition + "}").replace('\'', '"'));
        }
        fetch("POST", "/api/rules", "{\"expression\":\"bird > 2 %\",\"dwellMs\":250}");
        JsonArray rules = rig.ask("GET", "/api/rules", null).getJsonArray("rules");
        assertThat(rules).hasSizeGreaterThanOrEqualTo(5);
        for (Object rule : rules) {
            JsonObject one = (JsonObject) rule;
            assertThat(page.locator("[data-rule='" + one.getString("id") + "'] > .reason:not(.hush)"))
                    .hasText(one.getString("sentence"));
        }
        page.evaluate("() => localStorage.setItem('language', 'zh')");
        page.reload();
        assertThat(page.getByTestId("rule-list"))
                .containsText("画面中“bird”的覆盖占比为 5.0 % 或以上，持续 2 秒，6 帧中有 3 帧满足，低于 3.0 % 时解除，适用于全部摄像头");
        assertThat(page.getByTestId("rule-list")).not().containsText("clears");
    }

    @Test
    void aMutedRuleSaysSoAndIsUnmutedWhereItStands() {
        fetch("POST", "/api/queries", "{\"id\":\"hen\",\"text\":\"hen\"}");
        fetch("POST", "/api/rules", "{\"id\":\"hens\",\"query\":\"hen\",\"enter\":0.1,\"exit\":0.05}");
        Locator muted = page.locator("[data-rule=hens]").getByTestId("rule-muted");
        assertThat(page.locator("[data-rule=hens]")).isVisible();
        assertThat(muted).isHidden();
        fetch("PUT", "/api/mutes/rule/hens", "{\"minutes\":60}");
        assertThat(muted).containsText("Muted until");
        rig.axe(page);
        muted.locator("button").click();
        assertThat(muted).isHidden();
    }

    @Test
    void aRuleForSeveralCamerasKeepsThemWhenItsFormIsSaved() {
        fetch("POST", "/api/cameras", "{\"id\":\"yard\",\"url\":\"file:/yard.mp4\"}");
        fetch("POST", "/api/queries", "{\"id\":\"dog\",\"text\":\"dog\"}");
        fetch(
                "POST",
                "/api/rules",
                "{\"id\":\"dogs\",\"query\":\"dog\",\"enter\":0.1,\"exit\":0.05,\"cameras\":[\"street\",\"yard\"]}");
        page.getByLabel("Edit rule dogs").click();
        page.getByTestId("rule-name").fill("Dogs");
        page.getByTestId("rule-form-save").click();
        assertThat(page.getByTestId("rule-item").filter(new Locator.FilterOptions().setHasText("Dogs")))
                .isVisible();
        assertThat(fetch("GET", "/api/rules/dogs", null)).contains("\"cameras\":[\"street\",\"yard\"]");
        fetch("DELETE", "/api/rules/dogs", null);
        fetch("DELETE", "/api/cameras/yard", null);
    }

    @Test
    void aFormThatIsOlderThanItsRuleSaysSoAndReloads() {
        fetch("POST", "/api/queries", "{\"id\":\"cat\",\"text\":\"cat\"}");
        fetch("POST", "/api/rules", "{\"id\":\"cats\",\"query\":\"cat\",\"enter\":0.1,\"exit\":0.05}");
        page.getByLabel("Edit rule cats").click();
        page.getByTestId("rule-name").fill("Mine");
        fetch("PUT", "/api/rules/cats", "{\"query\":\"cat\",\"name\":\"Theirs\",\"enter\":0.2,\"exit\":0.05}");
        page.getByTestId("rule-form-save").click();
        assertThat(page.getByTestId("rule-form-stale")).isVisible();
        assertThat(fetch("GET", "/api/rules/cats", null)).contains("\"name\":\"Theirs\"");

        page.getByTestId("rule-form-reload").click();
        assertThat(page.getByTestId("rule-name")).hasValue("Theirs");
        assertThat(page.getByTestId("rule-enter")).hasValue("20");
        page.getByTestId("rule-name").fill("Ours");
        page.getByTestId("rule-form-save").click();
        assertThat(page.getByTestId("rule-form")).hasCount(0);
        assertThat(page.getByTestId("rule-item").filter(new Locator.FilterOptions().setHasText("Ours")))
                .containsText("cat covers 20.0 % or more of the picture");
        fetch("DELETE", "/api/rules/cats", null);
    }

    private String fetch(String method, String path, String body) {
        return (String) page.evaluate(
                "async ([method, path, body]) => (await fetch(path, { method, ...(body && {"
                        + " body, headers: { 'Content-Type': 'application/json' } }) })).text()",
                Arrays.asList(method, path, body));
    }
}
