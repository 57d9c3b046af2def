package io.segwatch.dashboard;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import io.segwatch.contracts.Topic;
import io.segwatch.v1.Alert;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The page on a phone, and as something to install there. */
class PhonePageIT {
    @RegisterExtension
    static final PageRig rig = new PageRig();

    private Page page;

    @BeforeEach
    void open() throws Exception {
        rig.reset();
        for (String id : List.of("bridge", "court", "dock", "east")) {
            rig.ask("POST", "/api/cameras", new JsonObject().put("id", id).put("url", "file:/" + id + ".mp4"));
        }
        rig.ask("POST", "/api/queries", new JsonObject().put("id", "car").put("text", "car"));
        page = rig.page(390, 844, ColorScheme.LIGHT, true);
        page.navigate(rig.url() + "cameras/street");
        assertThat(page.getByTestId("camera-item")).hasCount(5);
        assertThat(page.getByTestId("query-chip")).hasCount(1);
    }

    private double number(String expression) {
        return ((Number) page.evaluate("() => " + expression)).doubleValue();
    }

    @Test
    void thereIsOneColumnWithCamerasAboveThePictureAndViewsAtTheBottom() {
        assertThat(number("document.documentElement.scrollWidth")).isEqualTo(390);
        assertThat(number("document.getElementById('camera-list').getBoundingClientRect().bottom"))
                .isLessThan(number("document.getElementById('stage').getBoundingClientRect().top"));
        assertThat(number("document.getElementById('stage').getBoundingClientRect().bottom"))
                .isLessThan(844);
        assertThat(number("document.getElementById('views').getBoundingClientRect().bottom"))
                .isEqualTo(844);
        page.locator("[data-camera=east] .pick").tap();
        assertThat(page).hasURL(Pattern.compile("/cameras/east$"));
        assertThat(number("document.getElementById('stage').getBoundingClientRect().bottom"))
                .isLessThan(844);
        page.locator("#views [data-view=system]").tap();
        assertThat(page).hasURL(Pattern.compile("/system$"));
    }

    @Test
    void whatIsTappedIsLargeEnoughForAFinger() {
        Object small = page.evaluate(
                "() => [...document.querySelectorAll('a, button, input:not([type=checkbox]), select, summary')]"
                        + ".map((e) => [e, e.getBoundingClientRect()]).filter(([e, r]) => r.width > 1 && !e.matches('.skip, .brand')"
                        + " && (r.height < 44 || r.width < 44)).map(([e, r]) => `${e.outerHTML.slice(0, 80)} ${r.width}x${r.height}`)");
        assertThat((List<?>) small).isEmpty();
    }

    @Test
    void theButtonsOfARulesSheetAreNotUnderTheBarOfViews() {
        page.getByTestId("rule-add").tap();
        page.getByTestId("rule-form-save").tap();
        assertThat(page.getByTestId("rule-form")).hasCount(0);
    }

    @Test
    void theEndOfEachViewCanBeScrolledOutFromUnderTheBarOfViews() throws Exception {
        String alert = PageRig.unique("alert");
        rig.send(
                Topic.ALERTS,
                "street",
                Alert.newBuilder()
                        .setId(alert)
                        .setRule("none")
                        .setRuleName("Crowd")
                        .setCamera("street")
                        .setState(Alert.State.CLOSE)
                        .setOpenedAtMs(System.currentTimeMillis())
                        .setAtMs(System.currentTimeMillis())
                        .setReason("car covers 9 % of the picture")
                        .build());
        await().ignoreExceptions().until(() -> rig.ask("GET", "/api/alerts/" + alert, null) != null);
        for (String view : List.of("alerts/" + alert, "alerts", "timeline", "search", "system", "cameras/street")) {
            page.navigate(rig.url() + view);
            assertThat(page.locator("main:not([hidden])")).isVisible();
            assertThat(page.locator("h1:visible")).not().hasCount(0);
            assertThat(number("(scrollTo(0, 1e6), Math.max(...[...document.querySelectorAll('main:not([hidden]) *')]"
                            + ".filter((e) => e.checkVisibility()).map((e) => e.getBoundingClientRect().bottom)))"))
                    .as(view)
                    .isLessThanOrEqualTo(number("document.getElementById('views').getBoundingClientRect().top"));
        }
        page.navigate(rig.url() + "alerts/" + alert);
        page.getByTestId("detail-mute").tap();
        assertThat(page.getByTestId("mute-form")).isVisible();
    }

    @Test
    void withoutAServiceThePageSaysSoAndNothingOfTheServiceIsKept() {
        page.waitForFunction("async () => (await navigator.serviceWorker.ready).active?.state === 'activated'");
        rig.tolerate("net::ERR_INTERNET_DISCONNECTED");
        rig.tolerate("status of 503");
        page.context().setOffline(true);
        page.reload();
        assertThat(page.locator("h1")).hasText("Segwatch is not reached");
        assertThat(page.locator("main")).hasCSS("display", "flex");
        Object kept = page.evaluate("async () => (await Promise.all((await caches.keys()).map(async (name) =>"
                + " (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname)))).flat().sort()");
        assertThat(kept).isEqualTo(List.of("/app.css", "/icon.svg", "/offline.html", "/theme.js"));
        page.context().setOffline(false);
        page.getByTestId("offline-retry").tap();
        assertThat(page.getByTestId("camera-item")).hasCount(5);
        assertThat(page).hasURL(Pattern.compile("/cameras/street$"));
    }

    @Test
    void aBrowserFindsWhatItNeedsToInstallThePage() {
        Object found = page.evaluate(
                "async () => { const link = document.querySelector('link[rel=manifest]').href;"
                        + " const answer = await fetch(link, { credentials: 'omit' }); const manifest = await answer.json();"
                        + " const sizes = await Promise.all(manifest.icons.filter(({ type }) => type === 'image/png').map(async ({ src, sizes }) => {"
                        + "   const icon = await createImageBitmap(await (await fetch(new URL(src, link))).blob());"
                        + "   return sizes === `${icon.width}x${icon.height}`; }));"
                        + " return [answer.headers.get('Content-Type'), manifest.display, sizes.every(Boolean), sizes.length]; }");
        assertThat(found).isEqualTo(List.of("application/manifest+json", "standalone", true, 3));
    }
}
