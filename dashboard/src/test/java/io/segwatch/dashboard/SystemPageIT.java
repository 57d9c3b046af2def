package io.segwatch.dashboard;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.ColorScheme;
import io.segwatch.contracts.Topic;
import io.segwatch.v1.AreaComparison;
import io.segwatch.v1.CameraStatus;
import io.segwatch.v1.CandidateStatus;
import io.segwatch.v1.WorkerStatus;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The state of all, and the camera's form, which tries before it saves. */
class SystemPageIT {
    @RegisterExtension
    static final PageRig rig = new PageRig();

    @BeforeEach
    void cameras() throws Exception {
        rig.reset();
        rig.ask(
                "POST",
                "/api/cameras",
                new JsonObject().put("id", "far").put("name", "Far gate").put("url", "rtsp://127.0.0.1:9/a"));
        rig.ask(
                "POST",
                "/api/cameras",
                new JsonObject()
                        .put("id", "off")
                        .put("name", "Cellar")
                        .put("url", "rtsp://127.0.0.1:9/b")
                        .put("disabled", true));
        rig.send(
                Topic.CAMERA_STATUS,
                "far",
                CameraStatus.newBuilder()
                        .setCamera("far")
                        .setState(CameraStatus.State.OFFLINE)
                        .setReason("Connection refused. Check host and port.")
                        .setInstance("node-7/ab12")
                        .setAtMs(System.currentTimeMillis())
                        .build());
    }

    private static Page open(int width, int height, ColorScheme theme) {
        Page page = rig.page(width, height, theme, width < 800);
        page.navigate(rig.url() + "system");
        assertThat(page.locator("[data-testid=system-cameras] [data-camera=street]"))
                .containsText("live");
        return page;
    }

    private static Locator fault(Page page, String text) {
        return page.locator("[data-testid=system-faults] li", new Page.LocatorOptions().setHasText(text));
    }

    @Test
    void eachFaultHasItsRemedyAndAButtonWhereOneHelps() throws Exception {
        Page page = open(1600, 1000, ColorScheme.DARK);
        assertThat(fault(page, "Far gate is offline")).containsText("Check host and port");
        assertThat(page.locator("[data-testid=system-cameras] [data-camera=far]"))
                .containsText("node-7/ab12");
        assertThat(page.getByTestId("system-process")).containsText("heap");
        assertThat(page.getByTestId("system-lag")).containsText("segwatch.areas");
        rig.axe(page);
        fault(page, "Cellar is switched off").getByTestId("fault-action").click();
        assertThat(fault(page, "Cellar is switched off")).hasCount(0);
        Request again = page.waitForRequest(
                request -> request.method().equals("PUT") && request.url().endsWith("/api/cameras/far"),
                () -> fault(page, "Far gate is offline")
                        .getByTestId("fault-again")
                        .click());
        assertThat(again.response().status()).isEqualTo(200);
        assertThat(rig.ask("GET", "/api/cameras/far", null).getString("connectAtMs"))
                .matches("\\d{13}");
        fault(page, "Far gate is offline").getByTestId("fault-action").click();
        assertThat(page.getByTestId("camera-form")).isVisible();
    }

    @Test
    void onAPhoneItFits() {
        Page page = open(390, 844, ColorScheme.LIGHT);
        assertThat(fault(page, "Far gate is offline").getByTestId("fault-action"))
                .isVisible();
        assertThat(page.locator("[data-testid=system-cameras] [data-camera=far] td:nth-child(2)"))
                .hasAttribute("data-label", "State");
        assertThat(page.locator("[data-testid=system-cameras] thead")).isHidden();
        assertThat((Integer) page.evaluate("() => document.documentElement.scrollWidth"))
                .isLessThanOrEqualTo(390);
        rig.axe(page);
    }

    @Test
    void whatIsKeptIsToldByKindAndTopicWithWhatEndsIt() {
        Page page = open(1600, 1000, ColorScheme.LIGHT);
        Locator kept = page.getByTestId("system-storage");
        assertThat(kept.locator("[data-kind=areas]")).containsText("400 days");
        assertThat(page.getByTestId("storage-verdict")).containsText("disk");
        assertThat(kept.locator("[data-kind='segwatch.area-hours']")).hasCount(0);
        page.getByTestId("storage-topics").press("Enter");
        assertThat(kept.locator("[data-kind='segwatch.area-hours']")).containsText("400 days");
        rig.axe(page);
    }

    @Test
    void aModelIsComparedTriedOnACameraAndRolledBackAfterAQuestion() throws Exception {
        CandidateStatus.Builder candidate = CandidateStatus.newBuilder()
                .setModel("better@2")
                .setFingerprint("b".repeat(64))
                .setLoaded(true)
                .setFramesCompared(7)
                .addComparisons(AreaComparison.newBuilder()
                        .setCamera("street")
                        .setQuery("person")
                        .setFrames(7)
                        .setMeanShare(0.1)
                        .setCandidateMeanShare(0.12)
                        .setMeanDifference(0.02)
                        .setCorrelation(0.97)
                        .setFramesWithMask(7)
                        .setIou(0.81));
        rig.send(
                Topic.WORKER_STATUS,
                "w-models",
                WorkerStatus.newBuilder()
                        .setWorker("w-models")
                        .setModel("good@1")
                        .setFingerprint("a".repeat(64))
                        .setAtMs(System.currentTimeMillis() + 600_000)
                        .setCandidate(candidate)
                        .build());
        Page page = open(1280, 900, ColorScheme.DARK);
        Locator models = page.getByTestId("system-model");
        assertThat(models.getByTestId("model-workers"))
                .containsText("w-models runs good@1; candidate better@2 in memory");
        assertThat(models.getByTestId("model-canary")).isHidden();
        models.getByTestId("model-shadow").click();
        assertThat(models.getByTestId("model-rollout")).containsText("better@2 is compared with the running model");
        assertThat(models.locator("[data-testid=model-comparisons] [data-camera=street]"))
                .containsText("0.97");
        models.getByTestId("model-cameras").getByLabel("Street").check();
        models.getByTestId("model-canary").click();
        assertThat(models.getByTestId("model-rollout")).containsText("better@2 observes Street");
        rig.axe(page);
        models.getByTestId("model-switch").click();
        page.getByTestId("confirm").getByText("Cancel").click();
        assertThat(models.getByTestId("model-rollout")).containsText("better@2 observes Street");
        models.getByTestId("model-rollback").click();
        page.getByTestId("confirm-yes").click();
        assertThat(models.getByTestId("model-rollout")).containsText("was rolled back");
        assertThat(models.getByTestId("model-rollback")).isHidden();
        assertThat(rig.ask("GET", "/api/model-rollout", null)
                        .getJsonObject("rollout")
                        .getString("state"))
                .isEqualTo("ROLLED_BACK");
        rig.forget(Topic.WORKER_STATUS, "w-models");
    }

    @Test
    void ofADeletedCameraItIsToldWhenItIsGoneFromDisk() throws Exception {
        rig.ask("POST", "/api/erasures", new JsonObject().put("camera", "torn-down"));
        Page page = open(390, 844, ColorScheme.DARK);
        Locator erased = page.locator("[data-testid=system-erasures] [data-camera=torn-down]");
        assertThat(erased).containsText("Hidden since");
        assertThat((Integer) page.evaluate("() => document.documentElement.scrollWidth"))
                .isLessThanOrEqualTo(390);
        rig.axe(page);
    }

    @Test
    void aCameraThatDoesNotAnswerSaysWhyBeforeItIsSavedAndCanBeSavedAnyway() {
        Page page = rig.page(1600, 1000, ColorScheme.LIGHT, false);
        page.navigate(rig.url() + "cameras/street");
        page.getByTestId("camera-add").click();
        page.getByTestId("camera-url").fill("rtsp://10.0.0.9/closed");
        page.getByTestId("camera-name").fill("STREET");
        assertThat(page.getByTestId("camera-same-name")).containsText("Another camera has this name");
        page.getByTestId("camera-name").fill("Harbour");
        page.getByTestId("camera-form-save").click();
        assertThat(page.getByTestId("camera-trial")).containsText("connection refused");
        assertThat(page.getByTestId("camera-form-save")).hasText("Save anyway");
        rig.axe(page);
        page.getByTestId("camera-url").fill("rtsp://10.0.0.8/closed");
        assertThat(page.getByTestId("camera-form-save")).hasText("Add camera");
        page.getByTestId("camera-form-save").click();
        assertThat(page.getByTestId("camera-form-save")).hasText("Save anyway");
        page.getByTestId("camera-form-save").click();
        assertThat(page.locator("[data-camera=harbour]").first()).isVisible();
    }

    @Test
    void aCameraThatAnswersShowsItsPictureAndWhatItSends() {
        Page page = rig.page(1280, 720, ColorScheme.LIGHT, false);
        page.navigate(rig.url() + "cameras/street");
        page.getByTestId("camera-add").click();
        page.getByTestId("camera-url").fill("rtsp://10.0.0.9/live");
        page.getByTestId("camera-test").click();
        assertThat(page.getByTestId("camera-trial")).containsText("1280 × 720");
        assertThat(page.locator("[data-testid=camera-trial] img")).isVisible();
        assertThat(page.getByTestId("camera-form-save"))
                .isInViewport(new LocatorAssertions.IsInViewportOptions().setRatio(1));
        rig.axe(page);
        page.getByTestId("camera-form-save").click();
        assertThat(page.getByTestId("camera-form")).hasCount(0);
    }

    @Test
    void onAPhoneTheResultOfATestIsInSight() {
        Page page = rig.page(390, 844, ColorScheme.DARK, true);
        page.navigate(rig.url() + "cameras/street");
        page.getByTestId("camera-add").tap();
        page.getByTestId("camera-url").fill("rtsp://10.0.0.9/live");
        page.getByTestId("camera-test").tap();
        page.waitForFunction("() => document.querySelector('[data-testid=camera-trial] img')?.naturalWidth > 0"
                + " && document.querySelector('[data-testid=camera-trial]').getBoundingClientRect().bottom"
                + " <= document.querySelector('[data-testid=camera-form-save]').getBoundingClientRect().top");
    }

    @Test
    void whatIsWrongWithTheAddressStandsAtItsField() {
        Page page = rig.page(1600, 1000, ColorScheme.LIGHT, false);
        page.navigate(rig.url() + "cameras/street");
        page.getByTestId("camera-add").click();
        page.getByTestId("camera-url").fill("ftp://10.0.0.9/live");
        page.getByTestId("camera-form-save").click();
        assertThat(page.getByTestId("camera-url")).hasAttribute("aria-invalid", "true");
    }
}
