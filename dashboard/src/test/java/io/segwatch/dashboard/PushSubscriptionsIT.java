package io.segwatch.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.segwatch.contracts.Topic;
import io.segwatch.secrets.Secrets;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Browsers subscribe to alerts, see that they have, try it and end it. */
class PushSubscriptionsIT extends RunningDashboard {
    /** The base point of P-256. */
    private static final String POINT =
            "BGsX0fLhLEJH-Lzm5WOkQPJ3A32BLeszoPShOUXYmMKWT-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU";

    private static final String AUTH = "AAAAAAAAAAAAAAAAAAAAAA";

    private static HttpResponse<String> subscribe(String endpoint, String point, String auth) throws Exception {
        JsonObject body =
                new JsonObject().put("endpoint", endpoint).put("p256dh", point).put("auth", auth);
        return send("POST", "/api/push-subscriptions", body.encode());
    }

    private static List<String> ids() throws Exception {
        JsonArray all = json(send("GET", "/api/push", null)).getJsonArray("subscriptions");
        return all.stream().map(each -> ((JsonObject) each).getString("id")).toList();
    }

    @Test
    void aBrowserSubscribesTriesItAndEndsIt() throws Exception {
        HttpResponse<String> made = subscribe("https://push.example.com/secret-part", POINT, AUTH);
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        assertThat(made.body()).doesNotContain("secret-part");
        assertThat(json(made).getString("service")).isEqualTo("push.example.com");
        assertThat(json(made).getString("user")).isEqualTo("local");
        String id = json(made).getString("id");
        assertThat(id).matches("[0-9a-f]{32}");
        assertThat(ids()).contains(id);
        assertThat(send("GET", "/api/push", null).body()).doesNotContain("secret-part");
        assertThat(everythingIn(Topic.PUSH_SUBSCRIPTIONS)).contains("local");

        String test = "/api/push-subscriptions/" + id + "/test";
        assertThat(send("POST", test, "{}").statusCode()).isEqualTo(202);
        HttpResponse<String> soon = send("POST", test, "{}");
        assertProblem(soon, 429, "id");
        assertThat(soon.headers().firstValue("Retry-After")).isPresent();

        assertThat(send("DELETE", "/api/push-subscriptions/" + id, null).statusCode())
                .isEqualTo(204);
        assertThat(ids()).doesNotContain(id);
        assertProblem(send("DELETE", "/api/push-subscriptions/" + id, null), 404, "id");
        assertProblem(send("POST", test, "{}"), 404, "id");
    }

    @Test
    void whatNoBrowserGivesIsRefusedByField() throws Exception {
        assertProblem(subscribe("http://push.example.com/a", POINT, AUTH), 400, "endpoint");
        assertProblem(subscribe("https://me:pw@push.example.com/a", POINT, AUTH), 400, "endpoint");
        assertProblem(subscribe("https:///a", POINT, AUTH), 400, "endpoint");
        assertProblem(subscribe("https://push.example.com/a", POINT.replace("Z", "Y"), AUTH), 400, "p256dh");
        assertProblem(subscribe("https://push.example.com/a", "", AUTH), 400, "p256dh");
        assertProblem(subscribe("https://push.example.com/a", "*", AUTH), 400, "p256dh");
        assertProblem(subscribe("https://push.example.com/a", POINT, "AAAA"), 400, "auth");
    }

    @Test
    void ofMoreThanTenTheOldestGoes() throws Exception {
        String first =
                json(subscribe("https://push.example.com/0", POINT, AUTH)).getString("id");
        for (int i = 1; i <= 10; i++) {
            assertThat(subscribe("https://push.example.com/" + i, POINT, AUTH).statusCode())
                    .isEqualTo(201);
        }
        assertThat(ids()).hasSizeLessThanOrEqualTo(10).doesNotContain(first);
    }

    @Test
    void theKeyPairIsMadeOnceAndItsPrivatePartIsNotTold() throws Exception {
        String key = json(send("GET", "/api/push", null)).getString("publicKey");
        assertThat(key).hasSize(87).startsWith("B");
        String again = send("GET", "/api/push", null).body();
        assertThat(again).contains(key).doesNotContain("\"d\"");
        String kept = new Secrets(folder.resolve("secrets")).pushKey().orElse("");
        assertThat(kept).contains("\"d\"");
    }
}
