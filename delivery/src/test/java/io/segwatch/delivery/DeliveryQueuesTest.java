package io.segwatch.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.segwatch.contracts.CameraUrl;
import io.segwatch.delivery.Receiver.Answer;
import io.segwatch.delivery.chat.ChatMessage;
import io.segwatch.kafka.DeadLetters;
import io.segwatch.kafka.Kafka;
import io.segwatch.secrets.Secrets;
import io.segwatch.v1.Alert;
import io.segwatch.v1.Webhook;
import io.segwatch.v1.WebhookStatus;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Queues with a real receiver and without Kafka, so that what is read and acknowledged is the test's to see. */
class DeliveryQueuesTest {
    private static final String SECRET = "whsec_" + Base64.getEncoder().encodeToString(new byte[32]);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final TopicPartition PARTITION = new TopicPartition("alerts", 0);

    @TempDir
    Path folder;

    private final Vertx vertx = Vertx.vertx();
    private final OffsetTracker tracker = new OffsetTracker(new OffsetAndMetadata(0));
    // Nothing is dead-lettered here, so nothing is sent to this address.
    private final Producer<String, byte[]> producer =
            Kafka.local("127.0.0.1:1", Map.of(), 1).producer("test");
    private Receiver receiver;
    private WebhookClient client;
    private StatusTracker status;
    private DeliveryQueues queues;

    @BeforeEach
    void start() throws Exception {
        receiver = new Receiver(SECRET);
        Secrets secrets = new Secrets(folder.resolve("secrets"));
        secrets.put("hook", CameraUrl.parse(receiver.url()).authority(), Secrets.Secret.of(SECRET));
        DeliveryConfig config = DeliverySetup.config();
        Webhook webhook =
                Webhook.newBuilder().setId("hook").setUrl(receiver.url()).build();
        client = DeliverySetup.client(vertx, webhook, secrets, config);
        status = new StatusTracker(webhook, "test");
        queues = new DeliveryQueues(
                vertx,
                webhook,
                config,
                client,
                new DeadLetters(producer, "test"),
                status,
                alert -> ChatMessage.About.of(alert, Optional.empty()));
    }

    @AfterEach
    void stop() {
        queues.close();
        client.close();
        receiver.close();
        producer.close(Duration.ZERO);
        vertx.close();
    }

    @Test
    void anAlertIsAcknowledgedWhenTheReceiverHasTakenItAndNotBefore() {
        AtomicBoolean refuse = new AtomicBoolean(true);
        receiver.behaviour = post -> refuse.get() ? Answer.of(500) : Answer.OK;
        queues.add(List.of(live("desk", 0)));
        await().atMost(PATIENCE).until(() -> receiver.posts.size() >= 2);
        assertThat(tracker.committable().offset()).isZero();

        refuse.set(false);
        await().atMost(PATIENCE).until(() -> tracker.committable().offset() == 1);
    }

    @Test
    void recordsBeyondAQueuesRoomAreAskedForInOrderUntilTheyAreAnswered() {
        queues.add(IntStream.range(0, 300).mapToObj(i -> live("desk", i)).toList());

        while (receiver.taken().size() < 300) {
            await().atMost(PATIENCE)
                    .until(() ->
                            queues.readRequest() != null || receiver.taken().size() == 300);
            ReadRequest request = queues.readRequest();
            if (request != null) {
                assertThat(request.records()).hasSizeLessThanOrEqualTo(RuleQueue.IN_MEMORY);
                assertThat(queues.readRequest()).as("before it is answered").isSameAs(request);
                queues.addRead(request.records().stream()
                        .map(ref -> live("desk", (int) ref.offset()))
                        .toList());
            }
        }
        assertThat(receiver.numbersTaken("desk"))
                .isEqualTo(IntStream.range(0, 300).boxed().toList());
        await().atMost(PATIENCE).until(() -> tracker.committable().offset() == 300);
    }

    @Test
    void aReceiverThatIsGoneGetsNoFurtherAlertOfAnyRule() {
        receiver.behaviour = post -> Answer.of(410);
        queues.add(List.of(live("a", 0)));
        await().atMost(PATIENCE).until(() -> status.status().getState() == WebhookStatus.State.GONE);
        queues.add(List.of(live("b", 1), live("c", 2)));

        queues.awaitInFlight(delivery -> true);
        assertThat(receiver.posts).hasSize(1);
        assertThat(tracker.open()).isEqualTo(3);
    }

    @Test
    void alertsOfARevokedPartitionAreNotPostedAnyMore() {
        receiver.behaviour = post -> post.number() == 0 ? new Answer(503, Map.of("Retry-After", "1")) : Answer.OK;
        queues.add(List.of(live("a", 0)));
        await().atMost(PATIENCE).until(() -> receiver.posts.size() == 1);
        tracker.revoke();
        OffsetTracker kept = new OffsetTracker(new OffsetAndMetadata(0));
        queues.add(List.of(live("b", 1), live("c", 2, kept)));

        await().atMost(PATIENCE).until(() -> receiver.taken().size() == 1);
        assertThat(receiver.posts).extracting(post -> post.number()).containsExactly(0, 2);
    }

    @Test
    void awaitInFlightEndsWithTheAttemptThatItWaitsFor() throws Exception {
        CountDownLatch posted = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        receiver.behaviour = post -> {
            posted.countDown();
            answer.await();
            return Answer.OK;
        };
        queues.add(List.of(live("a", 0)));
        posted.await();
        queues.close();

        queues.awaitInFlight(Delivery::isRevoked);
        assertThat(tracker.open())
                .as("no attempt of a revoked partition was awaited")
                .isEqualTo(1);
        answer.countDown();
        queues.awaitInFlight(delivery -> true);
        assertThat(tracker.open()).isZero();
    }

    private Delivery live(String rule, int offset) {
        return live(rule, offset, tracker);
    }

    private static Delivery live(String rule, int offset, OffsetTracker tracker) {
        tracker.begin(offset);
        Alert alert = Alert.newBuilder()
                .setId("alert" + offset)
                .setCamera("door")
                .setRule(rule)
                .setState(Alert.State.OPEN)
                .build();
        ConsumerRecord<String, byte[]> record =
                new ConsumerRecord<>(PARTITION.topic(), PARTITION.partition(), offset, "door", alert.toByteArray());
        return Delivery.live(alert, record, new RecordRef(PARTITION, offset, tracker));
    }
}
