package io.segwatch.dashboard;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.LocatorAssertions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The page in headless Chromium, behind proxies and networks that are odd. */
class ProxiedPageIT extends RunningDashboard {
    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final String TOKEN = "a-long-enough-token";

    private static ScheduledExecutorService scene;
    private static Playwright playwright;
    private static Browser browser;

    private Page page;

    @BeforeAll
    static void open() throws Exception {
        assumeTrue(
                "true".equals(System.getenv("CI")) || Files.isExecutable(CHROMIUM),
                "Skipped: there is no " + CHROMIUM + "; install Debian's package chromium to test the page");
        camera("street");
        Scene street = new Scene("street", System.currentTimeMillis(), producer);
        scene = Executors.newSingleThreadScheduledExecutor();
        scene.scheduleAtFixedRate(
                () -> street.sendObservation(street.sendFrame(), "car"), 0, 200, TimeUnit.MILLISECONDS);
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(CHROMIUM)
                        .setArgs(List.of("--no-sandbox", "--disable-gpu", "--disable-background-networking")));
    }

    @AfterAll
    static void shut() {
        if (playwright != null) {
            playwright.close();
            scene.shutdownNow();
        }
    }

    @AfterEach
    void closePage() {
        page.close();
    }

    private Page show(String url) {
        page = browser.newPage(new Browser.NewPageOptions().setViewportSize(1440, 900));
        page.setDefaultTimeout(20_000);
        page.navigate(url);
        return page;
    }

    @Test
    void belowAPathAndWithAnotherHostThePageWorksAfterLoggingIn() throws Exception {
        // The port of a proxy is known only when it runs, and it runs only when the dashboard's is known.
        for (boolean slash : new boolean[] {true, false}) {
            Map<String, String> told = Map.of("X-Forwarded-Prefix", "/cam");
            DashboardConfig config = config("trusted-proxies", "127.0.0.0/8", "token", TOKEN);
            try (DashboardRole other = startOther(config);
                    OddProxy proxy = new OddProxy(other.port(), "/cam", false, told)) {
                show(slash ? proxy.url() : proxy.url().replaceAll("/$", ""));
                page.locator("input[name=token]").fill("not-the-token-at-all");
                page.keyboard().press("Enter");
                assertThat(page.locator("#wrong")).isVisible();
                page.locator("input[name=token]").fill(TOKEN);
                page.keyboard().press("Enter");
                assertThat(page.getByTestId("live-badge")).hasText("Live", patiently());
                String text = "lorry " + slash;
                page.getByTestId("query-input").fill(text);
                page.keyboard().press("Enter");
                assertThat(page.getByTestId("query-chips")).containsText(text);
                page.navigate(proxy.url() + "api.html");
                assertThat(page.locator("#api")).containsText("/api/cameras");
                page.close();
            }
        }
    }

    @Test
    void aPageThatHearsNothingSaysSoAndComesBackByItself() throws Exception {
        try (OddProxy proxy = new OddProxy(role.port(), "", false, Map.of())) {
            show(proxy.url());
            assertThat(page.getByTestId("live-badge")).hasText("Live", patiently());
            proxy.freeze();
            assertThat(page.getByTestId("banner")).containsText("not live", patientlyContained());
            assertThat(page.getByTestId("live-badge")).containsText("Last frame");
            assertThat(page.locator("#stage")).hasClass(Pattern.compile("stale"));
            assertThat(page.getByTestId("meters")).containsText("Not live");
            page.screenshot(new Page.ScreenshotOptions().setPath(Path.of("target/page-not-live.png")));
            // Attempts while nothing answers are given up, too.
            assertThat(page.getByTestId("banner")).containsText("Reconnecting", patientlyContained());
            proxy.thaw();
            assertThat(page.getByTestId("live-badge")).hasText("Live", patiently());
            assertThat(page.getByTestId("banner")).isHidden();
            assertThat(page.getByTestId("meters")).containsText("fps", patientlyContained());
        }
    }

    @Test
    void aPageThatGoesOfflineSaysSoAtOnce() {
        show(role.url());
        assertThat(page.getByTestId("live-badge")).hasText("Live", patiently());
        page.evaluate("dispatchEvent(new Event('offline'))");
        // The connection still works, so the page is live again with the next message.
        assertThat(page.getByTestId("banner")).isHidden();
        page.context().setOffline(true);
        assertThat(page.getByTestId("banner")).containsText("not live", patientlyContained());
        page.context().setOffline(false);
        assertThat(page.getByTestId("banner")).isHidden(new LocatorAssertions.IsHiddenOptions().setTimeout(30_000));
        assertThat(page.getByTestId("live-badge")).hasText("Live", patiently());
    }

    @Test
    void behindAProxyThatHidesTheAddressThePageTellsTheRemedy() throws IOException {
        try (OddProxy proxy = new OddProxy(role.port(), "", true, Map.of())) {
            show(proxy.url());
            assertThat(page.getByTestId("banner")).containsText("segwatch.dashboard.public-url", patientlyContained());
            page.getByTestId("query-input").fill("car");
            page.keyboard().press("Enter");
            assertThat(page.locator("#toasts")).containsText("segwatch.dashboard.public-url");
        }
    }

    @Test
    void aPageForWhichThereIsNoSeatSaysWhatToDo() throws Exception {
        try (DashboardRole full = startOther(config("max-viewers", "1"))) {
            Locator first = show(full.url()).getByTestId("live-badge");
            assertThat(first).hasText("Live", patiently());
            Page second = browser.newPage();
            second.navigate(full.url());
            assertThat(second.getByTestId("banner"))
                    .containsText("segwatch.dashboard.max-viewers", patientlyContained());
            page.close();
            assertThat(second.getByTestId("banner"))
                    .isHidden(new LocatorAssertions.IsHiddenOptions().setTimeout(30_000));
            second.close();
        }
        assertThat(page.isClosed()).isTrue();
    }

    private static LocatorAssertions.HasTextOptions patiently() {
        return new LocatorAssertions.HasTextOptions().setTimeout(30_000);
    }

    private static LocatorAssertions.ContainsTextOptions patientlyContained() {
        return new LocatorAssertions.ContainsTextOptions().setTimeout(30_000);
    }
}
