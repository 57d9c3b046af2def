package io.segwatch.delivery.push;

import io.segwatch.contracts.Topic;
import io.segwatch.kafka.ConsumerThread;
import io.segwatch.kafka.DeadLetters;
import io.segwatch.kafka.Kafka;
import io.segwatch.secrets.Secrets;
import io.segwatch.v1.PushSubscription;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Producer;

/** Tells browsers of alerts that open. Several processes share the alerts by the partitions of their topic. */
public final class PushDelivery implements AutoCloseable {
    private static final Map<String, String> GROUP_SETTINGS = Map.of(
            "group.protocol",
            "classic",
            "partition.assignment.strategy",
            CooperativeStickyAssignor.class.getName(),
            "session.timeout.ms",
            "10000",
            "heartbeat.interval.ms",
            "2000",
            // Nobody wants to hear of alerts from before.
            "auto.offset.reset",
            "latest",
            "max.poll.records",
            "100");

    private final PushRecipients recipients;
    private final PushClient client;
    private final ConsumerThread thread;

    /** Reads nothing before {@link #start}. The Vert.x instance and the producer stay the caller's. */
    public PushDelivery(
            Kafka kafka,
            Vertx vertx,
            Producer<String, byte[]> producer,
            Secrets secrets,
            PushNetwork network,
            PushedAlerts known) {
        this.recipients = new PushRecipients(
                kafka,
                "delivery",
                new DeadLetters(producer, "delivery"),
                Kafka.sender(Topic.PUSH_SUBSCRIPTIONS, producer, "delivery"),
                this::test);
        this.client = new PushClient(vertx, network, recipients, new Vapid(secrets, network.contact()));
        KafkaConsumer<String, byte[]> consumer =
                kafka.consumer("delivery-push", "segwatch-delivery-push", GROUP_SETTINGS);
        this.thread = new ConsumerThread("push-alerts", consumer, new PushReader(consumer, recipients, known, client));
    }

    private void test(PushSubscription subscription) {
        client.offer(PushMessage.test(subscription));
    }

    /** Begins once it is known who may be told; false when that cannot be read in time. */
    public boolean start(Duration timeout) throws InterruptedException {
        boolean known = recipients.start(timeout);
        if (known) {
            thread.start();
        }
        return known;
    }

    /** False once alerts or subscriptions can no longer be read. */
    public boolean alive() {
        return thread.failure().isEmpty() && recipients.alive();
    }

    /** Waits for at most 10 s; what was not sent by then is not. */
    @Override
    public void close() {
        thread.close();
        recipients.close();
        client.close();
    }
}
