package io.segwatch.dashboard;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a device shows of alerts that it is told of, and the switch for it. */
class PushPageIT {
    @RegisterExtension
    static final PageRig rig = new PageRig();

    private Page page;

    @BeforeEach
    void open() throws Exception {
        rig.reset();
        page = rig.page(1280, 800, ColorScheme.LIGHT, false);
    }

    private void arrive() {
        page.navigate(rig.url() + "alerts");
        page.waitForFunction("async () => (await navigator.serviceWorker.ready).active?.state === 'activated'");
    }

    private void openAccount() {
        page.evaluate("() => document.getElementById('account').click()");
        assertThat(page.getByTestId("account-dialog")).isVisible();
    }

    @Test
    void theSwitchSaysWhatIsInItsWay() {
        page.addInitScript("Object.defineProperty(Notification, 'permission', { get: () => 'denied' })");
        arrive();
        openAccount();
        assertThat(page.getByTestId("push-state")).containsText("Blocked in the browser");
        assertThat(page.getByTestId("push-switch")).isDisabled();
        assertThat(page.getByTestId("push-test")).isHidden();
    }

    @Test
    void aDeviceIsNotToldBeforeItIsSwitchedOn() {
        page.context().grantPermissions(List.of("notifications"));
        arrive();
        openAccount();
        assertThat(page.getByTestId("push-state")).hasText("Off");
        assertThat(page.getByTestId("push-switch")).isEnabled();
        assertThat(page.getByTestId("push-switch")).not().isChecked();
    }

    @Test
    void aPushIsShownAndAClickOnItIsShownInTheOpenPage() {
        page.context().grantPermissions(List.of("notifications"));
        AtomicReference<String> registration = new AtomicReference<>("");
        CDPSession browser = page.context().newCDPSession(page);
        browser.on("ServiceWorker.workerRegistrationUpdated", event -> {
            for (JsonElement each : event.getAsJsonArray("registrations")) {
                registration.set(each.getAsJsonObject().get("registrationId").getAsString());
            }
        });
        browser.send("ServiceWorker.enable");
        arrive();
        assertThat(registration.get()).isNotEmpty();
        JsonObject push = new JsonObject();
        push.addProperty("origin", rig.url().replaceAll("/$", ""));
        push.addProperty("registrationId", registration.get());
        push.addProperty("data", "{\"title\":\"Crowd\",\"body\":\"Door: 7 %\",\"url\":\"alerts/a%201\",\"tag\":\"a\"}");
        browser.send("ServiceWorker.deliverPushMessage", push);
        Object shown = page.evaluate("async () => { const registration = await navigator.serviceWorker.ready;"
                + " for (;;) { const shown = await registration.getNotifications();"
                + " if (shown.length) return shown.map(({ title, body, data }) => [title, body, data.url]);"
                + " await new Promise(requestAnimationFrame); } }");
        assertThat(shown).isEqualTo(List.of(List.of("Crowd", "Door: 7 %", rig.url() + "alerts/a%201")));

        page.evaluate(
                "(open) => navigator.serviceWorker.dispatchEvent(new MessageEvent('message', { data: { open } }))",
                rig.url() + "alerts/a%201");
        assertThat(page).hasURL(Pattern.compile("/alerts/a%201$"));
    }
}
