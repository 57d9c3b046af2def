package io.segwatch.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.segwatch.contracts.Topic;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Every change is noted with who, from where, before and after; without any secret. */
class AuditIT extends RunningDashboard {
    private static final String TOKEN = "a-token-of-a-test-0123456789";
    private static DashboardRole guarded;

    @BeforeAll
    static void startGuarded() throws Exception {
        guarded = startOther(config("token", TOKEN, "audit-looks", "true"));
    }

    @AfterAll
    static void stopGuarded() {
        guarded.close();
    }

    private static HttpResponse<String> asked(String method, String path, String body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(guarded, path))
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + TOKEN);
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private static List<JsonObject> events(String query) throws Exception {
        HttpResponse<String> found = asked("GET", "/api/audit?" + query, null);
        assertThat(found.statusCode()).as(found.body()).isEqualTo(200);
        return json(found).getJsonArray("events").stream()
                .map(JsonObject.class::cast)
                .toList();
    }

    private static JsonObject newest(String query) {
        return await().atMost(Duration.ofSeconds(30))
                .until(() -> events(query).stream().findFirst(), java.util.Optional::isPresent)
                .orElseThrow();
    }

    private static int login(String token) throws Exception {
        HttpRequest form = HttpRequest.newBuilder(uri(guarded, "/login"))
                .POST(BodyPublishers.ofString("token=" + token))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .build();
        return http.send(form, BodyHandlers.ofString()).statusCode();
    }

    @Test
    void aChangeIsNotedWithWhatWasBeforeAndAfterAndWithoutSecrets() throws Exception {
        asked(
                "POST",
                "/api/cameras",
                "{\"id\":\"gate\",\"url\":\"rtsp://10.0.0.9/a\",\"username\":\"admin\",\"password\":\"hunter9\"}");
        JsonObject created = newest("action=create-camera");
        assertThat(created.getString("who")).isEqualTo("token");
        assertThat(created.getString("address")).isEqualTo("127.0.0.1");
        assertThat(created.getInteger("status")).isEqualTo(201);
        assertThat(created.getString("object")).isEqualTo("/api/cameras/gate");
        assertThat(created.getString("camera")).isEqualTo("gate");
        assertThat(created.getString("before")).isEmpty();
        assertThat(created.getString("after")).contains("rtsp://10.0.0.9/a");

        asked("PUT", "/api/cameras/gate", "{\"url\":\"rtsp://10.0.0.9/a\",\"name\":\"Gate\",\"credentials\":\"gate\"}");
        JsonObject changed = newest("action=replace-camera&camera=gate");
        assertThat(new JsonObject(changed.getString("before")).getString("name"))
                .isEmpty();
        assertThat(new JsonObject(changed.getString("after")).getString("name")).isEqualTo("Gate");
        assertThat(asked("PUT", "/api/cameras/gate", "{\"url\":\"ftp://user:hunter9@10.0.0.9/\"}")
                        .statusCode())
                .isEqualTo(400);
        await().untilAsserted(() -> assertThat(events("action=replace-camera&camera=gate"))
                .extracting(event -> event.getInteger("status"))
                .containsExactlyInAnyOrder(200, 400));

        asked("DELETE", "/api/cameras/gate", null);
        assertThat(newest("action=delete-camera").getString("before")).contains("Gate");
        asked("POST", "/api/erasures", "{\"camera\":\"gate\"}");
        assertThat(newest("action=erase").getString("after")).contains("gate");
        assertThat(everythingIn(Topic.AUDIT)).doesNotContain("hunter9").doesNotContain(TOKEN);
    }

    @Test
    void anExportIsNoted() throws Exception {
        assertThat(asked("POST", "/api/exports", null).statusCode()).isEqualTo(200);
        assertThat(newest("action=note-export").getString("who")).isEqualTo("token");
    }

    @Test
    void logInsAreNotedWhetherTheyAreRightOrWrong() throws Exception {
        assertThat(login(TOKEN)).isEqualTo(303);
        assertThat(login("hunter-nine-hunter-nine")).isEqualTo(303);
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(events("action=login"))
                        .extracting(event -> event.getString("who") + event.getInteger("status"))
                        .contains("token200", "401"));
        assertThat(everythingIn(Topic.AUDIT)).doesNotContain("hunter-nine").doesNotContain(TOKEN);
    }

    @Test
    void whoLookedAtACameraIsNotedWhereThatIsSwitchedOn() throws Exception {
        asked("POST", "/api/cameras", "{\"id\":\"seen\",\"url\":\"file:/a.mp4\"}");
        asked("GET", "/api/cameras/seen/snapshot.jpg", null);
        assertThat(newest("action=get-snapshot&looks=true").getString("camera")).isEqualTo("seen");
        assertThat(events("action=get-snapshot")).isEmpty();
        // The other dashboard's setting is off.
        send("GET", "/api/cameras/seen/snapshot.jpg", null);
        assertThat(events("action=get-snapshot&looks=true&who=local")).isEmpty();
    }
}
