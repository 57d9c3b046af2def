package io.segwatch.dashboard;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.LocatorAssertions;
import io.segwatch.config.Configuration;
import io.segwatch.dashboard.tls.ServerTls;
import io.segwatch.dashboard.tls.TlsConfig;
import io.segwatch.tls.PeerTrust;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Log-in at a provider of OpenID Connect in headless Chromium, over HTTPS, at an address that others could open. */
class OidcIT extends RunningDashboard {
    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final Path PROVIDER = Path.of("oidc-tests").toAbsolutePath();
    private static final String TOKEN = "a-long-enough-token";
    private static final String PASSWORD = "correct horse battery";

    private static String host;
    private static ServerTls tls;
    private static Process provider;
    private static BufferedReader said;
    private static BufferedWriter commands;
    private static DashboardRole sealed;
    private static Playwright playwright;
    private static Browser browser;

    private Page page;

    @BeforeAll
    static void startProvider() throws Exception {
        boolean required = "true".equals(System.getenv("CI"));
        assumeTrue(
                required || Files.isExecutable(CHROMIUM) && Files.isDirectory(PROVIDER.resolve("node_modules")),
                "Skipped: there is no " + CHROMIUM + ", or npm ci was not run in dashboard/oidc-tests");
        host = foreignAddress();
        Path home = folder.resolve("tls");
        tls = ServerTls.start(
                        Configuration.of(Map.of("segwatch.tls.self-signed", "true"))
                                .get(TlsConfig.class),
                        home,
                        List.of(host))
                .orElseThrow();
        provider = new ProcessBuilder(
                        "node",
                        "provider.js",
                        host,
                        home.resolve("certificate.pem").toString(),
                        home.resolve("key.pem").toString())
                .directory(PROVIDER.toFile())
                .redirectError(folder.resolve("provider.log").toFile())
                .start();
        said = provider.inputReader();
        commands = provider.outputWriter();
        sealed = startOther(
                config(
                        "host", "0.0.0.0",
                        "token", TOKEN,
                        "oidc.issuer", said.readLine(),
                        "oidc.client-id", "segwatch",
                        "oidc.client-secret", "a-secret-of-the-client",
                        "oidc.name", "the company",
                        "oidc.admins", "cameras-admin",
                        "oidc.operators", "cameras-operate",
                        "oidc.cameras-claim", "cameras",
                        "oidc.ca-file", home.resolve("certificate.pem").toString()),
                Optional.of(tls));
        command("client " + address() + "login/oidc/callback");
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(CHROMIUM)
                        .setArgs(List.of("--no-sandbox")));
    }

    @AfterAll
    static void stopProvider() throws Exception {
        if (playwright != null) {
            playwright.close();
        }
        if (sealed != null) {
            sealed.close();
        }
        if (provider != null) {
            provider.destroy();
            provider.waitFor(10, TimeUnit.SECONDS);
        }
    }

    @BeforeEach
    void openPage() {
        BrowserContext context = browser.newContext(new Browser.NewContextOptions().setIgnoreHTTPSErrors(true));
        context.setDefaultTimeout(30_000);
        page = context.newPage();
    }

    /** Of this machine, as another one calls it; one of loopback where it has none. */
    private static String foreignAddress() throws IOException {
        return Collections.list(NetworkInterface.getNetworkInterfaces()).stream()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
                .map(InetAddress::getHostAddress)
                .findFirst()
                .orElse("127.0.0.2");
    }

    private static String address() {
        return "https://" + host + ":" + sealed.port() + "/";
    }

    private static void command(String command) throws IOException {
        commands.write(command + "\n");
        commands.flush();
        String line = said.readLine();
        // The library has remarks of its own.
        while (line != null && !line.equals("ready")) {
            line = said.readLine();
        }
        assertThat(line).isEqualTo("ready");
    }

    private void loginAtProvider(String name) {
        page.navigate(address());
        page.getByTestId("by-provider").click();
        page.locator("input[name=login]").fill(name);
        page.locator("input[name=password]").fill("any");
        page.keyboard().press("Enter");
        // Whether the person lets Segwatch know who they are.
        page.getByText("Continue").click();
    }

    private static List<JsonObject> logins() throws Exception {
        return json(api("GET", "/api/audit?action=login-oidc", BodyPublishers.noBody())).getJsonArray("events").stream()
                .map(JsonObject.class::cast)
                .toList();
    }

    private JsonObject me() {
        return new JsonObject(
                String.valueOf(page.evaluate("async () => JSON.stringify(await (await fetch('api/me')).json())")));
    }

    @Test
    void aPersonLogsInAtTheProviderWithTheRoleAndCamerasThatItSays() throws Exception {
        loginAtProvider("alice");
        assertThat(page.getByTestId("query-input"))
                .isVisible(new LocatorAssertions.IsVisibleOptions().setTimeout(30_000));
        JsonObject me = me();
        assertThat(me.getString("name")).isEqualTo("alice");
        assertThat(me.getString("role")).isEqualTo("OPERATOR");
        await().untilAsserted(() -> assertThat(logins()).anySatisfy(event -> {
            assertThat(event.getString("who")).isEqualTo("alice");
            assertThat(event.getInteger("status")).isEqualTo(200);
        }));
        assertThat(me.getJsonArray("cameras")).containsExactlyInAnyOrder("door", "yard");
        assertThat(page.context().cookies())
                .filteredOn(cookie -> cookie.name.contains("segwatch") && cookie.domain.equals(host))
                .isNotEmpty()
                .allMatch(cookie -> cookie.secure && cookie.httpOnly);
    }

    @Test
    void whoLogsOutOfTheProviderTooHasToLogInThereAgain() {
        loginAtProvider("root");
        assertThat(page.getByTestId("query-input")).isVisible();
        page.navigate(address() + "login#left");
        page.getByTestId("leave-provider").click();
        page.locator("button[value=yes]").click();
        page.getByTestId("by-provider").click();
        assertThat(page.locator("input[name=login]")).isVisible();
    }

    @Test
    void anotherLogsInByPasswordOverHttps() throws Exception {
        HttpResponse<String> made = api(
                "POST",
                "/api/users",
                BodyPublishers.ofString(new JsonObject()
                        .put("name", "boss")
                        .put("password", PASSWORD)
                        .put("role", "ADMIN")
                        .encode()));
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        page.navigate(address());
        page.locator("input[name=name]").fill("boss");
        page.locator("#by-password input[name=password]").fill(PASSWORD);
        page.keyboard().press("Enter");
        assertThat(page.getByTestId("query-input"))
                .isVisible(new LocatorAssertions.IsVisibleOptions().setTimeout(30_000));
        assertThat(me().getString("name")).isEqualTo("boss");
        assertThat(me().getString("way")).isEqualTo("SESSION");
    }

    @Test
    void whoHasNoRoleIsToldSo() throws Exception {
        loginAtProvider("stranger");
        assertThat(page.locator("#oidc-role")).isVisible();
        await().untilAsserted(() -> assertThat(logins())
                .anySatisfy(event -> assertThat(event.getInteger("status")).isEqualTo(401)));
        assertThat(page.url()).endsWith("/login#oidc-role");
    }

    @Test
    void aNewKeyOfTheProviderIsFetched() throws Exception {
        loginAtProvider("root");
        assertThat(page.getByTestId("query-input")).isVisible();
        assertThat(me().getString("role")).isEqualTo("ADMIN");
        command("rotate");
        page.context().clearCookies();
        loginAtProvider("root");
        assertThat(page.getByTestId("query-input")).isVisible();
        assertThat(me().getString("name")).isEqualTo("root");
    }

    @Test
    void anAnswerThatNobodyAskedForIsRefused() {
        page.navigate(address() + "login/oidc/callback?code=stolen&state=guessed");
        page.waitForURL(Pattern.compile(".*#oidc-again"));
        assertThat(page.locator("#oidc-again")).isVisible();
    }

    @Test
    void aProviderThatIsDownIsToldAndTheTokenStillWorks() throws Exception {
        DashboardConfig config = config(
                "host", "0.0.0.0",
                "token", TOKEN,
                "oidc.issuer", "https://127.0.0.1:9",
                "oidc.client-id", "segwatch",
                "oidc.default-role", "viewer");
        try (DashboardRole alone = startOther(config, Optional.of(tls))) {
            String start = "https://" + host + ":" + alone.port() + "/";
            page.navigate(start);
            assertThat(page.getByTestId("by-provider")).hasText("Log in with single sign-on");
            page.getByTestId("by-provider").click();
            page.waitForURL(Pattern.compile(".*#oidc-down"));
            assertThat(page.locator("#oidc-down")).isVisible();
            page.locator("input[name=token]").fill(TOKEN);
            page.keyboard().press("Enter");
            assertThat(page.getByTestId("query-input")).isVisible();
        }
    }

    private static HttpResponse<String> api(String method, String path, BodyPublisher body) throws Exception {
        HttpClient client = HttpClient.newBuilder()
                .sslContext(PeerTrust.of(Optional.empty())
                        .pinned(tls.certificate().fingerprint())
                        .context())
                .build();
        return client.send(
                HttpRequest.newBuilder(URI.create(address() + path.substring(1)))
                        .header("Authorization", "Bearer " + TOKEN)
                        .header("Content-Type", "application/json")
                        .method(method, body)
                        .build(),
                BodyHandlers.ofString());
    }
}
