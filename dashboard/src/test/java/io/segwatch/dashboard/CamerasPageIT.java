package io.segwatch.dashboard;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import io.segwatch.contracts.Topic;
import io.segwatch.v1.CameraStatus;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The list of cameras, and a camera's form. */
class CamerasPageIT {
    @RegisterExtension
    static final PageRig rig = new PageRig();

    private Page page;

    @BeforeEach
    void open() throws Exception {
        rig.reset();
        page = rig.page();
    }

    @Test
    void aWrongCameraAddressIsExplainedInTheForm() {
        page.getByTestId("camera-add").click();
        page.getByTestId("camera-url").fill("ftp://camera");
        page.getByTestId("camera-form-save").click();
        assertThat(page.getByTestId("camera-form")).containsText("rtsp://");
        assertThat(page.getByTestId("camera-url")).hasAttribute("aria-invalid", "true");
        assertThat(page.locator("#url-problem")).containsText("rtsp");
        assertThat(page.getByTestId("camera-form").locator(".problems")).isEmpty();
        assertThat(page.getByTestId("camera-item")).hasCount(1);
    }

    @Test
    void aProblemIsToldInTheFormsWordsAtItsField() {
        page.getByTestId("camera-add").click();
        page.getByTestId("camera-url").fill("no address");
        page.getByTestId("camera-form-save").click();
        Locator problem = page.locator("#url-problem");
        assertThat(problem).containsText("Address ");
        assertThat(problem).not().containsText("url");
        assertThat(page.getByTestId("camera-url")).isFocused();
        assertThat(page.getByTestId("camera-url")).hasAttribute("aria-describedby", "url-problem");
    }

    @Test
    void aCameraWhoseFirstPictureIsAwaitedIsLiveAndTheStageHasItsShape() throws Exception {
        rig.ask("POST", "/api/cameras", new JsonObject().put("id", "wide").put("url", "file:/wide.mp4"));
        rig.send(
                Topic.CAMERA_STATUS,
                "wide",
                CameraStatus.newBuilder()
                        .setCamera("wide")
                        .setState(CameraStatus.State.LIVE)
                        .setWidth(640)
                        .setHeight(272)
                        .setAtMs(System.currentTimeMillis())
                        .build());
        page.getByTestId("camera-list").getByText("wide").click();
        assertThat(page.locator("#stage")).hasAttribute("style", Pattern.compile("--aspect: 640 / 272"));
        assertThat(page.locator("[data-camera=wide] .how")).not().containsText("0.0");
    }

    @Test
    void theFormIsSoundInChineseToo() {
        page.addInitScript("localStorage.setItem('language', 'zh')");
        page.reload();
        page.getByTestId("camera-add").click();
        assertThat(page.getByTestId("camera-form")).isVisible();
        assertThat(page.locator("[name=username]")).hasAttribute("autocomplete", "off");
        rig.axe(page);
    }

    @Test
    void escapeAsksBeforeItThrowsAwayWhatWasTyped() {
        page.getByTestId("camera-add").click();
        assertThat(page.getByTestId("camera-form")).isVisible();
        page.keyboard().press("Escape");
        assertThat(page.getByTestId("camera-form")).hasCount(0);
        page.getByTestId("camera-add").click();
        page.getByTestId("camera-name").fill("Yard");
        page.keyboard().press("Escape");
        page.getByTestId("confirm").getByText("Cancel").click();
        assertThat(page.getByTestId("camera-name")).hasValue("Yard");
        page.keyboard().press("Escape");
        page.getByTestId("confirm-yes").click();
        assertThat(page.getByTestId("camera-form")).hasCount(0);
    }

    @Test
    void anOfflineCameraTakesOneLineMoreAndTellsTheRestOnDemand() throws Exception {
        String reason =
                "Connection refused. Check host and port, and that the camera is switched on. It is tried again.";
        rig.ask("POST", "/api/cameras", new JsonObject().put("id", "far").put("url", "rtsp://127.0.0.1:9/a"));
        long now = System.currentTimeMillis();
        rig.send(
                Topic.CAMERA_STATUS,
                "far",
                CameraStatus.newBuilder()
                        .setCamera("far")
                        .setState(CameraStatus.State.OFFLINE)
                        .setReason(reason)
                        .setLastFrameAtMs(now - 60_000)
                        .setRetryAtMs(now + 600_000)
                        .setAtMs(now)
                        .build());
        Locator row = page.locator("[data-camera=far]");
        Locator line = row.getByTestId("camera-since");
        assertThat(line).hasText(Pattern.compile("since .*, next try in \\d+[\\s\\u00a0]min \\d+[\\s\\u00a0]s"));
        assertThat(row.getByTestId("camera-reason")).isHidden();
        assertThat(row.boundingBox().height).isLessThan(70);
        String first = line.innerText();
        assertThat(line).not().hasText(first);
        line.click();
        assertThat(row.getByTestId("camera-reason")).hasText(reason);
    }

    @Test
    void camerasStandInTheOrderOfTheirNamesAndTwoOfOneNameAreToldApart() throws Exception {
        for (String[] camera :
                new String[][] {{"zz", "Motorway"}, {"c10", "Court 10"}, {"aa", "Motorway"}, {"c9", "Court 9"}}) {
            rig.ask(
                    "POST",
                    "/api/cameras",
                    new JsonObject().put("id", camera[0]).put("name", camera[1]).put("url", "file:/" + camera[0]));
        }
        List<String> expected = List.of("Court 9", "Court 10", "Motorway (aa)", "Motorway (zz)", "Street");
        Locator names = page.locator("#camera-list .who");
        assertThat(names).hasText(expected.toArray(String[]::new));
        page.reload();
        assertThat(names).hasText(expected.toArray(String[]::new));
        assertThat(page.locator("[data-camera=zz] .pick")).hasAttribute("title", "Motorway (zz)");
    }

    @Test
    void ofAlertsOneMessageIsShownAtATimeAndItCanBeClosed() throws Exception {
        page.evaluate(
                "async () => { const { toast } = await import('/dom.js');"
                        + " for (const n of [1, 2, 3]) toast(`Alarm ${n}`, 'alarm', { href: 'alerts' }); toast('Saved', 'good'); }");
        Locator alarms = page.locator("[data-testid=toast][data-kind=alarm]");
        assertThat(alarms).hasCount(1);
        assertThat(alarms.getByRole(AriaRole.LINK)).hasText("Alarm 3");
        alarms.getByTestId("toast-close").click();
        assertThat(alarms).hasCount(0);
        assertThat(page.getByTestId("toast")).hasCount(1);
    }

    @Test
    void axeFindsNothingWrongInAForm() {
        page.getByTestId("camera-add").click();
        page.getByTestId("camera-url").fill("no address");
        page.getByTestId("camera-form-save").click();
        assertThat(page.locator("#url-problem")).isVisible();
        rig.axe(page);
    }
}
