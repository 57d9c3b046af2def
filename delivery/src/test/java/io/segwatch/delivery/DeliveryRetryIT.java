package io.segwatch.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.segwatch.contracts.EventIds;
import io.segwatch.contracts.Topic;
import io.segwatch.delivery.Receiver.Answer;
import io.segwatch.secrets.Secrets;
import io.segwatch.v1.Alert;
import io.segwatch.v1.DeadLetter;
import io.segwatch.v1.WebhookReplay;
import io.segwatch.v1.WebhookStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What happens to alerts that a receiver does not take. */
class DeliveryRetryIT extends DeliverySetup {
    @Test
    void aRuleThatIsStuckWaitsAloneAndEveryRuleKeepsItsOrder() throws Exception {
        start();
        define(webhook().build());
        AtomicBoolean refuse = new AtomicBoolean(true);
        receiver.behaviour = post -> post.rule().equals("stuck") && refuse.get() ? Answer.of(500) : Answer.OK;
        for (int i = 0; i < 20; i++) {
            send(Topic.ALERTS, "door", alert("door", "stuck", i));
            send(Topic.ALERTS, "door", alert("door", "fine", i));
            send(Topic.ALERTS, "gate", alert("gate", "other", i));
        }

        await().atMost(PATIENCE).until(() -> receiver.taken().size() == 40);
        assertThat(receiver.numbersTaken("fine")).isEqualTo(upTo(20));
        assertThat(receiver.numbersTaken("other")).isEqualTo(upTo(20));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(status().getState()).isEqualTo(WebhookStatus.State.RETRYING));
        assertThat(status().getReason()).contains("answered 500");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(status().getNextAttemptMs()).isPositive());

        refuse.set(false);
        await().atMost(PATIENCE).until(() -> receiver.taken().size() == 60);
        assertThat(receiver.numbersTaken("stuck")).isEqualTo(upTo(20));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(status().getState()).isEqualTo(WebhookStatus.State.WORKING));
        assertThat(status().getLastSuccessMs()).isPositive();
    }

    @Test
    void moreThanFitsInMemoryBehindAStuckRuleStillComesInOrder() throws Exception {
        start();
        define(webhook().build());
        AtomicBoolean refuse = new AtomicBoolean(true);
        receiver.behaviour = post -> post.rule().equals("stuck") && refuse.get() ? Answer.of(503) : Answer.OK;
        for (int i = 0; i < 500; i++) {
            String camera = "camera-" + i % 4;
            send(Topic.ALERTS, camera, alert(camera, "stuck", i));
        }
        send(Topic.ALERTS, "door", alert("door", "fine", 1));
        await().atMost(PATIENCE).until(() -> receiver.taken().size() == 1);
        await().atMost(PATIENCE).until(() -> status().getBacklog() == 500);

        refuse.set(false);
        await().atMost(PATIENCE).until(() -> receiver.taken().size() == 501);
        for (int camera = 0; camera < 4; camera++) {
            int one = camera;
            assertThat(receiver.numbersTaken("stuck").stream().filter(number -> number % 4 == one))
                    .isSorted()
                    .hasSize(125);
        }
    }

    @Test
    void aWebhookWhoseReceiverHangsHoldsUpNoOther() throws Exception {
        roles.add(DeliveryRole.start(
                kafka, config(50, List.of("127.0.0.0/8"), Duration.ofSeconds(2)), new Secrets(secretsFile)));
        receiver.behaviour = post -> {
            Thread.sleep(600_000);
            return Answer.OK;
        };
        define(webhook().build());
        String second = hook + "-b";
        try (Receiver other = new Receiver(SECRET)) {
            putSecret(second, other.url(), SECRET);
            define(webhook().setId(second).setUrl(other.url()).build());
            for (int i = 0; i < 10; i++) {
                send(Topic.ALERTS, "door", alert("door", "desk", i));
            }
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(other.taken().stream()
                                    .map(Receiver.Post::number)
                                    .distinct())
                            .containsExactlyElementsOf(upTo(10)));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(status().getLastFailure()).contains("did not answer within"));
            assertThat(receiver.taken()).isEmpty();
        } finally {
            send(Topic.WEBHOOKS, second, null);
        }
    }

    @Test
    void aSilentPathTakesNoConnectionFromOtherWebhooksOnItsHost() throws Exception {
        roles.add(DeliveryRole.start(
                kafka, config(50, List.of("127.0.0.0/8"), Duration.ofSeconds(2)), new Secrets(secretsFile)));
        receiver.behaviour = post -> {
            if (post.path().equals("/hook/silent")) {
                Thread.sleep(600_000);
            }
            return Answer.OK;
        };
        define(webhook().setUrl(receiver.url() + "/silent").build());
        for (int rule = 0; rule < 8; rule++) {
            send(Topic.ALERTS, "door", alert("door", "rule-" + rule, 0));
        }
        await().atMost(PATIENCE).until(() -> metric("segwatch_webhook_attempts_total", "failed") > 0);

        List<String> good = IntStream.range(0, 6).mapToObj(i -> hook + "-" + i).toList();
        try {
            for (String id : good) {
                putSecret(id, receiver.url(), SECRET);
                define(webhook().setId(id).setUrl(receiver.url() + "/" + id).build());
            }
            for (int number = 1; number <= 10; number++) {
                for (int rule = 0; rule < 8; rule++) {
                    send(Topic.ALERTS, "door", alert("door", "rule-" + rule, number));
                }
            }
            await().atMost(PATIENCE).until(() -> receiver.taken().size() >= good.size() * 88);
            for (String id : good) {
                for (int rule = 0; rule < 8; rule++) {
                    String name = "rule-" + rule;
                    assertThat(receiver.taken().stream()
                                    .filter(post -> post.path().endsWith(id)
                                            && post.rule().equals(name))
                                    .map(Receiver.Post::number))
                            .isEqualTo(upTo(11));
                }
                assertThat(metric(id, "segwatch_webhook_attempts_total", "failed"))
                        .isZero();
            }
        } finally {
            good.forEach(id -> send(Topic.WEBHOOKS, id, null));
        }
    }

    @Test
    void retryAfterIsHonouredByEveryRule() throws Exception {
        start();
        define(webhook().build());
        AtomicBoolean first = new AtomicBoolean(true);
        receiver.behaviour = post -> first.getAndSet(false) ? new Answer(429, Map.of("Retry-After", "2")) : Answer.OK;
        send(Topic.ALERTS, "door", alert("door", "a", 1));
        await().atMost(PATIENCE).until(() -> receiver.posts.size() == 1);
        // Time for the answer to arrive.
        await().atMost(PATIENCE).until(() -> metric("segwatch_webhook_attempts_total", "failed") == 1);
        send(Topic.ALERTS, "gate", alert("gate", "b", 2));

        await().atMost(PATIENCE).until(() -> receiver.taken().size() == 2);
        long refusedAt = receiver.posts.get(0).atMs();
        assertThat(receiver.taken())
                .allSatisfy(post -> assertThat(post.atMs() - refusedAt).isGreaterThanOrEqualTo(1_900));
    }

    @Test
    void whatIsNeverTakenGoesToDeadLetterAndCanBeReplayed() throws Exception {
        startAndGiveUpAfter(4);
        define(webhook().build());
        receiver.behaviour = post -> post.number() == 2 ? Answer.of(500) : Answer.OK;
        for (int i = 1; i <= 3; i++) {
            send(Topic.ALERTS, "door", alert("door", "desk", i));
        }

        await().atMost(PATIENCE).until(() -> receiver.numbersTaken("desk").equals(List.of(1, 3)));
        assertThat(receiver.posts.stream().filter(post -> post.number() == 2)).hasSize(4);
        List<DeadLetter> letters = deadLetters();
        assertThat(letters).hasSize(1);
        assertThat(letters.get(0).getReason())
                .contains(hook)
                .contains("4 attempts")
                .contains("answered 500");
        assertThat(letters.get(0).getTopic()).isEqualTo("segwatch.alerts");
        assertThat(Alert.parseFrom(letters.get(0).getValue())).isEqualTo(alert("door", "desk", 2));
        await().atMost(PATIENCE).until(() -> status().getDeadLettered() == 1);

        receiver.behaviour = post -> Answer.OK;
        replay(WebhookReplay.Source.DEAD_LETTER);
        await().atMost(PATIENCE).until(() -> receiver.numbersTaken("desk").equals(List.of(1, 3, 2)));
        Receiver.Post replayed = receiver.taken().get(2);
        assertThat(replayed.id()).isEqualTo(EventIds.of(alert("door", "desk", 2)));
        assertThat(replayed.body().getString("replay")).isEqualTo("again-" + hook);
    }

    @Test
    void aReplayOfTheAlertsTopicPostsThemAgainInOrderUnderTheirOldIds() throws Exception {
        start();
        define(webhook().addRules("replayed").build());
        for (int i = 0; i < 400; i++) {
            send(Topic.ALERTS, "door", alert("door", i % 2 == 0 ? "replayed" : "another", i));
        }
        await().atMost(PATIENCE).until(() -> receiver.taken().size() == 200);

        replay(WebhookReplay.Source.ALERTS);

        await().atMost(PATIENCE).until(() -> receiver.taken().size() == 400);
        List<String> ids = receiver.taken().stream().map(Receiver.Post::id).toList();
        assertThat(ids.subList(200, 400)).isEqualTo(ids.subList(0, 200));
        await().atMost(PATIENCE).until(() -> status().getReplaying() == 0);
    }

    @Test
    void redirectsAreNotFollowed() throws Exception {
        startAndGiveUpAfter(4);
        receiver.behaviour = post -> new Answer(307, Map.of("Location", receiver.url() + "/elsewhere"));
        define(webhook().build());
        send(Topic.ALERTS, "door", alert("door", "a", 1));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(status().getLastFailure()).contains("redirects are not followed"));
        await().atMost(PATIENCE).until(() -> !deadLetters().isEmpty());
        assertThat(receiver.posts).hasSize(4);
    }
}
