package io.segwatch.dashboard;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
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
    void theDoorLeadsToTheOnlyCamera() {
        Page page = rig.page(1280, 720, ColorScheme.LIGHT, false);
        page.navigate(rig.url());
        assertThat(page).hasURL(rig.url() + "cameras/street");
        assertThat(page.getByTestId("live-badge")).containsText("Live", PageRig.within(20));
    }
}
