package io.segwatch.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.segwatch.contracts.Topic;
import io.segwatch.v1.AccessRecord;
import io.segwatch.v1.Account;
import io.segwatch.v1.ApiToken;
import io.segwatch.v1.Session;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that nobody should make, with and without a log-in. */
class BadRequestsIT extends GuardedCameras {
    private static final String TOKEN = "a-long-enough-token";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/cameras",
                "/api/./cameras",
                "/api/x/../cameras",
                "/login/../api/cameras",
                "/login.html/../api/cameras",
                "/app.css/../api/cameras",
                "/login/%2e%2e/api/cameras",
                "/login%2f..%2fapi%2fcameras",
                "/%2e/api/cameras",
                "//api/cameras",
                "/api//cameras",
                "/API/cameras",
                "/api/cameras/",
                "/api/cameras;a=b",
                "/login;/../api/cameras",
                "/api/cameras%00.css",
                "/api/cameras?token=" + TOKEN,
                "/api/cameras?access_token=" + TOKEN,
                "/lib/../../openapi.json",
                "/lib/..%2f..%2fopenapi.json",
                "/web/../openapi.json",
                "/..%5c..%5copenapi.json",
                "/app.js",
                "/index.html",
                "/api/login/../users",
                "/login/options/../../api/users",
                "/logout/../api/users"
            })
    void withoutALogInNoSpellingOfAPathLeadsAnywhere(String path) throws Exception {
        for (String more : List.of(
                "", "X-Original-URL: /login\r\n", "X-Forwarded-For: 127.0.0.1\r\n", "X-Rewrite-URL: /login\r\n")) {
            String answer =
                    raw("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + more + "Connection: close\r\n\r\n");
            assertThat(answer).as(path + " " + more).matches("(?s)HTTP/1.1 (401|404|400) .*");
            assertThat(answer)
                    .doesNotContain("file:/mine.mp4")
                    .doesNotContain("\"openapi\"")
                    .doesNotContain("boss");
        }
    }

    @Test
    void anotherMethodIsNoWayRound() throws Exception {
        for (String method : List.of("HEAD", "OPTIONS", "PATCH", "TRACE", "PROPFIND", "DELETE", "PUT", "POST")) {
            String answer = raw(method + " /api/cameras HTTP/1.1\r\nHost: localhost\r\nX-HTTP-Method-Override: GET\r\n"
                    + "Content-Length: 0\r\nConnection: close\r\n\r\n");
            assertThat(answer).as(method).startsWith("HTTP/1.1 401");
        }
    }

    @Test
    void whatIsTooLargeIsRefused() throws Exception {
        assertThat(admin.send("POST", "/api/users", "\"" + "x".repeat(70_000) + "\"")
                        .statusCode())
                .isEqualTo(413);
        String head = " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";
        assertThat(raw("GET /api/me" + head + "X-Long: " + "x".repeat(20_000) + "\r\n\r\n"))
                .startsWith("HTTP/1.1 431");
        assertThat(raw("GET /" + "x".repeat(9_000) + head + "\r\n")).contains(" 414 ");
        String names = "{\"name\":\"%s\",\"password\":\"%s\"}";
        assertThat(admin.send("POST", "/api/users", names.formatted("a".repeat(64), PASSWORD))
                        .statusCode())
                .isEqualTo(400);
        assertThat(admin.send("POST", "/api/users", names.formatted("long", "a".repeat(1_001)))
                        .statusCode())
                .isEqualTo(400);
        String cameras = "{\"cameras\":[" + "\"c\",".repeat(1_001) + "\"c\"]}";
        assertThat(admin.send("PUT", "/api/users/extra", cameras).statusCode()).isEqualTo(400);
        assertThat(admin.send("POST", "/api/queries", "[".repeat(20_000)).statusCode())
                .isEqualTo(400);
    }

    @Test
    void requestsWithinRequestsAreRefused() throws Exception {
        String inner = "GET /api/users HTTP/1.1\r\nHost: localhost\r\n\r\n";
        assertThat(raw("POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + inner.length()
                        + "\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + inner))
                .startsWith("HTTP/1.1 400")
                .doesNotContain("boss");
        assertThat(
                        raw(
                                "POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nContent-Length: 5\r\n\r\nabcde"))
                .startsWith("HTTP/1.1 400");
    }

    @Test
    void anotherSitesPageCanDoNothingWithTheCookieOfALogIn() throws Exception {
        List<List<String>> sites = List.of(
                List.of("Origin", "http://evil.example"),
                List.of("Origin", "null"),
                List.of("Origin", "http://127.0.0.1:1"),
                List.of("Origin", "http://127.0.0.1:" + role.port() + ".evil.example"),
                List.of("Sec-Fetch-Site", "cross-site"),
                List.of("Sec-Fetch-Site", "same-site"));
        for (List<String> site : sites) {
            for (List<String> call : List.of(
                    List.of("POST", "/api/users"),
                    List.of("DELETE", "/api/users/extra"),
                    List.of("PUT", "/api/me/password"),
                    List.of("POST", "/api/login"),
                    List.of("POST", "/login"),
                    List.of("POST", "/logout"))) {
                HttpRequest request = HttpRequest.newBuilder(uri(role, call.get(1)))
                        .method(call.get(0), BodyPublishers.ofString("{}"))
                        .header("Content-Type", "application/json")
                        .header(admin.header(), admin.value())
                        .header(site.get(0), site.get(1))
                        .build();
                assertThat(http.send(request, BodyHandlers.ofString()).statusCode())
                        .as(site + " " + call)
                        .isEqualTo(403);
            }
        }
        assertThat(admin.get("/api/me").statusCode()).isEqualTo(200);
    }

    @Test
    void markupInNamesIsAnsweredAsDataAndNeverAsAPage() throws Exception {
        String markup = "<img src=x onerror=alert(1)>\"'</script>";
        created(admin, "/api/queries", new JsonObject().put("id", "markup").put("text", markup));
        HttpResponse<String> answer = admin.get("/api/queries/markup");
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json; charset=utf-8");
        assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(new JsonObject(answer.body()).getString("text")).isEqualTo(markup);

        HttpRequest page = HttpRequest.newBuilder(uri(role, "/api/queries/%3Cscript%3Ealert(1)%3C%2Fscript%3E"))
                .header(admin.header(), admin.value())
                .header("Accept", "text/html")
                .build();
        HttpResponse<String> shown = http.send(page, BodyHandlers.ofString());
        assertThat(shown.statusCode()).isEqualTo(404);
        assertThat(shown.body()).contains("&lt;script&gt;").doesNotContain("<script>");

        JsonObject user = new JsonObject().put("name", "<b>x</b>").put("password", PASSWORD);
        assertProblem(admin.send("POST", "/api/users", user.encode()), 400, "name");
        JsonObject token = new JsonObject().put("name", markup);
        assertThat(admin.send("POST", "/api/tokens", token.encode()).headers().firstValue("Content-Type"))
                .contains("application/json; charset=utf-8");
    }

    @Test
    void everyAnswerForbidsFramesScriptsOfOthersAndSniffing() throws Exception {
        for (String path : List.of("/login", "/", "/api/me", "/api/nothing", "/nothing", "/login/options")) {
            for (Caller caller : List.of(admin, Caller.nobody(role))) {
                HttpResponse<String> answer = caller.get(path);
                assertThat(answer.headers()
                                .firstValue("Content-Security-Policy")
                                .orElseThrow())
                        .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
                        .doesNotContain("unsafe");
                assertThat(answer.headers().firstValue("X-Frame-Options")).contains("DENY");
                assertThat(answer.headers().firstValue("X-Content-Type-Options"))
                        .contains("nosniff");
            }
        }
    }

    /** Each with a hash that is right, so that nothing but its time keeps it out. */
    @Test
    void tokensAndSessionsThatAreForgedExpiredOrOfAnotherAccountLetNobodyIn() throws Exception {
        long now = System.currentTimeMillis();
        Account account = Account.newBuilder()
                .setName("timely")
                .setRole(Account.Role.VIEWER)
                .setCreatedAtMs(7)
                .setVersion(9)
                .build();
        send("account/timely", AccessRecord.newBuilder().setAccount(account));
        token("segwatch_good", 7, now + 600_000);
        token("segwatch_expired", 7, now - 1);
        token("segwatch_earlier", 6, now + 600_000);
        session("good", 9, now, now + 600_000);
        session("expired", 9, now, now - 1);
        session("idle", 9, now - 90_000_000, now + 600_000);
        session("earlier", 8, now, now + 600_000);
        await().untilAsserted(() -> {
            assertThat(status("Authorization", "Bearer segwatch_good")).isEqualTo(200);
            assertThat(status("Cookie", "segwatch=good")).isEqualTo(200);
        });
        for (String shown :
                List.of("segwatch_expired", "segwatch_earlier", "segwatch_goo", "segwatch_good1", "good", "")) {
            assertThat(status("Authorization", "Bearer " + shown)).as(shown).isEqualTo(401);
        }
        for (String shown : List.of("expired", "idle", "earlier", "goo", "segwatch_good", "x".repeat(4_000), "")) {
            assertThat(status("Cookie", "segwatch=" + shown)).as(shown).isEqualTo(401);
        }
        // The hash itself, which is what the topic holds, is no key.
        assertThat(status("Cookie", "segwatch=" + HexFormat.of().formatHex(hash("good"))))
                .isEqualTo(401);
        assertThat(status("Authorization", "Basic Ym9zczp4")).isEqualTo(401);
    }

    private static int status(String header, String value) throws Exception {
        return new Caller(role, header, value).get("/api/me").statusCode();
    }

    private static void token(String secret, long accountCreated, long expires) throws Exception {
        String id = HexFormat.of().formatHex(Arrays.copyOf(hash(secret), 16));
        ApiToken token = ApiToken.newBuilder()
                .setId(id)
                .setSecretHash(ByteString.copyFrom(hash(secret)))
                .setAccount("timely")
                .setAccountCreatedAtMs(accountCreated)
                .setExpiresAtMs(expires)
                .build();
        send("token/" + id, AccessRecord.newBuilder().setToken(token));
    }

    private static void session(String secret, long version, long created, long expires) throws Exception {
        String id = HexFormat.of().formatHex(Arrays.copyOf(hash(secret), 16));
        Session session = Session.newBuilder()
                .setId(id)
                .setSecretHash(ByteString.copyFrom(hash(secret)))
                .setAccount("timely")
                .setAccountVersion(version)
                .setCreatedAtMs(created)
                .setExpiresAtMs(expires)
                .build();
        send("session/" + id, AccessRecord.newBuilder().setSession(session));
    }

    private static void send(String key, AccessRecord.Builder value) throws Exception {
        sendFact(Topic.ACCESS, key, value.build());
    }

    private static byte[] hash(String secret) throws Exception {
        return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void whoIsWrongTooOftenWaitsAndWhoIsInStaysIn() throws Exception {
        try (DashboardRole other = startOther(config("token", TOKEN))) {
            Caller inside = Caller.loggedIn(other, "extra", PASSWORD);
            Map<String, String> wrong = Map.of("name", "boss", "password", "a wrong password");
            for (int i = 0; i < 10; i++) {
                assertThat(Caller.form(other, wrong).headers().firstValue("Location"))
                        .contains("./login#wrong");
            }
            Map<String, String> right = Map.of("name", "boss", "password", PASSWORD);
            assertThat(Caller.form(other, wrong).headers().firstValue("Location"))
                    .contains("./login#many");
            assertThat(Caller.form(other, right).headers().firstValue("Location"))
                    .contains("./login#many");
            JsonObject login = new JsonObject().put("name", "boss").put("password", PASSWORD);
            assertProblem(Caller.nobody(other).send("POST", "/api/login", login.encode()), 429, "password");
            assertThat(inside.get("/api/me").statusCode()).isEqualTo(200);
            assertThat(Caller.withToken(other, TOKEN).get("/api/me").statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void oneCallerCannotChangeThingsWithoutEnd() throws Exception {
        try (DashboardRole other = startOther(config("max-changes-per-minute", "10"))) {
            Caller boss = new Caller(other, admin.header(), admin.value());
            Caller somebody = new Caller(other, operator.header(), operator.value());
            await().untilAsserted(() -> assertProblem(boss.send("DELETE", "/api/tokens/0123", null), 429, "changes"));
            assertThat(boss.get("/api/me").statusCode()).isEqualTo(200);
            assertProblem(somebody.send("DELETE", "/api/tokens/0123", null), 404, "id");
        }
    }

    @Test
    void theConfiguredTokensSessionsEndToo() throws Exception {
        try (DashboardRole other = startOther(config("token", TOKEN))) {
            Caller page = new Caller(other, "Cookie", Caller.cookie(Caller.form(other, Map.of("token", TOKEN))));
            assertThat(page.json("/api/me").getString("name")).isEqualTo("token");
            assertThat(page.json("/api/me").getString("way")).isEqualTo("SESSION");
            assertThat(page.send("POST", "/logout", null).statusCode()).isEqualTo(303);
            assertThat(page.get("/api/me").statusCode()).isEqualTo(401);
        }
        try (DashboardRole first = startOther(config("token", TOKEN));
                DashboardRole changed = startOther(config("token", "another-long-token"))) {
            String cookie = Caller.cookie(Caller.form(first, Map.of("token", TOKEN)));
            assertThat(new Caller(first, "Cookie", cookie).get("/api/me").statusCode())
                    .isEqualTo(200);
            assertThat(new Caller(changed, "Cookie", cookie).get("/api/me").statusCode())
                    .isEqualTo(401);
        }
    }

    private static String raw(String request) throws IOException {
        try (var socket = new Socket("127.0.0.1", role.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
