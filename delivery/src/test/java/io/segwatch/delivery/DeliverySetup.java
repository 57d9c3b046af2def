package io.segwatch.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.MessageLite;
import io.prometheus.client.CollectorRegistry;
import io.segwatch.config.Configuration;
import io.segwatch.contracts.CameraUrl;
import io.segwatch.contracts.Topic;
import io.segwatch.contracts.WebhookUrl;
import io.segwatch.kafka.Kafka;
import io.segwatch.kafka.TestKafka;
import io.segwatch.kafka.WholeTopic;
import io.segwatch.secrets.Secrets;
import io.segwatch.v1.Alert;
import io.segwatch.v1.DeadLetter;
import io.segwatch.v1.Webhook;
import io.segwatch.v1.WebhookReplay;
import io.segwatch.v1.WebhookStatus;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A broker, a receiver and a webhook of its own for each test, with the role to be started. */
abstract class DeliverySetup {
    static final String SECRET = "whsec_"
            + Base64.getEncoder().encodeToString("nobody may ever see this one".getBytes(StandardCharsets.UTF_8));
    static final Duration PATIENCE = Duration.ofSeconds(120);

    @RegisterExtension
    static final TestKafka KAFKA = new TestKafka(3);

    @TempDir
    static Path folder;

    static Kafka kafka;
    static Producer<String, byte[]> producer;
    static Path secretsFile;
    private static int tests;

    final List<DeliveryRole> roles = new ArrayList<>();
    Receiver receiver;
    String hook;

    @BeforeAll
    static void startBroker() throws Exception {
        kafka = KAFKA.kafka();
        producer = KAFKA.producer();
        secretsFile = folder.resolve("secrets.properties");
    }

    @BeforeEach
    void startReceiver() throws Exception {
        hook = "hook-" + ++tests;
        receiver = new Receiver(SECRET);
        putSecret(hook, receiver.url(), SECRET);
    }

    @AfterEach
    void stop() {
        send(Topic.WEBHOOKS, hook, null);
        roles.forEach(DeliveryRole::close);
        receiver.close();
        assertThat(receiver.unverified).isEmpty();
    }

    static void putSecret(String id, String url, String secret) throws IOException {
        new Secrets(secretsFile).put(id, CameraUrl.parse(url).authority(), Secrets.Secret.of(secret));
    }

    void start() throws InterruptedException {
        roles.add(DeliveryRole.start(kafka, config(), new Secrets(secretsFile)));
    }

    void startAndGiveUpAfter(int attempts) throws InterruptedException {
        roles.add(DeliveryRole.start(kafka, config(attempts, List.of("127.0.0.0/8")), new Secrets(secretsFile)));
    }

    /** So many attempts that none is given up before a test's end. */
    static DeliveryConfig config() {
        return config(50, List.of("127.0.0.0/8"));
    }

    static DeliveryConfig config(int attempts, List<String> privateTargets) {
        return config(attempts, privateTargets, Duration.ofSeconds(60));
    }

    static DeliveryConfig config(int attempts, List<String> privateTargets, Duration timeout) {
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

    /** A client for addresses that the configuration allows. */
    static WebhookClient client(Vertx vertx, Webhook webhook, Secrets secrets, DeliveryConfig config) {
        EgressPolicy egress = new EgressPolicy(config.privateTargets().orElseThrow());
        return new WebhookClient(vertx, webhook, secrets, egress, ReceiverTrust.of(config.caPath()), config);
    }

    Webhook.Builder webhook() {
        return Webhook.newBuilder().setId(hook).setUrl(receiver.url()).setCreatedAtMs(1);
    }

    /** Defines it as created now, so that nothing is posted to it that other tests have sent. */
    Webhook define(Webhook webhook) throws Exception {
        long createdAt = created == 0 ? created = nextMs() : created;
        // As the API does with an address.
        WebhookUrl url = WebhookUrl.parse(webhook.getUrl(), webhook.getFormat());
        new Secrets(secretsFile).move(webhook.getId(), url.address().authority(), url.secrets());
        Webhook defined = webhook.toBuilder()
                .setUrl(url.published())
                .setCreatedAtMs(createdAt)
                .build();
        send(Topic.WEBHOOKS, webhook.getId(), defined);
        return defined;
    }

    private long created;

    /** After every alert that has been sent. */
    private static long nextMs() {
        return eventTime = System.currentTimeMillis();
    }

    private static long eventTime =
            System.currentTimeMillis() - Duration.ofDays(5).toMillis();

    static Alert alert(String camera, String rule, int number) {
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

    static ProducerRecord<String, byte[]> record(Alert alert) {
        return new ProducerRecord<>(Topic.ALERTS.topicName(), alert.getCamera(), alert.toByteArray());
    }

    static <T extends MessageLite> void send(Topic<T> topic, String key, T value) {
        if (value instanceof Alert alert) {
            producer.send(record(alert));
        } else if (value == null) {
            Kafka.sender(topic, producer, "test").delete(key);
        } else {
            Kafka.sender(topic, producer, "test").send(key, value);
        }
        producer.flush();
    }

    void replay(WebhookReplay.Source source) {
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

    List<String> ids() {
        return receiver.taken().stream().map(Receiver.Post::id).toList();
    }

    static List<Integer> upTo(int end) {
        return IntStream.range(0, end).boxed().toList();
    }

    double metric(String name, String result) {
        return metric(hook, name, result);
    }

    static double metric(String webhook, String name, String result) {
        Double value = CollectorRegistry.defaultRegistry.getSampleValue(
                name, new String[] {"webhook", "outcome"}, new String[] {webhook, result});
        return value == null ? 0 : value;
    }

    WebhookStatus status() {
        return WholeTopic.read(kafka, Topic.WEBHOOK_STATUS).stream()
                .filter(record -> record.key().equals(hook + "/test") && record.value() != null)
                .reduce((older, newer) -> newer)
                .map(record -> Topic.WEBHOOK_STATUS.parse(record.value()))
                .orElse(WebhookStatus.getDefaultInstance());
    }

    List<DeadLetter> deadLetters() {
        return WholeTopic.read(kafka, Topic.DEAD_LETTER).stream()
                .map(record -> Topic.DEAD_LETTER.parse(record.value()))
                .filter(letter -> letter.getWebhook().equals(hook))
                .toList();
    }
}
