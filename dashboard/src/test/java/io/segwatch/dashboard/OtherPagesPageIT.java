package io.segwatch.dashboard;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The pages beside the dashboard's own: the door, log-in, API and audit. */
class OtherPagesPageIT {
    @RegisterExtension
    static final PageRig rig = new PageRig();

    @Test
    void theySpeakTheLanguageThatWasChosenAndHaveNothingThatAxeFinds() {
        for (ColorScheme theme : new ColorScheme[] {ColorScheme.LIGHT, ColorScheme.DARK}) {
            Page page = rig.page(1280, 720, theme, false);
            page.navigate(rig.url() + "offline.html");
            rig.axe(page);
            page.navigate(rig.url() + "login");
            assertThat(page.locator("#by-token button")).hasText("Log in");
            rig.axe(page);
            page.evaluate("() => localStorage.setItem('language', 'zh')");
            page.reload();
            assertThat(page.locator("#by-token button")).hasText("登录");
            assertThat(page.locator("html")).hasAttribute("lang", "zh");
            page.navigate(rig.url() + "api.html");
            assertThat(page.locator("#api")).containsText("/api/cameras");
            assertThat(page.locator("#api h2")).hasText("消息");
            rig.axe(page);
            page.navigate(rig.url() + "audit.html");
            assertThat(page.getByTestId("audit-show")).hasText("显示");
            rig.axe(page);
        }
    }

    @Test
    void theyHaveTheThemeThatWasChosenAndNotTheSystems() {
        Page page = rig.page(1280, 720, ColorScheme.LIGHT, false);
        page.navigate(rig.url() + "cameras/street");
        page.locator("#theme").click();
        for (String other : List.of("offline.html", "login", "api.html", "audit.html", "nothing", "cameras/a/b")) {
            page.navigate(rig.url() + other);
            assertThat(page.locator("html")).hasAttribute("data-theme", "dark");
            assertThat(page.locator("body")).hasCSS("background-color", "rgb(13, 17, 23)");
        }
        assertThat(page.locator("h1")).hasText("Not Found");
        rig.axe(page);
        page.getByText("Segwatch").click();
        assertThat(page.getByTestId("live-badge")).isVisible();
    }

    @Test
    void theDoorLeadsToTheOnlyCamera() {
        Page page = rig.page(1280, 720, ColorScheme.LIGHT, false);
        page.navigate(rig.url());
        assertThat(page).hasURL(rig.url() + "cameras/street");
        assertThat(page.getByTestId("live-badge")).containsText("Live", PageRig.within(20));
    }

    /** A browser warns of a connection that is closed before it was open. */
    @Test
    void aPageThatIsShownWhileItsConnectionOpensKeepsIt() {
        Page page = rig.page(1280, 720, ColorScheme.LIGHT, false);
        page.addInitScript("window.opened = 0; window.WebSocket = class extends WebSocket {"
                + " constructor(url) { super(url); window.opened++;"
                + " window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: false })); } };");
        page.navigate(rig.url());
        assertThat(page.getByTestId("live-badge")).containsText("Live", PageRig.within(20));
        assertThat(page.evaluate("() => window.opened")).isEqualTo(1);
    }
}
