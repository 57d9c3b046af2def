package io.segwatch.dashboard;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.LocatorAssertions;
import io.segwatch.config.Configuration;
import io.segwatch.contracts.Topic;
import io.segwatch.dashboard.tls.ServerTls;
import io.segwatch.dashboard.tls.TlsConfig;
import io.segwatch.tls.PeerTrust;
import io.segwatch.v1.CameraStatus;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;

/** The page and the API over HTTPS. */
class HttpsIT extends RunningDashboard {
    private static final String TOKEN = "a-long-enough-token";
    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");

    @Test
    void aSelfSignedCertificateIsKeptAndPinned() throws Exception {
        Path home = folder.resolve("own");
        String fingerprint;
        try (ServerTls tls = own(home);
                DashboardRole sealed = startOther(config(), Optional.of(tls))) {
            fingerprint = tls.certificate().fingerprint();
            assertThat(sealed.url()).startsWith("https://127.0.0.1:");
            HttpResponse<String> answer = get(client(fingerprint), sealed, "localhost", "/api/queries");
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Strict-Transport-Security")).isEmpty();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve("key.pem"))))
                    .isEqualTo("rw-------");
            WebSocket socket = client(fingerprint)
                    .newWebSocketBuilder()
                    .header("Origin", "https://127.0.0.1:" + sealed.port())
                    .buildAsync(
                            URI.create("wss://127.0.0.1:" + sealed.port() + "/api/live"), new WebSocket.Listener() {})
                    .get(10, TimeUnit.SECONDS);
            socket.abort();
            HttpResponse<InputStream> events = client(fingerprint)
                    .send(request(sealed, "127.0.0.1", "/api/events").build(), BodyHandlers.ofInputStream());
            assertThat(events.body().read()).isPositive();
            events.body().close();
            assertThatThrownBy(() -> get(HttpClient.newHttpClient(), sealed, "127.0.0.1", "/"))
                    .isInstanceOf(SSLHandshakeException.class);
        }
        try (ServerTls again = own(home)) {
            assertThat(again.certificate().fingerprint()).isEqualTo(fingerprint);
        }
    }

    @Test
    void aNewCertificateIsUsedWithoutARestartAndABadOneIsNot() throws Exception {
        Path first = folder.resolve("first");
        Path second = folder.resolve("second");
        own(first).close();
        own(second).close();
        Path used = Files.createDirectories(folder.resolve("used"));
        copy(first, used, "certificate.pem", "key.pem");
        Map<String, String> files = Map.of(
                "segwatch.tls.certificate", used.resolve("certificate.pem").toString(),
                "segwatch.tls.key", used.resolve("key.pem").toString(),
                "segwatch.tls.check-every", "100ms");
        try (ServerTls tls = start(files, folder).orElseThrow();
                DashboardRole sealed = startOther(config("public-url", "https://cameras.example"), Optional.of(tls))) {
            String before = tls.certificate().fingerprint();
            // Its key is still the first one's.
            copy(second, used, "certificate.pem");
            await().untilAsserted(() -> assertThat(sealed.degraded().orElse(""))
                    .contains("segwatch.tls.key", "is not the key of the certificate", "goes on"));
            assertThat(metric("segwatch_tls_certificate_refused")).isEqualTo(1);
            assertThat(get(client(before), sealed, "127.0.0.1", "/api/queries").statusCode())
                    .isEqualTo(200);
            copy(second, used, "key.pem");
            await().untilAsserted(() -> assertThat(sealed.degraded()).isEmpty());
            String after = tls.certificate().fingerprint();
            assertThat(after).isNotEqualTo(before);
            assertThat(metric("segwatch_tls_certificate_refused")).isZero();
            assertThat(metric("segwatch_tls_certificate_expiry_timestamp_seconds"))
                    .isGreaterThan(System.currentTimeMillis() / 1e3);
            assertThat(get(client(after), sealed, "127.0.0.1", "/api/queries").statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void browsersAreToldToComeByHttpsOnlyWhereTheyTrustTheCertificate() throws Exception {
        Path home = folder.resolve("trusted");
        own(home).close();
        Map<String, String> files = Map.of(
                "segwatch.tls.certificate", home.resolve("certificate.pem").toString(),
                "segwatch.tls.key", home.resolve("key.pem").toString());
        DashboardConfig open = config("host", "0.0.0.0", "token", TOKEN);
        try (ServerTls tls = start(files, folder).orElseThrow();
                DashboardRole sealed = startOther(open, Optional.of(tls))) {
            HttpClient client = client(tls.certificate().fingerprint());
            assertThat(get(client, sealed, "127.0.0.2", "/login").headers().firstValue("Strict-Transport-Security"))
                    .contains("max-age=31536000");
            // Other programs on this machine may serve plain HTTP under the name.
            assertThat(get(client, sealed, "localhost", "/login").headers().firstValue("Strict-Transport-Security"))
                    .isEmpty();
            HttpResponse<String> entered = client.send(
                    request(sealed, "127.0.0.1", "/login")
                            .header("Content-Type", "application/x-www-form-urlencoded")
                            .POST(BodyPublishers.ofString("token=" + TOKEN))
                            .build(),
                    BodyHandlers.ofString());
            assertThat(entered.headers().firstValue("Set-Cookie").orElseThrow()).contains("Secure");
        }
    }

    @Test
    void whoSpeaksPlainHttpIsLedOrTold() throws Exception {
        try (ServerTls tls = own(folder.resolve("told"));
                DashboardRole sealed = startOther(config(), Optional.of(tls))) {
            String host = "127.0.0.1:" + sealed.port();
            assertThat(plain(sealed, "GET /a?b=c HTTP/1.1\r\nAccept: */*\r\nHost: " + host + "\r\n\r\n"))
                    .startsWith("HTTP/1.1 308")
                    .contains("Location: https://" + host + "/a?b=c\r\n");
            for (String request : List.of(
                    "POST /api/queries HTTP/1.1\r\nHost: " + host + "\r\nContent-Length: 2\r\n\r\n{}",
                    "GET / HTTP/1.1\r\nHost: " + host + "\r\nAuthorization: Bearer x\r\n\r\n",
                    "GET / HTTP/1.1\r\nHost: evil\r\n x: y\r\n\r\n\r\n".replace("evil", "e/v"),
                    "GET / HTTP/1.1\r\nHost:" + " ".repeat(7_000) + "\r\n\r\n",
                    "GET / HTTP/1.1\r\n" + "\r\n".repeat(3_500) + "Host: " + host + "\r\n\r\n",
                    "\r\n".repeat(4_000),
                    "nonsense that is no HTTP\r\n\r\n")) {
                assertThat(plain(sealed, request))
                        .startsWith("HTTP/1.1 400")
                        .contains("This port speaks HTTPS")
                        .doesNotContain("Location");
            }
            assertThatThrownBy(() -> handshake(sealed, "TLSv1.1")).isInstanceOf(IOException.class);
            handshake(sealed, "TLSv1.2");
        }
    }

    @Test
    void thePageLivesOverHttpsInABrowser() throws Exception {
        camera("sealed");
        DashboardConfig open = config("host", "0.0.0.0", "token", TOKEN);
        try (ServerTls tls = own(folder.resolve("browser"));
                DashboardRole sealed = startOther(open, Optional.of(tls));
                Playwright playwright = playwright()) {
            Page page = page(playwright);
            page.addInitScript(
                    "const Plain = WebSocket; window.WebSocket = class extends Plain { constructor(url) { super(url);"
                            + " this.addEventListener('open', () => window.sockets = this.url); } };");
            page.navigate("https://127.0.0.2:" + sealed.port() + "/");
            page.locator("input[name=token]").fill(TOKEN);
            page.keyboard().press("Enter");
            assertThat(page.getByTestId("camera-item").filter(new Locator.FilterOptions().setHasText("sealed")))
                    .isVisible(new LocatorAssertions.IsVisibleOptions().setTimeout(20_000));
            await().untilAsserted(() ->
                    assertThat(page.evaluate("window.sockets")).asString().startsWith("wss://127.0.0.2:"));
            assertThat(page.context().cookies()).allMatch(cookie -> cookie.secure);
        }
    }

    @Test
    void aRefusedCameraIsTrustedOnThePageByItsFingerprint() throws Exception {
        String fingerprint = "AB:".repeat(31) + "AB";
        send("POST", "/api/cameras", "{\"id\":\"yard\",\"url\":\"https://10.0.0.9/yard.jpg\"}");
        sendFact(
                Topic.CAMERA_STATUS,
                "yard",
                CameraStatus.newBuilder()
                        .setCamera("yard")
                        .setState(CameraStatus.State.OFFLINE)
                        .setReason("its certificate is signed by itself")
                        .setAtMs(System.currentTimeMillis())
                        .setEncryption(CameraStatus.Encryption.newBuilder()
                                .setVerdict(CameraStatus.Encryption.Verdict.NOT_TRUSTED)
                                .setFingerprint(fingerprint)
                                .setSubject("CN=<b>yard</b>")
                                .setIssuer("CN=<b>yard</b>"))
                        .build());
        try (Playwright playwright = playwright()) {
            Page page = page(playwright);
            page.navigate("http://127.0.0.1:" + role.port() + "/cameras/yard");
            Locator yard = page.locator("[data-camera=yard]");
            yard.getByTestId("camera-since").click();
            yard.getByTestId("camera-certificate").click();
            assertThat(page.getByTestId("certificate-fact").first()).hasText(fingerprint);
            assertThat(page.getByTestId("certificate-fact").nth(1)).hasText("CN=<b>yard</b>");
            page.getByTestId("certificate-form-save").click();
            await().untilAsserted(() ->
                    assertThat(send("GET", "/api/cameras/yard", null).body()).contains(fingerprint));
        }
        send("DELETE", "/api/cameras/yard", null);
    }

    @Test
    void connectionsThatSayNothingPushOutOneAnother() throws Exception {
        try (ServerTls tls = own(folder.resolve("silent"));
                DashboardRole sealed = startOther(config(), Optional.of(tls))) {
            List<Socket> silent = new ArrayList<>();
            try {
                for (int i = 0; i < 300; i++) {
                    silent.add(new Socket("127.0.0.1", sealed.port()));
                }
                silent.get(0).setSoTimeout(8_000);
                assertThat(silent.get(0).getInputStream().read()).isEqualTo(-1);
                HttpClient client = client(tls.certificate().fingerprint());
                assertThat(get(client, sealed, "127.0.0.1", "/api/queries").statusCode())
                        .isEqualTo(200);
            } finally {
                for (Socket socket : silent) {
                    socket.close();
                }
            }
        }
    }

    private static Playwright playwright() {
        assumeTrue(
                "true".equals(System.getenv("CI")) || Files.isExecutable(CHROMIUM), "Skipped: there is no " + CHROMIUM);
        return Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    }

    private static Page page(Playwright playwright) {
        return playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(CHROMIUM)
                        .setArgs(List.of("--no-sandbox")))
                .newContext(new Browser.NewContextOptions().setIgnoreHTTPSErrors(true))
                .newPage();
    }

    private static ServerTls own(Path home) {
        return start(Map.of("segwatch.tls.self-signed", "true"), home).orElseThrow();
    }

    private static Optional<ServerTls> start(Map<String, String> keys, Path home) {
        return ServerTls.start(
                Configuration.of(new HashMap<>(keys)).get(TlsConfig.class), home, List.of("127.0.0.1", "127.0.0.2"));
    }

    private static void copy(Path from, Path to, String... names) throws IOException {
        for (String name : names) {
            Files.copy(from.resolve(name), to.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static HttpClient client(String fingerprint) {
        return HttpClient.newBuilder()
                .sslContext(PeerTrust.of(Optional.empty()).pinned(fingerprint).context())
                .build();
    }

    private static HttpRequest.Builder request(DashboardRole at, String host, String path) {
        return HttpRequest.newBuilder(URI.create("https://" + host + ":" + at.port() + path));
    }

    private static HttpResponse<String> get(HttpClient client, DashboardRole at, String host, String path)
            throws Exception {
        return client.send(request(at, host, path).build(), BodyHandlers.ofString());
    }

    private static String plain(DashboardRole at, String request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", at.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static void handshake(DashboardRole at, String protocol) throws IOException {
        SSLContext anyone = PeerTrust.of(Optional.empty()).anyone().context();
        try (var socket = (javax.net.ssl.SSLSocket) anyone.getSocketFactory().createSocket("127.0.0.1", at.port())) {
            socket.setSoTimeout(10_000);
            socket.setEnabledProtocols(new String[] {protocol});
            socket.startHandshake();
        }
    }
}
