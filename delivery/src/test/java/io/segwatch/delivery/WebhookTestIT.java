package io.segwatch.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.segwatch.contracts.Topic;
import io.segwatch.kafka.WholeTopic;
import io.segwatch.secrets.Secrets;
import io.segwatch.v1.Webhook;
import io.segwatch.v1.WebhookTest;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Tests of webhooks, and alerts to a chat service, through the whole role. */
class WebhookTestIT extends DeliverySetup {
    @Test
    void anAddressThatIsNotAllowedIsKnownBeforeAnythingIsPosted() throws Exception {
        start();
        Webhook inside = webhook().setUrl("http://10.0.0.8/x").build();
        assertThat(roles.get(0).forbidden(inside))
                .hasValueSatisfying(why -> assertThat(why).contains("10.0.0.8", "segwatch.delivery.private-targets"));
        assertThat(roles.get(0).forbidden(webhook().build())).isEmpty();
    }

    @Test
    void aTestIsPostedAsAlertsAreAndCountsNowhere() throws Exception {
        start();
        Webhook webhook = define(webhook().build());
        WebhookTest test = test(webhook);
        assertThat(test.getReason()).isEmpty();
        assertThat(test.getAccepted()).isTrue();
        assertThat(test.getStatus()).isEqualTo(204);
        assertThat(receiver.taken()).singleElement().satisfies(post -> {
            assertThat(post.id()).startsWith("test-");
            assertThat(post.body().getString("type")).isEqualTo("io.segwatch.webhook-test.v1");
            assertThat(post.body().getJsonObject("data").getBoolean("test")).isTrue();
        });

        send(Topic.ALERTS, "door", alert("door", "desk", 1));
        await().atMost(PATIENCE).until(() -> status().getDelivered() == 1);
        assertThat(metric("segwatch_webhook_attempts_total", "delivered")).isEqualTo(1);
        assertThat(WholeTopic.read(kafka, Topic.ALERTS))
                .noneMatch(record -> Topic.ALERTS.parse(record.value()).getId().startsWith("test-"));
    }

    @Test
    void aTestUsesTheDefinitionThatWasJustWrittenAndSaysWhatIsWrong() throws Exception {
        start();
        define(webhook().setUrl("http://127.0.0.1:1/").build());
        Webhook changed = define(webhook().setDisabled(true).build());
        assertThat(test(changed).getStatus()).isEqualTo(204);

        WebhookTest forbidden =
                test(define(webhook().setUrl("http://[::1]:1/a-token").build()));
        assertThat(forbidden.getAccepted()).isFalse();
        assertThat(forbidden.getStatus()).isZero();
        assertThat(forbidden.getReason())
                .contains("segwatch.delivery.private-targets")
                .doesNotContain("a-token");
    }

    @Test
    void aChatServiceIsToldOfAlertsWithoutASecret() throws Exception {
        new Secrets(secretsFile).remove(hook);
        start();
        try (ChatServer server = new ChatServer()) {
            define(webhook()
                    .setFormat(Webhook.Format.DISCORD)
                    .setUrl(server.url("/api/webhooks/1/a-token"))
                    .build());
            for (int i = 0; i < 5; i++) {
                send(Topic.ALERTS, "door", alert("door", "desk", i));
            }
            await().atMost(PATIENCE).until(() -> server.taken.size() == 5);
            assertThat(server.taken)
                    .extracting(post ->
                            post.body().getJsonArray("embeds").getJsonObject(0).getString("description"))
                    .allMatch("person covers 7 % of the door"::equals);
        }
    }

    private WebhookTest test(Webhook webhook) throws Exception {
        return roles.get(0).test(webhook).toCompletableFuture().get(60, TimeUnit.SECONDS);
    }
}
