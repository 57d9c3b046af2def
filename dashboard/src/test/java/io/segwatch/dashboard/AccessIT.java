package io.segwatch.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AccessIT extends RunningDashboard {
    @Test
    void otherSitesAndOtherNamesAreKeptOut() throws Exception {
        HttpRequest foreign = HttpRequest.newBuilder(uri(role, "/api/queries"))
                .header("Origin", "http://evil.example")
                .POST(BodyPublishers.ofString("{\"text\":\"evil\"}"))
                .build();
        assertThat(http.send(foreign, BodyHandlers.ofString()).statusCode()).isEqualTo(403);
        assertThat(raw("GET /api/queries HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 421");
        assertThatThrownBy(() -> http.newWebSocketBuilder()
                        .header("Origin", "http://evil.example")
                        .buildAsync(
                                URI.create("ws://127.0.0.1:" + role.port() + "/api/live"), new WebSocket.Listener() {})
                        .get(5, TimeUnit.SECONDS))
                .hasMessageContaining("WebSocketHandshakeException");
    }

    @Test
    void withATokenNothingIsShownWithoutIt() throws Exception {
        DashboardConfig config = config("host", "0.0.0.0", "token", "a-long-enough-token");
        try (DashboardRole other = startOther(config)) {
            for (String path : List.of("/api/queries", "/api/live", "/api/events", "/metrics", "/app.js")) {
                assertThat(send(other, "GET", path, null).statusCode()).isEqualTo(401);
            }
            assertThat(send(other, "GET", "/login", null).statusCode()).isEqualTo(200);
            HttpRequest withToken = HttpRequest.newBuilder(uri(other, "/api/queries"))
                    .header("Authorization", "Bearer a-long-enough-token")
                    .build();
            assertThat(http.send(withToken, BodyHandlers.ofString()).statusCode())
                    .isEqualTo(200);
            HttpResponse<String> wrong = login(other, "wrong");
            assertThat(wrong.headers().firstValue("Set-Cookie")).isEmpty();
            HttpResponse<String> right = login(other, "a-long-enough-token");
            String cookie = right.headers().firstValue("Set-Cookie").orElseThrow();
            assertThat(cookie).contains("HTTPOnly", "SameSite=Strict").doesNotContain("a-long-enough-token");
            HttpRequest withCookie = HttpRequest.newBuilder(uri(other, "/api/queries"))
                    .header("Cookie", cookie.substring(0, cookie.indexOf(';')))
                    .build();
            assertThat(http.send(withCookie, BodyHandlers.ofString()).statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void moreViewersThanAllowedAreRefused() throws Exception {
        DashboardConfig small = config("max-viewers", "1");
        try (DashboardRole other = startOther(small)) {
            HttpResponse<InputStream> first =
                    http.send(request(other, "GET", "/api/events", null), BodyHandlers.ofInputStream());
            assertThat(send(other, "GET", "/api/events", null).statusCode()).isEqualTo(503);
            first.body().close();
            await().untilAsserted(() -> {
                HttpResponse<InputStream> next =
                        http.send(request(other, "GET", "/api/events", null), BodyHandlers.ofInputStream());
                next.body().close();
                assertThat(next.statusCode()).isEqualTo(200);
            });
        }
    }

    private static String raw(String request) throws IOException {
        try (var socket = new Socket("127.0.0.1", role.port())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static HttpResponse<String> login(DashboardRole at, String token) throws Exception {
        HttpRequest form = HttpRequest.newBuilder(uri(at, "/login"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("token=" + token))
                .build();
        return http.send(form, BodyHandlers.ofString());
    }
}
