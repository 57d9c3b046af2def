package io.segwatch.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What the dashboard believes of a proxy in front, and of somebody who only says so. */
class ProxiedIT extends RunningDashboard {
    private static final String TOKEN = "a-long-enough-token";
    private static final AtomicInteger NEXT = new AtomicInteger();

    @Test
    void forwardedHeadersOfStrangersAreIgnored() throws Exception {
        for (String forged : List.of(
                "X-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: https",
                "Forwarded: for=127.0.0.1;host=evil.example;proto=https")) {
            assertThat(post(role, "localhost", "http://evil.example", forged)).startsWith("HTTP/1.1 403");
            assertThat(post(role, "localhost", "https://evil.example", forged)).startsWith("HTTP/1.1 403");
        }
        // A rebinding page may add any header but Host.
        for (String forged : List.of("X-Forwarded-Host: localhost", "Forwarded: host=localhost")) {
            assertThat(get(role, "/api/queries", "Host: evil.example\r\n" + forged))
                    .startsWith("HTTP/1.1 421");
        }
        String document = get(role, "/api/openapi.json", "Host: localhost\r\nX-Forwarded-Prefix: /evil");
        assertThat(body(document).getJsonArray("servers")).isNull();
        assertThat(get(role, "/", "Host: localhost\r\nX-Forwarded-Prefix: /evil"))
                .startsWith("HTTP/1.1 200")
                .doesNotContain("/evil");
    }

    @Test
    void thePublicAddressIsOurOriginWhateverHostTheProxySends() throws Exception {
        try (DashboardRole other = startOther(config("public-url", "https://cam.example/sub"))) {
            assertThat(post(other, "127.0.0.1", "https://cam.example", "")).startsWith("HTTP/1.1 201");
            assertThat(post(other, "cam.example", "https://cam.example", "")).startsWith("HTTP/1.1 201");
            assertThat(post(other, "localhost:" + other.port(), "http://localhost:" + other.port(), ""))
                    .startsWith("HTTP/1.1 201");
            for (String foreign : List.of(
                    "http://cam.example", "https://cam.example:8443", "https://cam.example.evil", "null", "https://")) {
                assertThat(post(other, "127.0.0.1", foreign, "")).as(foreign).startsWith("HTTP/1.1 403");
            }
            assertThat(get(other, "/api/queries", "Host: other.example")).startsWith("HTTP/1.1 421");
            assertThat(webSocket(other, "/api/live", "Host: 127.0.0.1\r\nOrigin: https://cam.example"))
                    .startsWith("HTTP/1.1 101");
            assertThat(webSocket(other, "/sub/api/live?camera=", "Host: 127.0.0.1\r\nOrigin: https://cam.example"))
                    .startsWith("HTTP/1.1 101");
            assertThat(webSocket(other, "/api/live", "Host: 127.0.0.1\r\nOrigin: https://evil.example"))
                    .startsWith("HTTP/1.1 403");
        }
    }

    @Test
    void belowAPathEverythingIsFoundWhetherTheProxyTakesItOffOrNot() throws Exception {
        try (DashboardRole other = startOther(config("public-url", "http://localhost/sub/cam", "token", TOKEN))) {
            String bearer = "Host: localhost\r\nAuthorization: Bearer " + TOKEN;
            for (String prefix : List.of("", "/sub/cam")) {
                assertThat(get(other, prefix + "/", bearer))
                        .startsWith("HTTP/1.1 200")
                        .contains("<base href=\"/sub/cam/\">")
                        .doesNotContain("href=\"/a", "src=\"/");
                assertThat(get(other, prefix + "/app.js", bearer)).startsWith("HTTP/1.1 200");
                assertThat(get(other, prefix + "/lib/uPlot.min.css", bearer)).startsWith("HTTP/1.1 200");
                String document = get(other, prefix + "/api/openapi.json", bearer);
                assertThat(body(document)
                                .getJsonArray("servers")
                                .getJsonObject(0)
                                .getString("url"))
                        .isEqualTo("/sub/cam");
                assertThat(get(other, prefix + "/api/queries?wrong=1", bearer)).startsWith("HTTP/1.1 400");
                assertThat(get(other, prefix + "/", "Host: localhost"))
                        .startsWith("HTTP/1.1 303")
                        .containsIgnoringCase("Location: /sub/cam/login");
                assertThat(get(other, prefix + "/login", "Host: localhost")).contains("<base href=\"/sub/cam/\">");
                String login = exchange(
                        other,
                        "POST " + prefix + "/login",
                        "Host: localhost\r\nOrigin: http://localhost\r\nContent-Type: application/x-www-form-urlencoded",
                        "token=" + TOKEN);
                assertThat(login).containsIgnoringCase("Location: /sub/cam/").contains("Path=/sub/cam/");
                assertThat(login).doesNotContain("Secure");
                assertThat(post(other, prefix, "localhost", "http://localhost", "Authorization: Bearer " + TOKEN))
                        .startsWith("HTTP/1.1 201")
                        .containsIgnoringCase("Location: /sub/cam/api/queries/");
            }
            assertThat(get(other, "/sub/camera/app.js", bearer)).startsWith("HTTP/1.1 404");
        }
    }

    @Test
    void aTrustedProxyTellsWhatTheVisitorCalled() throws Exception {
        DashboardConfig config = config("trusted-proxies", "10.0.0.0/8, 127.0.0.1", "token", TOKEN);
        try (DashboardRole other = startOther(config)) {
            for (String told : List.of(
                    "X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Host: cam.example\r\nX-Forwarded-Proto: https\r\n"
                            + "X-Forwarded-Prefix: /cam",
                    "X-Forwarded-Host: evil.example, cam.example\r\nX-Forwarded-Proto: http, https\r\n"
                            + "X-Forwarded-Prefix: /evil, /cam/",
                    "Forwarded: for=1.2.3.4;host=evil.example, for=\"[2001:db8::1]:47\";proto=https;host=\"cam.example\"\r\n"
                            + "X-Forwarded-Host: evil.example\r\nX-Forwarded-Prefix: /cam")) {
                String headers = told + "\r\nAuthorization: Bearer " + TOKEN;
                assertThat(post(other, "127.0.0.1", "https://cam.example", headers))
                        .startsWith("HTTP/1.1 201");
                assertThat(post(other, "127.0.0.1", "https://evil.example", headers))
                        .startsWith("HTTP/1.1 403");
                String login = exchange(
                        other,
                        "POST /login",
                        "Host: 127.0.0.1\r\nOrigin: https://cam.example\r\n" + told
                                + "\r\nContent-Type: application/x-www-form-urlencoded",
                        "token=" + TOKEN);
                assertThat(login)
                        .startsWith("HTTP/1.1 303")
                        .containsIgnoringCase("Location: /cam/")
                        .contains("__Secure-segwatch=", "Secure", "Path=/cam/");
            }
            String markup = "Host: localhost\r\nX-Forwarded-Prefix: /\"><script>\r\nAuthorization: Bearer " + TOKEN;
            assertThat(get(other, "/", markup)).startsWith("HTTP/1.1 200").contains("<base href=\"./\">");
        }
    }

    @Test
    void overHttpsTheSessionsCookieIsOneThatNoPlainPageCanSet() throws Exception {
        DashboardConfig config = config("trusted-proxies", "127.0.0.1", "token", TOKEN);
        try (DashboardRole other = startOther(config)) {
            String told = "Host: 127.0.0.1\r\nX-Forwarded-Host: cam.example\r\nX-Forwarded-Proto: https";
            String form = "\r\nOrigin: https://cam.example\r\nContent-Type: application/x-www-form-urlencoded";
            String login = exchange(other, "POST /login", told + form, "token=" + TOKEN);
            assertThat(login).contains("__Host-segwatch=", "Path=/;", "Secure", "HTTPOnly", "SameSite=Strict");
            String cookie = login.replaceAll("(?s).*__Host-segwatch=([^;]+);.*", "$1");
            assertThat(get(other, "/api/me", told + "\r\nCookie: __Host-segwatch=" + cookie))
                    .startsWith("HTTP/1.1 200");
            assertThat(get(other, "/api/me", told + "\r\nCookie: segwatch=" + cookie))
                    .startsWith("HTTP/1.1 401");
        }
    }

    @Test
    void aPageThatLeadsItsNameToTheProxyComesNoFurther() throws Exception {
        try (DashboardRole other = startOther(config("trusted-proxies", "127.0.0.1"))) {
            String told = "X-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: http";
            assertThat(post(other, "127.0.0.1", "http://evil.example", told)).startsWith("HTTP/1.1 421");
            assertThat(get(other, "/api/queries", "Host: 127.0.0.1\r\n" + told)).startsWith("HTTP/1.1 421");
            assertThat(get(other, "/api/queries", "Host: evil.example\r\nX-Forwarded-Host: localhost"))
                    .startsWith("HTTP/1.1 421");
            assertThat(post(other, "127.0.0.1", "http://localhost:8900", "X-Forwarded-Host: localhost:8900"))
                    .startsWith("HTTP/1.1 201");
        }
    }

    @Test
    void otherSitesPagesLoadNothingFromTheApi() throws Exception {
        for (String site : List.of("cross-site", "same-site")) {
            String headers = "Host: localhost\r\nSec-Fetch-Site: " + site;
            assertThat(get(role, "/api/events", headers)).startsWith("HTTP/1.1 403");
            assertThat(get(role, "/api/cameras", headers)).startsWith("HTTP/1.1 403");
            String link = headers + "\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document";
            assertThat(get(role, "/api/cameras", link)).startsWith("HTTP/1.1 200");
            assertThat(get(role, "/api/events", link)).startsWith("HTTP/1.1 403");
            assertThat(get(role, "/api/cameras", link.replace("document", "iframe")))
                    .startsWith("HTTP/1.1 403");
        }
        assertThat(get(role, "/api/cameras", "Host: localhost\r\nSec-Fetch-Site: same-origin"))
                .startsWith("HTTP/1.1 200");
    }

    @Test
    void aPersonIsToldInAPageWhatAProgramReadsAsAProblem() throws Exception {
        String page = get(role, "/", "Host: evil.example\r\nAccept: text/html,*/*");
        assertThat(page)
                .startsWith("HTTP/1.1 421")
                .contains("text/html", "segwatch.dashboard.public-url")
                .doesNotContain("application/problem+json");
        assertThat(get(role, "/api/alerts/%3Cscript%3E/evidence.jpg", "Host: localhost\r\nAccept: text/html"))
                .startsWith("HTTP/1.1 404")
                .doesNotContain("<script>");
    }

    @Test
    void addressesThatAreNoneAreRefusedAtTheStart() {
        for (String url :
                List.of("cam.example", "ftp://cam.example", "https://cam.example/api", "https://a/b?c", "https://")) {
            assertThatThrownBy(() -> config("public-url", url)).as(url).hasMessageContaining("public-url");
        }
        for (String proxy : List.of("proxy.example", "10.0.0.0/33", "10.0.0.0/x", "::1/129")) {
            assertThatThrownBy(() -> config("trusted-proxies", proxy))
                    .as(proxy)
                    .hasMessageContaining("trusted-proxies");
        }
    }

    private static String post(DashboardRole at, String host, String origin, String headers) throws IOException {
        return post(at, "", host, origin, headers);
    }

    private static String post(DashboardRole at, String prefix, String host, String origin, String headers)
            throws IOException {
        String more = headers.isEmpty() ? "" : "\r\n" + headers;
        return exchange(
                at,
                "POST " + prefix + "/api/queries",
                "Host: " + host + "\r\nOrigin: " + origin + "\r\nContent-Type: application/json" + more,
                "{\"text\":\"thing " + NEXT.incrementAndGet() + "\"}");
    }

    private static String get(DashboardRole at, String path, String headers) throws IOException {
        return exchange(at, "GET " + path, headers, "");
    }

    private static String webSocket(DashboardRole at, String path, String headers) throws IOException {
        String upgrade = "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
        try (Socket socket = new Socket("127.0.0.1", at.port())) {
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\n" + headers + upgrade).getBytes(StandardCharsets.UTF_8));
            byte[] first = new byte[64];
            int count = socket.getInputStream().readNBytes(first, 0, 12);
            return new String(first, 0, count, StandardCharsets.UTF_8);
        }
    }

    private static String exchange(DashboardRole at, String what, String headers, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        String head = what + " HTTP/1.1\r\n" + headers + "\r\nConnection: close\r\n"
                + (bytes.length == 0 ? "" : "Content-Length: " + bytes.length + "\r\n") + "\r\n";
        try (Socket socket = new Socket("127.0.0.1", at.port())) {
            socket.getOutputStream().write((head + body).getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static JsonObject body(String response) {
        return new JsonObject(response.substring(response.indexOf("\r\n\r\n") + 4));
    }
}
