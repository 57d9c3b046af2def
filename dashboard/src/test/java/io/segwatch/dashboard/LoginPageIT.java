package io.segwatch.dashboard;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Logging in and out in headless Chromium, and what another site's page can do to somebody who is logged in. */
class LoginPageIT extends GuardedCameras {
    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final String TOKEN = "a-long-enough-token";
    private static Playwright playwright;
    private static Browser browser;
    private static DashboardRole guarded;

    private BrowserContext visitor;
    private Page page;

    @BeforeAll
    static void open() throws Exception {
        assumeTrue(
                "true".equals(System.getenv("CI")) || Files.isExecutable(CHROMIUM),
                "Skipped: there is no " + CHROMIUM + "; install Debian's package chromium to test the page");
        guarded = startOther(config("token", TOKEN));
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
            guarded.close();
        }
    }

    @BeforeEach
    void come() {
        visitor = browser.newContext(new Browser.NewContextOptions().setViewportSize(1440, 900));
        visitor.setDefaultTimeout(30_000);
        page = visitor.newPage();
    }

    @AfterEach
    void leave() {
        visitor.close();
    }

    private static LocatorAssertions.IsVisibleOptions patiently() {
        return new LocatorAssertions.IsVisibleOptions().setTimeout(30_000);
    }

    private void logIn(String name, String password) {
        page.locator("#by-password input[name=name]").fill(name);
        page.locator("#by-password input[name=password]").fill(password);
        page.keyboard().press("Enter");
    }

    @Test
    void aPersonLogsInIsToldWhatIsWrongAndLogsOutOfNotificationsToo() {
        page.addInitScript("PushManager.prototype.getSubscription = async () => ({"
                + " endpoint: 'https://push.example.com/1', options: {}, unsubscribe: async () => true })");
        page.navigate(guarded.url());
        assertThat(page).hasURL(Pattern.compile("/login$"));
        logIn("boss", "not the password");
        assertThat(page.locator("#wrong")).isVisible(patiently());
        logIn("boss", PASSWORD);
        assertThat(page.getByTestId("account")).isVisible(patiently());
        assertThat(page.getByTestId("account")).hasText("boss");
        page.locator("#views [data-view=camera]").click();
        assertThat(page.getByTestId("webhook-add")).isVisible();

        page.getByTestId("account").click();
        assertThat(page.getByTestId("session-list")).containsText("(this one)");
        assertThat(page.getByTestId("user-list")).containsText("operator");
        Request ended = page.waitForRequest(
                "**/api/push-subscriptions/*", () -> page.getByTestId("logout").click());
        assertThat(page.locator("#left")).isVisible(patiently());
        assertThat(ended.method()).isEqualTo("DELETE");
        page.navigate(guarded.url());
        assertThat(page).hasURL(Pattern.compile("/login"));
    }

    @Test
    void whoAskedForAViewComesToItAfterTheLogIn() {
        page.navigate(guarded.url() + "alerts/some?from=1");
        assertThat(page).hasURL(Pattern.compile("/login\\?wanted="));
        logIn("boss", PASSWORD);
        assertThat(page).hasURL(guarded.url() + "alerts/some?from=1");
        assertThat(page.locator("#views [aria-current=page]")).hasText("Alerts");
    }

    @Test
    void theTokenIsAWayInBesideAccounts() {
        page.navigate(guarded.url());
        page.locator("#by-token input[name=token]").fill("not-the-token-at-all");
        page.keyboard().press("Enter");
        assertThat(page.locator("#wrong")).isVisible(patiently());
        page.locator("#by-token input[name=token]").fill(TOKEN);
        page.keyboard().press("Enter");
        assertThat(page.getByTestId("account"))
                .hasText("token", new LocatorAssertions.HasTextOptions().setTimeout(30_000));
    }

    @Test
    void aViewerIsOfferedNothingThatIsRefusedAndSeesTheOwnCamera() {
        page.navigate(guarded.url());
        logIn("viewer", PASSWORD);
        assertThat(page.getByTestId("account")).isVisible(patiently());
        assertThat(page.getByTestId("camera-list")).containsText("mine");
        assertThat(page.locator("body")).not().containsText("theirs");
        for (String hidden :
                List.of("query-input", "camera-add", "zone-add", "rule-add", "webhook-add", "webhook-list")) {
            assertThat(page.getByTestId(hidden)).isHidden();
        }
        assertThat(page.getByTestId("banner")).isHidden();
    }

    @Test
    void anAdminAddsAUserOnThePageWhoThenLogsIn() throws Exception {
        page.navigate(guarded.url());
        logIn("boss", PASSWORD);
        page.getByTestId("account").click();
        page.getByTestId("user-add").click();
        page.getByTestId("user-name").fill("newcomer");
        page.getByTestId("user-password").fill("short");
        page.getByTestId("user-password").fill(PASSWORD);
        page.getByTestId("user-form-save").click();
        assertThat(page.getByTestId("user-list")).containsText("newcomer, viewer, sees all cameras");
        page.getByTestId("token-add").click();
        page.getByTestId("token-name").fill("wall <b>display</b>");
        page.getByTestId("token-form-save").click();
        String made = page.getByTestId("token-made").locator("code").innerText();
        assertThat(Caller.withToken(guarded, made).json("/api/me").getString("role"))
                .isEqualTo("VIEWER");
        assertThat(page.getByTestId("token-list")).containsText("wall <b>display</b>");
        assertThat(Caller.loggedIn(guarded, "newcomer", PASSWORD).get("/api/me").statusCode())
                .isEqualTo(200);
    }

    @Test
    void anAdminFindsWhoDidWhat() throws Exception {
        page.navigate(guarded.url());
        logIn("boss", PASSWORD);
        assertThat(page.getByTestId("account")).isVisible(patiently());
        created(
                Caller.loggedIn(guarded, "boss", PASSWORD),
                "/api/cameras",
                camera("noted", "noted").put("name", "<i>noted</i>"));
        String login = new JsonObject()
                .put("name", "operator")
                .put("password", PASSWORD)
                .encode();
        assertThat(Caller.nobody(guarded).send("POST", "/api/login", login).statusCode())
                .isEqualTo(201);
        page.navigate(guarded.url() + "audit.html");
        Locator made = page.getByTestId("audit-rows")
                .locator("tr", new Locator.LocatorOptions().setHasText("/api/cameras/noted"));
        assertThat(made).isVisible(patiently());
        assertThat(made).containsText("boss");
        assertThat(made).containsText("create-camera");
        assertThat(made).containsText("done (201)");
        made.locator("summary").click();
        assertThat(made.locator("pre")).containsText("<i>noted</i>");
        page.getByTestId("audit-who").fill("operator");
        page.getByTestId("audit-action").fill("create-login");
        page.getByTestId("audit-show").click();
        assertThat(page.getByTestId("audit-note")).hasText("1 entry, the newest first");
        assertThat(page.getByTestId("audit-rows")).containsText("/api/login");
        page.getByTestId("audit-action").fill("");

        page.getByTestId("audit-who").fill("nobody-of-that-name");
        page.getByTestId("audit-show").click();
        assertThat(page.getByTestId("audit-note")).hasText("Nothing was done in that time.");
        assertThat(made).hasCount(0);
        page.getByTestId("audit-who").fill("");
        page.getByTestId("audit-camera").fill("noted");
        page.keyboard().press("Enter");
        assertThat(page.getByTestId("audit-rows").locator("tr")).hasCount(1);
    }

    @Test
    void aSessionThatEndsSendsThePageToTheLogIn() throws Exception {
        created(admin, "/api/users", new JsonObject().put("name", "guest"));
        page.navigate(guarded.url());
        logIn("guest", PASSWORD);
        assertThat(page.getByTestId("account")).isVisible(patiently());
        assertThat(admin.send("PUT", "/api/users/guest", "{\"disabled\":true}").statusCode())
                .isEqualTo(200);
        assertThat(page.locator("#expired")).isVisible(patiently());
    }

    /** The other site lies at another port of this machine, which is as near as another site can come. */
    @Test
    void aPageOfAnotherOriginCanNeitherLogInNorOutNorReadNorChange() throws Exception {
        HttpServer other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        String target = guarded.url().replaceAll("/$", "");
        byte[] body = ("<!doctype html><form id=in method=post action='" + target + "/login'>"
                        + "<input name=token value='" + TOKEN + "'></form><form id=out method=post action='" + target
                        + "/logout'></form>")
                .getBytes(StandardCharsets.UTF_8);
        other.createContext("/", exchange -> {
            exchange.getResponseHeaders().add("Content-Type", "text/html");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        other.start();
        try {
            page.navigate(guarded.url());
            logIn("boss", PASSWORD);
            assertThat(page.getByTestId("account")).isVisible(patiently());
            for (String form : List.of("in", "out")) {
                Page foreign = visitor.newPage();
                foreign.navigate("http://localhost:" + other.getAddress().getPort() + "/");
                Response answer = foreign.waitForResponse(
                        response -> response.request().method().equals("POST"),
                        () -> foreign.evaluate("document.getElementById('" + form + "').submit()"));
                assertThat(answer.status()).isEqualTo(403);
                foreign.close();
            }
            Page foreign = visitor.newPage();
            foreign.navigate("http://localhost:" + other.getAddress().getPort() + "/");
            assertThat(foreign.evaluate("fetch('" + target
                            + "/api/users', {credentials: 'include'}).then(() => 'read', () => 'refused')"))
                    .isEqualTo("refused");
            assertThat(
                            foreign.evaluate(
                                    "fetch('" + target
                                            + "/api/users/extra', {method: 'DELETE', credentials: 'include'}).then(() => 'sent', () => 'refused')"))
                    .isEqualTo("refused");
            assertThat(
                            foreign.evaluate(
                                    "new Promise(done => { const live = new WebSocket('"
                                            + target.replace("http", "ws")
                                            + "/api/live'); live.onopen = () => done('open'); live.onerror = () => done('refused'); })"))
                    .isEqualTo("refused");
            page.reload();
            assertThat(page.getByTestId("account")).isVisible(patiently());
            assertThat(admin.get("/api/users/extra").statusCode()).isEqualTo(200);
        } finally {
            other.stop(0);
        }
    }
}
