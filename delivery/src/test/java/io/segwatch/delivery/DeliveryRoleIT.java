package io.segwatch.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.google.protobuf.MessageLite;
import io.prometheus.client.Collector;
import io.prometheus.client.CollectorRegistry;
import io.segwatch.broker.EmbeddedBroker;
import io.segwatch.config.Configuration;
import io.segwatch.contracts.EventIds;
import io.segwatch.contracts.Topic;
import io.segwatch.delivery.Receiver.Answer;
import io.segwatch.kafka.Kafka;
import io.segwatch.kafka.WholeTopic;
import io.segwatch.secrets.Secrets;
import io.segwatch.v1.Alert;
import io.segwatch.v1.DeadLetter;
import io.segwatch.v1.Webhook;
import io.segwatch.v1.WebhookReplay;
import io.segwatch.v1.WebhookStatus;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class DeliveryRoleIT {
    private static final String SECRET = "whsec_"
            + Base64.getEncoder().encodeToString("nobody may ever see this one".getBytes(StandardCharsets.UTF_8));
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    @TempDir
    static Path folder;

    private static EmbeddedBroker broker;
    private static Kafka kafka;
    private static Producer<String, byte[]> producer;
    private static Path secretsFile;
    private static int tests;

    private final List<DeliveryRole> roles = new ArrayList<>();
    private Receiver receiver;
    private String hook;

    @BeforeAll
    static void startBroker() throws Exception {
        broker = EmbeddedBroker.start(folder.resolve("broker"), 0);
        kafka = Kafka.local(broker.bootstrapServers(), 3);
        kafka.createTopics();
        producer = kafka.producer("test");
        secretsFile = folder.resolve("secrets.properties");
    }

    @AfterAll
    static void stopBroker() {
        producer.close();
        broker.close();
    }

    @BeforeEach
    void startReceiver() throws Exception {
        hook = "hook-" + ++tests;
        new Secrets(secretsFile).put(hook, Secrets.Secret.of(SECRET));
        receiver = new Receiver(SECRET);
    }

    @AfterEach
    void stop() {
        send(Topic.WEBHOOKS, hook, null);
        roles.forEach(DeliveryRole::close);
        receiver.close();
        assertThat(receiver.unverified).isEmpty();
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
        new Secrets(secretsFile).put(hook, Secrets.Secret.of(next));

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
        new Secrets(secretsFile).put(second, Secrets.Secret.of(SECRET));
        try (Receiver other = new Receiver(SECRET)) {
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
        assertThat(status().getReason()).contains("secrets-file");
        assertThat(receiver.posts).isEmpty();

        new Secrets(secretsFile).put(hook, Secrets.Secret.of(SECRET));
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

    @Test
    void stoppedAndStartedAgainItLosesNothingAndRepeatsNothingThatWasTaken() throws Exception {
        define(webhook().build());
        AtomicBoolean refuse = new AtomicBoolean(true);
        receiver.behaviour = post -> post.rule().equals("stuck") && refuse.get() ? Answer.of(500) : Answer.OK;
        int sent = 0;
        for (int round = 0; round < 4; round++) {
            DeliveryRole role = DeliveryRole.start(kafka, config(), new Secrets(secretsFile));
            for (int i = 0; i < 25; i++, sent++) {
                send(Topic.ALERTS, "door", alert("door", "stuck", sent));
                send(Topic.ALERTS, "door", alert("door", "fine", sent));
            }
            int least = sent - 20;
            await().atMost(PATIENCE).until(() -> receiver.numbersTaken("fine").size() >= least);
            role.close();
        }
        refuse.set(false);
        start();

        await().atMost(PATIENCE).until(() -> receiver.taken().size() >= 200);
        assertThat(receiver.numbersTaken("fine")).isEqualTo(upTo(100));
        assertThat(receiver.numbersTaken("stuck")).isEqualTo(upTo(100));
    }

    @Test
    void killedAgainAndAgainItLosesNothingAndKeepsTheOrder() throws Exception {
        define(webhook().build());
        receiver.behaviour = post -> post.number() % 7 == 3 && Math.random() < 0.3 ? Answer.of(500) : Answer.OK;
        int sent = 0;
        for (int round = 0; round < 3; round++) {
            try (DeliveryProcess process = DeliveryProcess.start(kafka, secretsFile)) {
                for (int i = 0; i < 60; i++, sent++) {
                    send(Topic.ALERTS, "door", alert("door", "rule-" + i % 3, sent));
                }
                int least = sent - 40;
                await().atMost(PATIENCE).until(() -> new HashSet<>(ids()).size() >= least);
                assertThat(process.isAlive()).isTrue();
            }
        }
        start();

        await().atMost(PATIENCE).until(() -> new HashSet<>(ids()).size() == 180);
        for (int rule = 0; rule < 3; rule++) {
            List<Integer> firstTimes =
                    receiver.numbersTaken("rule-" + rule).stream().distinct().toList();
            assertThat(firstTimes)
                    .as("rule %d, repeats left out", rule)
                    .isSorted()
                    .hasSize(60);
        }
    }

    @Test
    void twoProcessesShareTheWorkAndOneGoesOnAlone() throws Exception {
        define(webhook().build());
        DeliveryRole first = DeliveryRole.start(kafka, config(), new Secrets(secretsFile));
        start();
        for (int i = 0; i < 60; i++) {
            String camera = "camera-" + i % 6;
            send(Topic.ALERTS, camera, alert(camera, camera, i));
        }
        await().atMost(PATIENCE).until(() -> new HashSet<>(ids()).size() == 60);
        first.close();
        for (int i = 60; i < 120; i++) {
            String camera = "camera-" + i % 6;
            send(Topic.ALERTS, camera, alert(camera, camera, i));
        }
        await().atMost(PATIENCE).until(() -> new HashSet<>(ids()).size() == 120);
    }

    @Test
    void whatIsNotCommittedIsNotPosted() throws Exception {
        start();
        define(webhook().build());
        try (Producer<String, byte[]> transactional =
                kafka.producer("test-tx", Map.of(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "test-" + hook))) {
            transactional.initTransactions();
            transactional.beginTransaction();
            transactional.send(record(alert("door", "a", 1))).get();
            transactional.abortTransaction();
            transactional.beginTransaction();
            transactional.send(record(alert("door", "a", 2))).get();
            transactional.commitTransaction();
        }
        await().atMost(PATIENCE).until(() -> !receiver.taken().isEmpty());
        assertThat(receiver.posts).extracting(Receiver.Post::number).containsExactly(2);
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

    private void start() throws InterruptedException {
        roles.add(DeliveryRole.start(kafka, config(), new Secrets(secretsFile)));
    }

    private void startAndGiveUpAfter(int attempts) throws InterruptedException {
        roles.add(DeliveryRole.start(kafka, config(attempts, List.of("127.0.0.0/8")), new Secrets(secretsFile)));
    }

    /** So many attempts that none is given up before a test's end. */
    static DeliveryConfig config() {
        return config(50, List.of("127.0.0.0/8"));
    }

    private static DeliveryConfig config(int attempts, List<String> privateTargets) {
        return config(attempts, privateTargets, Duration.ofSeconds(60));
    }

    private static DeliveryConfig config(int attempts, List<String> privateTargets, Duration timeout) {
        return Configuration.of(Map.of(
                        "segwatch.delivery.instance", "test",
                        "segwatch.delivery.max-webhooks", "10",
                        "segwatch.delivery.max-waiting", "10000",
                        "segwatch.delivery.attempts", Integer.toString(attempts),
                        "segwatch.delivery.timeout", timeout.toSeconds() + "s",
                        "segwatch.delivery.retry-first", "100ms",
                        "segwatch.delivery.retry-most", "1s",
                        "segwatch.delivery.private-targets", String.join(",", privateTargets)))
                .get(DeliveryConfig.class);
    }

    private Webhook.Builder webhook() {
        return Webhook.newBuilder().setId(hook).setUrl(receiver.url()).setCreatedAtMs(1);
    }

    /** Defines it as created now, so that it is told of nothing that other tests have sent. */
    private void define(Webhook webhook) throws Exception {
        long createdAt = created == 0 ? created = nextMs() : created;
        send(
                Topic.WEBHOOKS,
                webhook.getId(),
                webhook.toBuilder().setCreatedAtMs(createdAt).build());
    }

    private long created;

    /** After every alert that has been sent. */
    private static long nextMs() {
        return eventTime = System.currentTimeMillis();
    }

    private static long eventTime =
            System.currentTimeMillis() - Duration.ofDays(5).toMillis();

    private static Alert alert(String camera, String rule, int number) {
        return Alert.newBuilder()
                .setId("alert" + number)
                .setCamera(camera)
                .setRule(rule)
                .setState(Alert.State.OPEN)
                .setAtMs(eventTime + number + 1)
                .setOpenedAtMs(eventTime + number)
                .setReason("person covers 7 % of the door")
                .build();
    }

    private static ProducerRecord<String, byte[]> record(Alert alert) {
        return new ProducerRecord<>(Topic.ALERTS.topicName(), alert.getCamera(), alert.toByteArray());
    }

    private static <T extends MessageLite> void send(Topic<T> topic, String key, T value) {
        if (value instanceof Alert alert) {
            producer.send(record(alert));
        } else if (value == null) {
            Kafka.sender(topic, producer, "test").delete(key);
        } else {
            Kafka.sender(topic, producer, "test").send(key, value);
        }
        producer.flush();
    }

    private void replay(WebhookReplay.Source source) {
        send(
                Topic.WEBHOOK_REPLAYS,
                hook,
                WebhookReplay.newBuilder()
                        .setId("again-" + hook)
                        .setWebhook(hook)
                        .setSource(source)
                        .setFromMs(eventTime)
                        .setToMs(System.currentTimeMillis() + 60_000)
                        .build());
    }

    private List<String> ids() {
        return receiver.taken().stream().map(Receiver.Post::id).toList();
    }

    private static List<Integer> upTo(int end) {
        return IntStream.range(0, end).boxed().toList();
    }

    private double metric(String name, String result) {
        Double value = CollectorRegistry.defaultRegistry.getSampleValue(
                name, new String[] {"webhook", "outcome"}, new String[] {hook, result});
        return value == null ? 0 : value;
    }

    private WebhookStatus status() {
        return WholeTopic.read(kafka, Topic.WEBHOOK_STATUS).stream()
                .filter(record -> record.key().equals(hook + "/test") && record.value() != null)
                .reduce((older, newer) -> newer)
                .map(record -> Topic.WEBHOOK_STATUS.parse(record.value()))
                .orElse(WebhookStatus.getDefaultInstance());
    }

    private List<DeadLetter> deadLetters() {
        return WholeTopic.read(kafka, Topic.DEAD_LETTER).stream()
                .map(record -> Topic.DEAD_LETTER.parse(record.value()))
                .filter(letter -> letter.getWebhook().equals(hook))
                .toList();
    }
}
