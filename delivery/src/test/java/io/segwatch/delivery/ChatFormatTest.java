package io.segwatch.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.segwatch.delivery.chat.ChatMessage;
import io.segwatch.secrets.Secrets;
import io.segwatch.v1.Alert;
import io.segwatch.v1.Webhook;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Messages to chat services, each taken and refused as the service does. */
class ChatFormatTest {
    private static final String HOSTILE =
            "@everyone <!channel> <@U123> *b* _i_ [l](http://x) `c` > q & \u202e\u200b# @here";
    private static final Optional<String> PAGE = Optional.of("https://seg.example.com/watch/");
    private static final Map<Webhook.Format, String> PATHS = Map.of(
            Webhook.Format.SLACK, "/services/T/B/a-token",
            Webhook.Format.TEAMS, "/workflows/a-token?sig=another",
            Webhook.Format.DISCORD, "/api/webhooks/1/a-token",
            Webhook.Format.NTFY, "/my_alerts-1?auth=a-token");

    @TempDir
    Path folder;

    private final Vertx vertx = Vertx.vertx();
    private ChatServer server;

    @BeforeEach
    void start() throws Exception {
        server = new ChatServer();
    }

    @AfterEach
    void stop() {
        server.close();
        vertx.close();
    }

    @ParameterizedTest
    @EnumSource(
            value = Webhook.Format.class,
            names = {"SLACK", "TEAMS", "DISCORD", "NTFY"})
    void everyServiceTakesAnAlertOfAnyTextWithoutASecret(Webhook.Format format) throws Exception {
        for (String text : List.of("person covers 7 %", "", HOSTILE.repeat(200), "\ud83d\ude00<".repeat(9_000))) {
            for (Alert.State state : List.of(Alert.State.OPEN, Alert.State.UPDATE, Alert.State.CLOSE)) {
                Alert alert = alert(text).setState(state).build();
                assertThat(post(format, alert).kind()).isEqualTo(AttemptResult.ResultKind.DELIVERED);
            }
        }
        Alert nameless =
                alert(HOSTILE).setZone("").setRuleName(HOSTILE.repeat(99)).build();
        assertThat(post(format, nameless).kind()).isEqualTo(AttemptResult.ResultKind.DELIVERED);
        assertThat(server.taken)
                .hasSize(13)
                .allSatisfy(
                        post -> assertThat(post.headers().keySet().toString().toLowerCase(Locale.ROOT))
                                .doesNotContain("webhook-"));
    }

    @Test
    void slackMentionsNobodyAndFormatsNothing() throws Exception {
        JsonObject body = body(Webhook.Format.SLACK, alert(HOSTILE).build());
        assertThat(body.getBoolean("mrkdwn")).isFalse();
        assertThat(body.getString("text"))
                .startsWith("Alert opened: ")
                .contains("&lt;!channel&gt; &lt;@\u200bU123&gt;", "@\u200beveryone", "&amp;")
                .doesNotContain("<", ">", "@e", "@h", "\u202e");
        JsonObject attachment = body.getJsonArray("attachments").getJsonObject(0);
        assertThat(attachment.getString("color")).isEqualTo("#d92d20");
        assertThat(attachment.encode())
                .contains("<!date^1764000000^{date_short_pretty} {time_secs}|2025-11-24 16:00:00 UTC>")
                .contains("<https://seg.example.com/watch/alerts/alert-1|Open in Segwatch>");
    }

    @Test
    void discordMentionsNobodyAndFormatsNothing() throws Exception {
        JsonObject body = body(Webhook.Format.DISCORD, alert(HOSTILE).build());
        assertThat(body.getJsonObject("allowed_mentions").getJsonArray("parse")).isEmpty();
        JsonObject embed = body.getJsonArray("embeds").getJsonObject(0);
        assertThat(embed.getString("url")).isEqualTo("https://seg.example.com/watch/alerts/alert-1");
        assertThat(embed.getString("timestamp")).isEqualTo("2025-11-24T16:00:00Z");
        for (String text : List.of(embed.getString("title"), embed.getString("description"))) {
            // What the escapes leave to Discord to read.
            assertThat(text.replaceAll("\\\\[^0-9A-Za-z\\s]", ""))
                    .doesNotContainPattern("[*_`~|<>\\[\\]()#\\\\]|@[eh]|://");
        }
    }

    @Test
    void teamsIsGivenRunsOfTextInWhichItReadsNoMarkdown() throws Exception {
        JsonObject card = body(Webhook.Format.TEAMS, alert(HOSTILE).build())
                .getJsonArray("attachments")
                .getJsonObject(0)
                .getJsonObject("content");
        JsonArray lines = card.getJsonArray("body");
        assertThat(lines.getJsonObject(0).getString("style")).isEqualTo("attention");
        assertThat(lines.encode())
                .contains("\"type\":\"TextRun\",\"text\":\"Alert opened: ")
                .doesNotContain("\"TextBlock\"");
        assertThat(card.getJsonArray("actions").getJsonObject(0).getString("url"))
                .isEqualTo("https://seg.example.com/watch/alerts/alert-1");
    }

    @Test
    void ntfyIsPublishedToAtItsRootWithTitlePriorityAndTags() throws Exception {
        JsonObject body = body(Webhook.Format.NTFY, alert("person covers 7 %").build());
        assertThat(body.getMap())
                .containsEntry("topic", "my_alerts-1")
                .containsEntry("title", "Alert opened: Front door on door")
                .containsEntry("message", "person covers 7 % · Camera: door · Zone: gate")
                .containsEntry("priority", 4)
                .containsEntry("click", "https://seg.example.com/watch/alerts/alert-1");
        assertThat(body.getJsonArray("tags")).containsExactly("rotating_light");
        assertThat(server.taken.get(0).path()).isEqualTo("/");
        assertThat(server.taken.get(0).query()).isEqualTo("auth=a-token");

        Alert closed =
                alert("").setState(Alert.State.CLOSE).setDurationMs(90_000).build();
        assertThat(body(Webhook.Format.NTFY, closed).getMap())
                .containsEntry("priority", 2)
                .containsEntry("message", "Camera: door · Zone: gate · Open for: 1.5 min");
        String most =
                body(Webhook.Format.NTFY, alert("€".repeat(5_000)).build()).getString("message");
        assertThat(most.getBytes(StandardCharsets.UTF_8)).hasSizeBetween(4_090, 4_096);
        assertThat(most).endsWith("€…");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "SLACK; 404; no_service; GONE; (no_service). Change the webhook",
                "SLACK; 410; channel_is_archived; GONE; (channel_is_archived)",
                "SLACK; 400; invalid_payload; FAILED; 400 (invalid_payload)",
                "SLACK; 404; <html>/services/a-token</html>; FAILED; answered 404",
                "TEAMS; 404; {\"error\":{\"code\":\"WorkflowNotFound\",\"message\":\"a-token\"}}; GONE; (WorkflowNotFound)",
                "TEAMS; 401; {\"error\":\"another\"}; FAILED; answered 401",
                "DISCORD; 404; {\"message\": \"Unknown Webhook\", \"code\": 10015}; GONE; (Unknown Webhook)",
                "DISCORD; 404; {\"message\": \"Not\\u202e\\nFound\", \"code\": 0}; FAILED; (Not Found)",
                "NTFY; 403; {\"code\":40301,\"http\":403,\"error\":\"forbidden\"}; FAILED; (forbidden)",
                "NTFY; 502; [; FAILED; answered 502"
            })
    void aRefusalIsInTheServicesWordsAndAGoneWebhookIsNotTriedAgain(
            Webhook.Format format, int status, String answer, AttemptResult.ResultKind kind, String reason)
            throws Exception {
        server.always = Optional.of(ChatServer.Reply.of(status, answer));
        AttemptResult result = post(format, alert("x").build());
        assertThat(result.kind()).isEqualTo(kind);
        assertThat(result.status()).isEqualTo(status);
        assertThat(result.reason()).contains(reason).doesNotContain("a-token").doesNotContain("another");
    }

    @ParameterizedTest
    @CsvSource({
        "SLACK, Retry-After, 30, 30000",
        "TEAMS, Retry-After, 17, 17000",
        "DISCORD, Retry-After, 0.65, 650",
        "DISCORD, X-RateLimit-Reset-After, 1.2, 1200",
        "NTFY, Retry-After, 5, 5000"
    })
    void aServiceThatIsAskedTooOftenIsLeftInPeace(Webhook.Format format, String header, String value, long ms)
            throws Exception {
        server.always =
                Optional.of(new ChatServer.Reply(429, "{\"message\":\"slow\",\"code\":0}", Map.of(header, value)));
        AttemptResult result = post(format, alert("x").build());
        assertThat(result.kind()).isEqualTo(AttemptResult.ResultKind.FAILED);
        assertThat(result.retryAfterMs()).isEqualTo(ms);
    }

    @ParameterizedTest
    @EnumSource(
            value = Webhook.Format.class,
            names = {"SLACK", "TEAMS", "DISCORD", "NTFY"})
    void aTestSaysThatItIsOne(Webhook.Format format) throws Exception {
        Webhook webhook = webhook(format);
        assertThat(post(webhook, WebhookEvent.test(webhook, PAGE)).kind())
                .isEqualTo(AttemptResult.ResultKind.DELIVERED);
        assertThat(server.taken.get(0).body().encode())
                .contains("Test from Segwatch", "No alert has opened")
                .doesNotContain("Alert opened");
    }

    private static Alert.Builder alert(String reason) {
        return Alert.newBuilder()
                .setId("alert-1")
                .setRule("desk")
                .setRuleName("Front door")
                .setCamera("door")
                .setZone("gate")
                .setState(Alert.State.OPEN)
                .setAtMs(1_764_000_000_000L)
                .setReason(reason);
    }

    private Webhook webhook(Webhook.Format format) {
        return Webhook.newBuilder()
                .setId("chat")
                .setUrl(server.url(PATHS.get(format)))
                .setFormat(format)
                .build();
    }

    private JsonObject body(Webhook.Format format, Alert alert) throws Exception {
        server.taken.clear();
        assertThat(post(format, alert).kind()).isEqualTo(AttemptResult.ResultKind.DELIVERED);
        return server.taken.get(server.taken.size() - 1).body();
    }

    private AttemptResult post(Webhook.Format format, Alert alert) throws Exception {
        return post(webhook(format), WebhookEvent.of(alert, webhook(format), "", ChatMessage.About.of(alert, PAGE)));
    }

    private AttemptResult post(Webhook webhook, WebhookEvent event) throws Exception {
        try (WebhookClient client =
                DeliverySetup.client(vertx, webhook, new Secrets(folder.resolve("secrets")), DeliverySetup.config())) {
            return client.post(event).toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
        }
    }
}
