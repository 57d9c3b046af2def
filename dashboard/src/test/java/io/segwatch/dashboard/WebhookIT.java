package io.segwatch.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.segwatch.contracts.Topic;
import io.segwatch.secrets.Credentials;
import io.segwatch.secrets.Secrets;
import io.segwatch.v1.WebhookStatus;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WebhookIT extends RunningDashboard {
    @Test
    void aWebhooksSecretStaysInItsFile() throws Exception {
        String secret = "whsec_" + "c2VjcmV0LXRoYXQtbm9ib2R5LW1heS1zZWU=";
        JsonObject webhook = new JsonObject()
                .put("name", "Front desk")
                .put("url", "https://example.com/alerts")
                .put("states", new JsonArray().add("OPEN"))
                .put("secret", secret);
        HttpResponse<String> created = send("POST", "/api/webhooks", webhook.encode());
        assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
        assertThat(json(created).getString("id")).isEqualTo("front-desk");
        assertThat(Long.parseLong(json(created).getString("createdAtMs"))).isPositive();
        Secrets stored = new Secrets(folder.resolve("secrets"));
        assertThat(stored.find("front-desk", "https://example.com:443")).hasSize(1);

        JsonObject renamed = json(created).put("name", "Desk").put("createdAtMs", "5");
        HttpResponse<String> changed = send("PUT", "/api/webhooks/front-desk", renamed.encode());
        assertThat(json(changed).getString("createdAtMs"))
                .isEqualTo(json(created).getString("createdAtMs"));
        assertThat(stored.find("front-desk", "https://example.com:443")).hasSize(1);
        String everything = created.body()
                + changed.body()
                + send("GET", "/api/webhooks", null).body()
                + send("GET", "/api/webhook-status", null).body()
                + everythingIn(Topic.WEBHOOKS)
                + allMetrics();
        assertThat(everything).contains("front-desk").doesNotContain(secret.substring(6));

        assertThat(send("DELETE", "/api/webhooks/front-desk", null).statusCode())
                .isEqualTo(204);
        assertThat(stored.find("front-desk", "https://example.com:443")).isEmpty();
    }

    @Test
    void aWebhookCreatedWithoutASecretGetsOneThatIsShownOnce() throws Exception {
        HttpResponse<String> created =
                send("POST", "/api/webhooks", "{\"id\":\"bare\",\"url\":\"http://alert_receiver:8902/ok\"}");
        assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
        Secrets.Secret shown = Secrets.Secret.of(json(created).getString("secret"));
        Secrets stored = new Secrets(folder.resolve("secrets"));
        assertThat(stored.find("bare", "http://alert_receiver:8902"))
                .singleElement()
                .satisfies(secret -> assertThat(secret.key()).isEqualTo(shown.key()));

        HttpResponse<String> changed = send("PUT", "/api/webhooks/bare", "{\"url\":\"http://alert_receiver:8903/ok\"}");
        assertThat(json(changed).containsKey("secret")).isFalse();
        assertThat(json(send("GET", "/api/webhooks/bare", null)).containsKey("secret"))
                .isFalse();
        assertThat(stored.find("bare", "http://alert_receiver:8903")).hasSize(1);
        send("DELETE", "/api/webhooks/bare", null);

        // Put into the file by hand before.
        stored.put("by-hand", "https://example.com:443", shown);
        HttpResponse<String> kept =
                send("POST", "/api/webhooks", "{\"id\":\"by-hand\",\"url\":\"https://example.com\"}");
        assertThat(json(kept).containsKey("secret")).isFalse();
        assertThat(stored.find("by-hand", "https://example.com:443"))
                .singleElement()
                .satisfies(secret -> assertThat(secret.key()).isEqualTo(shown.key()));
        send("DELETE", "/api/webhooks/by-hand", null);
    }

    @Test
    void anAddressThatMayNotBePostedToIsRefusedWhenItIsSaved() throws Exception {
        HttpResponse<String> refused =
                send("POST", "/api/webhooks", "{\"id\":\"inside\",\"url\":\"http://10.0.0.8/x\"}");
        assertProblem(refused, 400, "url");
        assertThat(refused.body()).contains("private address");
        assertProblem(send("GET", "/api/webhooks/inside", null), 404, "id");
        String off = "{\"id\":\"inside\",\"url\":\"http://10.0.0.8/x\",\"disabled\":true}";
        assertThat(send("POST", "/api/webhooks", off).statusCode()).isEqualTo(201);
        // What is stored already may be changed otherwise.
        String named = "{\"url\":\"http://10.0.0.8/x\",\"name\":\"Inside\"}";
        assertThat(send("PUT", "/api/webhooks/inside", named).statusCode()).isEqualTo(200);
        assertThat(send("DELETE", "/api/webhooks/inside", null).statusCode()).isEqualTo(204);
    }

    @Test
    void whereAnotherProcessDeliversANewAddressIsToldNotToHaveBeenChecked() throws Exception {
        try (DashboardRole apart = startOther(config("max-viewers", "10"), Optional.empty(), Optional.empty())) {
            String inside = "{\"id\":\"apart\",\"url\":\"http://10.0.0.9/x\"}";
            HttpResponse<String> stored = send(apart, "POST", "/api/webhooks", inside);
            assertThat(stored.statusCode()).isEqualTo(201);
            assertThat(json(stored).getJsonArray("warnings").encode()).contains("another process delivers");
            HttpResponse<String> again = send(apart, "PUT", "/api/webhooks/apart", inside);
            assertThat(json(again).getJsonArray("warnings", new JsonArray())).isEmpty();
            assertThat(send(apart, "DELETE", "/api/webhooks/apart", null).statusCode())
                    .isEqualTo(204);
        }
    }

    @Test
    void badWebhooksAreRefusedWithoutShowingTheirSecret() throws Exception {
        assertProblem(send("POST", "/api/webhooks", "{\"url\":\"ftp://example.com\"}"), 400, "url");
        assertProblem(send("POST", "/api/webhooks", "{\"url\":\"https://u:p@example.com\"}"), 400, "url");
        HttpResponse<String> weak =
                send("POST", "/api/webhooks", "{\"url\":\"https://example.com\",\"secret\":\"hunter2\"}");
        assertProblem(weak, 400, "secret");
        assertThat(weak.body()).doesNotContain("hunter2");
        assertProblem(send("POST", "/api/webhooks/none/replay", "{}"), 404, "id");
    }

    @Test
    void aChatServiceHasNoSecretAndGetsOneWhenItBecomesAProgram() throws Exception {
        String chat = "{\"id\":\"chat\",\"url\":\"https://ntfy.sh/desk\",\"format\":\"NTFY\"";
        assertProblem(send("POST", "/api/webhooks", chat.replace("/desk", "/") + "}"), 400, "url");
        String secret = Secrets.random();
        assertProblem(send("POST", "/api/webhooks", chat + ",\"secret\":\"" + secret + "\"}"), 400, "secret");
        HttpResponse<String> created = send("POST", "/api/webhooks", chat + "}");
        assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
        assertThat(json(created).containsKey("secret")).isFalse();

        JsonObject program = new JsonObject().put("url", "https://example.com").put("format", "BINARY");
        HttpResponse<String> changed = send("PUT", "/api/webhooks/chat", program.encode());
        assertThat(json(changed).getString("secret")).startsWith("whsec_");
        assertThat(json(send("PUT", "/api/webhooks/chat", program.encode())).containsKey("secret"))
                .isFalse();
        send("DELETE", "/api/webhooks/chat", null);
    }

    @Test
    void aTestIsAskedOfTheRoleThatDeliversAndNotTooOften() throws Exception {
        send("POST", "/api/webhooks", "{\"id\":\"tried\",\"url\":\"https://example.com/x\"}");
        HttpResponse<String> tested = send("POST", "/api/webhooks/tried/test", "{}");
        assertThat(tested.statusCode()).as(tested.body()).isEqualTo(200);
        assertThat(json(tested).getMap())
                .containsEntry("webhook", "tried")
                .containsEntry("accepted", false)
                .containsEntry("status", 404)
                .containsEntry("reason", "asked of https://example.com/x");
        HttpResponse<String> again = send("POST", "/api/webhooks/tried/test", null);
        assertProblem(again, 429, "id");
        assertThat(again.headers().firstValue("Retry-After")).contains("5");
        assertProblem(send("POST", "/api/webhooks/none/test", null), 404, "id");
        send("DELETE", "/api/webhooks/tried", null);
    }

    @Test
    void aTestThatAnotherProcessWouldHaveToPostIsRefusedInWords() throws Exception {
        try (DashboardRole alone = DashboardRole.start(
                kafka,
                config(),
                Optional.empty(),
                new Credentials(folder.resolve("alone")),
                new Secrets(folder.resolve("alone-secrets")),
                countsFrames,
                Optional.empty(),
                Optional.empty(),
                Optional.empty())) {
            send(alone, "POST", "/api/webhooks", "{\"id\":\"far\",\"url\":\"https://example.com/x\"}");
            HttpResponse<String> refused = send(alone, "POST", "/api/webhooks/far/test", null);
            assertProblem(refused, 501, "id");
            assertThat(refused.body()).contains("another process posts to webhooks");
            send(alone, "DELETE", "/api/webhooks/far", null);
        }
    }

    @Test
    void aWebhookMayNameOnlyRulesAndCamerasThatExist() throws Exception {
        JsonObject webhook = new JsonObject().put("url", "https://example.com").put("id", "choosy");
        webhook.put("rules", new JsonArray().add("no-such-rule"));
        HttpResponse<String> refused = send("POST", "/api/webhooks", webhook.encode());
        assertProblem(refused, 400, "rules[0]");
        assertThat(refused.body()).contains("there is no rule no-such-rule");
        webhook.put("rules", new JsonArray().add("drift:no-such-query"));
        assertProblem(send("POST", "/api/webhooks", webhook.encode()), 400, "rules[0]");
        webhook.remove("rules");
        webhook.put("cameras", new JsonArray().add("no-such-camera"));
        assertProblem(send("POST", "/api/webhooks", webhook.encode()), 400, "cameras[0]");

        send("POST", "/api/queries", "{\"id\":\"drifting\",\"text\":\"drifting\"}");
        camera("chosen");
        webhook.put("rules", new JsonArray().add("drift:drifting")).put("cameras", new JsonArray().add("chosen"));
        HttpResponse<String> created = send("POST", "/api/webhooks", webhook.encode());
        assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
        send("DELETE", "/api/queries/drifting", null);
        send("DELETE", "/api/cameras/chosen", null);
        HttpResponse<String> off = send(
                "PUT", "/api/webhooks/choosy", webhook.put("disabled", true).encode());
        assertThat(off.statusCode()).as(off.body()).isEqualTo(200);
    }

    @Test
    void aReplayIsAskedForAndTheStatusOfAllProcessesIsOne() throws Exception {
        send("POST", "/api/webhooks", "{\"id\":\"shared\",\"url\":\"https://example.com\"}");
        assertThat(send("GET", "/api/webhook-status", null).body()).contains("No process posts to it now");
        HttpResponse<String> asked =
                send("POST", "/api/webhooks/shared/replay", "{\"source\":\"DEAD_LETTER\",\"fromMs\":\"5\"}");
        assertThat(asked.statusCode()).isEqualTo(202);
        assertThat(everythingIn(Topic.WEBHOOK_REPLAYS)).contains(json(asked).getString("id"));
        assertProblem(send("POST", "/api/webhooks/shared/replay", "{\"fromMs\":\"5\",\"toMs\":\"4\"}"), 400, "fromMs");

        long now = System.currentTimeMillis();
        WebhookStatus.Builder one = WebhookStatus.newBuilder()
                .setWebhook("shared")
                .setState(WebhookStatus.State.WORKING)
                .setBacklog(3)
                .setAtMs(now);
        sendFact(Topic.WEBHOOK_STATUS, "shared/a", one.build());
        sendFact(
                Topic.WEBHOOK_STATUS,
                "shared/b",
                one.clone()
                        .setState(WebhookStatus.State.RETRYING)
                        .setReason("answered 500")
                        .build());
        sendFact(
                Topic.WEBHOOK_STATUS,
                "shared/gone",
                one.clone()
                        .setState(WebhookStatus.State.BLOCKED)
                        .setLastSuccessMs(7)
                        .setAtMs(now - 60_000)
                        .build());
        await().untilAsserted(() -> assertThat(
                        json(send("GET", "/api/webhook-status", null)).getJsonArray("webhooks").stream()
                                .map(JsonObject.class::cast)
                                .filter(status -> status.getString("webhook").equals("shared")))
                .singleElement()
                .satisfies(status -> assertThat(status.getMap())
                        .containsEntry("state", "RETRYING")
                        .containsEntry("reason", "answered 500")
                        .containsEntry("backlog", "6")
                        .containsEntry("lastSuccessMs", "7")));
    }
}
