package io.segwatch.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.prometheus.client.Collector;
import io.prometheus.client.CollectorRegistry;
import io.segwatch.contracts.EventIds;
import io.segwatch.contracts.Topic;
import io.segwatch.delivery.Receiver.Answer;
import io.segwatch.kafka.WholeTopic;
import io.segwatch.secrets.Secrets;
import io.segwatch.v1.Alert;
import io.segwatch.v1.Webhook;
import io.segwatch.v1.WebhookStatus;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What is posted to which webhook, and what holds it back. */
class DeliveryRoleIT extends DeliverySetup {
    @Test
    void endsTheChangeThatIsUnderWayBeforeItCloses() throws Exception {
        CountDownLatch posted = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        receiver.behaviour = post -> {
            posted.countDown();
            answer.await();
            return Answer.OK;
        };
        start();
        define(webhook().build());
        send(Topic.ALERTS, "door", alert("door", "desk", 1));
        posted.await();
        send(Topic.WEBHOOKS, hook, null);
        await().atMost(PATIENCE)
                .until(() -> Thread.getAllStackTraces().entrySet().stream()
                        .anyMatch(thread -> thread.getKey().getName().equals("delivery-changes")
                                && isIn("awaitInFlight", thread.getValue())));

        Thread closing = new Thread(roles.get(0)::close);
        closing.start();

        await().atMost(PATIENCE).until(() -> !closing.isAlive() || isIn("awaitTermination", closing.getStackTrace()));
        assertThat(closing.isAlive()).isTrue();
        answer.countDown();
        closing.join();
        assertThat(receiver.taken()).hasSize(1);
    }

    private static boolean isIn(String method, StackTraceElement[] stack) {
        return Arrays.stream(stack).anyMatch(frame -> frame.getMethodName().equals(method));
    }

    @Test
    void anAlertIsPostedAsASignedCloudEvent() throws Exception {
        start();
        define(webhook().setUrl(receiver.url() + "/structured?a=b%20c").build());
        Alert alert = alert("door", "desk", 1);

        send(Topic.ALERTS, "door", alert);

        await().atMost(PATIENCE).until(() -> receiver.taken().size() == 1);
        Receiver.Post post = receiver.taken().get(0);
        assertThat(post.headers())
                .containsEntry("content-type", "application/cloudevents+json")
                .containsEntry("webhook-id", EventIds.of(alert))
                .containsEntry("user-agent", "Segwatch");
        assertThat(post.body().getMap())
                .containsEntry("specversion", "1.0")
                .containsEntry("id", EventIds.of(alert))
                .containsEntry("type", "io.segwatch.alerts.v1")
                .containsEntry("source", "/segwatch/topology")
                .containsEntry("subject", "door/desk")
                .doesNotContainKey("replay");
        assertThat(post.alert().getString("reason")).isEqualTo("person covers 7 % of the door");
        assertThat(post.alert().getString("atMs")).isEqualTo(Long.toString(alert.getAtMs()));
    }

    @Test
    void whileASecretIsReplacedBothTheOldAndTheNewOneVerify() throws Exception {
        String next = "whsec_" + Base64.getEncoder().encodeToString("the-next-secret-of-this-hook".getBytes());
        start();
        define(webhook().build());
        putSecret(hook, receiver.url(), next);

        send(Topic.ALERTS, "door", alert("door", "desk", 1));
        await().atMost(PATIENCE).until(() -> receiver.taken().size() == 1);

        try (Receiver renewed = new Receiver(next)) {
            define(webhook().setUrl(renewed.url()).build());
            AtomicInteger number = new AtomicInteger(1);
            // The first ones may still go to the old address.
            await().atMost(PATIENCE).until(() -> {
                send(Topic.ALERTS, "door", alert("door", "desk", number.incrementAndGet()));
                return !renewed.taken().isEmpty();
            });
            assertThat(renewed.unverified).isEmpty();
        }
    }

    @Test
    void inBinaryFormatTheAttributesAreHeaders() throws Exception {
        start();
        define(webhook().setFormat(Webhook.Format.BINARY).build());
        Alert alert = alert("door", "desk", 1);

        send(Topic.ALERTS, "door", alert);

        await().atMost(PATIENCE).until(() -> receiver.taken().size() == 1);
        Receiver.Post post = receiver.taken().get(0);
        assertThat(post.headers())
                .containsEntry("content-type", "application/json")
                .containsEntry("ce-specversion", "1.0")
                .containsEntry("ce-id", EventIds.of(alert))
                .containsEntry("ce-type", "io.segwatch.alerts.v1");
        assertThat(post.body().getString("rule")).isEqualTo("desk");
    }

    @Test
    void onlyTheRulesCamerasAndStatesThatItNamesArePosted() throws Exception {
        start();
        define(webhook()
                .addRules("a")
                .addCameras("door")
                .addStates(Alert.State.OPEN)
                .build());
        send(Topic.ALERTS, "door", alert("door", "b", 1));
        send(Topic.ALERTS, "gate", alert("gate", "a", 2));
        send(
                Topic.ALERTS,
                "door",
                alert("door", "a", 3).toBuilder().setState(Alert.State.CLOSE).build());
        producer.send(new ProducerRecord<>(Topic.ALERTS.topicName(), "door", new byte[] {1, 2, 3}));
        send(Topic.ALERTS, "door", alert("door", "a", 4));

        await().atMost(PATIENCE).until(() -> !receiver.taken().isEmpty());
        assertThat(receiver.posts).extracting(Receiver.Post::number).containsExactly(4);
        await().atMost(PATIENCE).until(() -> status().getBacklog() == 0);
    }

    @Test
    void aReceiverThatIsGoneIsLeftAloneUntilTheWebhookIsChanged() throws Exception {
        start();
        receiver.behaviour = post -> Answer.of(410);
        define(webhook().build());
        send(Topic.ALERTS, "door", alert("door", "a", 1));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(status().getState()).isEqualTo(WebhookStatus.State.GONE));
        send(Topic.ALERTS, "door", alert("door", "b", 2));
        await().atMost(PATIENCE).until(() -> status().getBacklog() == 2);
        assertThat(receiver.posts).hasSize(1);

        receiver.behaviour = post -> Answer.OK;
        define(webhook().setName("It is back").build());
        await().atMost(PATIENCE).until(() -> receiver.taken().size() == 2);
    }

    @Test
    void aWebhookThatIsOffCatchesUpWhenItIsOnAgain() throws Exception {
        start();
        define(webhook().setDisabled(true).build());
        send(Topic.ALERTS, "door", alert("door", "a", 1));
        await().atMost(PATIENCE).until(() -> status().getBacklog() == 1);
        assertThat(status().getState()).isEqualTo(WebhookStatus.State.DISABLED);
        assertThat(receiver.posts).isEmpty();

        define(webhook().build());
        await().atMost(PATIENCE).until(() -> receiver.taken().size() == 1);
    }

    @Test
    void withoutASecretNothingIsPostedAndNothingIsLost() throws Exception {
        new Secrets(secretsFile).remove(hook);
        start();
        define(webhook().build());
        send(Topic.ALERTS, "door", alert("door", "a", 1));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(status().getState()).isEqualTo(WebhookStatus.State.BLOCKED));
        assertThat(status().getReason()).contains("There is no secret for " + hook, "webhook rotate");
        assertThat(receiver.posts).isEmpty();

        putSecret(hook, receiver.url(), SECRET);
        await().atMost(PATIENCE).until(() -> receiver.taken().size() == 1);
    }

    @Test
    void aPrivateTargetIsNotEvenConnectedTo() throws Exception {
        roles.add(DeliveryRole.start(kafka, config(50, List.of()), new Secrets(secretsFile)));
        define(webhook()
                .setUrl(receiver.url().replace("127.0.0.1", "localhost"))
                .build());
        send(Topic.ALERTS, "door", alert("door", "a", 1));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(status().getState()).isEqualTo(WebhookStatus.State.BLOCKED));
        assertThat(status().getReason()).contains("127.0.0.1").contains("segwatch.delivery.private-targets");
        assertThat(receiver.posts).isEmpty();
    }

    @Test
    void theSecretIsInNoLogNoTopicAndNoMetric() throws Exception {
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.list = Collections.synchronizedList(log.list);
        log.start();
        Level before = root.getLevel();
        root.addAppender(log);
        Logger ours = (Logger) LoggerFactory.getLogger("io.segwatch");
        ours.setLevel(Level.TRACE);
        try {
            startAndGiveUpAfter(4);
            define(webhook().build());
            receiver.behaviour = post -> post.number() == 1 ? Answer.of(500) : Answer.OK;
            send(Topic.ALERTS, "door", alert("door", "a", 1));
            await().atMost(PATIENCE).until(() -> !deadLetters().isEmpty());
            send(Topic.ALERTS, "door", alert("door", "a", 2));
            await().atMost(PATIENCE).until(() -> !receiver.taken().isEmpty());
            await().atMost(PATIENCE).until(() -> status().getDelivered() == 1);
        } finally {
            root.detachAppender(log);
            ours.setLevel(Level.INFO);
            root.setLevel(before);
        }
        List<String> forbidden = List.of(SECRET.substring(6), "nobody may ever see this one");
        StringBuilder everything = new StringBuilder();
        synchronized (log.list) {
            log.list.forEach(
                    event -> everything.append(event.getFormattedMessage()).append('\n'));
        }
        assertThat(everything).contains("answered 500");
        for (Topic<?> topic : Topic.all()) {
            for (ConsumerRecord<String, byte[]> record : WholeTopic.read(kafka, topic)) {
                everything.append(record.key()).append(' ').append(record.headers());
                if (record.value() != null) {
                    everything
                            .append(new String(record.value(), StandardCharsets.ISO_8859_1))
                            .append('\n');
                }
            }
        }
        for (Collector.MetricFamilySamples family :
                Collections.list(CollectorRegistry.defaultRegistry.metricFamilySamples())) {
            everything.append(family);
        }
        assertThat(everything).contains("segwatch_webhook_attempts", receiver.url());
        forbidden.forEach(text -> assertThat(everything.indexOf(text)).isEqualTo(-1));
        assertThat(Files.readString(secretsFile)).contains(SECRET.substring(6, 30));
    }

    @Test
    void aWebhookThatIsRemovedIsPostedNothingAndLeavesNoMetric() throws Exception {
        start();
        define(webhook().build());
        send(Topic.ALERTS, "door", alert("door", "a", 1));
        await().atMost(PATIENCE).until(() -> receiver.taken().size() == 1);
        await().atMost(PATIENCE).until(() -> metric("segwatch_webhook_attempts_total", "delivered") == 1);

        send(Topic.WEBHOOKS, hook, null);
        await().atMost(PATIENCE).until(() -> metric("segwatch_webhook_attempts_total", "delivered") == 0);
        send(Topic.ALERTS, "door", alert("door", "a", 2));
        await().atMost(PATIENCE)
                .until(() -> WholeTopic.read(kafka, Topic.WEBHOOK_STATUS).stream()
                        .filter(record -> record.key().startsWith(hook + "/"))
                        .reduce((older, newer) -> newer)
                        .filter(record -> record.value() == null)
                        .isPresent());
        assertThat(receiver.posts).hasSize(1);
    }

    @Test
    void aWebhookWhoseAlertsCannotBeReadSaysWhyAndMakesTheRoleUnhealthy() throws Exception {
        start();
        Webhook webhook = define(webhook().build());
        // A member that cannot agree with ours on how partitions are assigned.
        try (KafkaConsumer<String, byte[]> intruder = kafka.consumer(
                "intruder",
                "segwatch-delivery-" + hook + "-" + (webhook.getCreatedAtMs() + 1),
                Map.of("partition.assignment.strategy", RangeAssignor.class.getName()))) {
            intruder.subscribe(List.of(Topic.ALERTS.topicName()));
            await().atMost(PATIENCE).until(() -> {
                intruder.poll(Duration.ofMillis(100));
                return !intruder.assignment().isEmpty();
            });
            assertThat(roles.get(0).alive()).isTrue();

            send(
                    Topic.WEBHOOKS,
                    hook,
                    webhook.toBuilder()
                            .setCreatedAtMs(webhook.getCreatedAtMs() + 1)
                            .build());

            await().atMost(PATIENCE).until(() -> {
                intruder.poll(Duration.ofMillis(100));
                return !roles.get(0).alive();
            });
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(status().getState()).isEqualTo(WebhookStatus.State.BLOCKED));
            assertThat(status().getReason()).startsWith("Alerts cannot be read from Kafka: ");
        }
    }
}
