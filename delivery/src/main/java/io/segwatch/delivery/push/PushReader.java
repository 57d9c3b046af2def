package io.segwatch.delivery.push;

import io.segwatch.contracts.MalformedRecordException;
import io.segwatch.contracts.Topic;
import io.segwatch.kafka.ConsumerThread;
import io.segwatch.v1.Alert;
import io.segwatch.v1.PushSubscription;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the alerts that open, and hands a message for each to the client, for every browser that may know. */
final class PushReader implements ConsumerThread.Reader {
    private static final Logger log = LoggerFactory.getLogger(PushReader.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration LAST_COMMIT = Duration.ofSeconds(5);
    private static final int MAX_ALERT_BYTES = 64 << 10;

    private final KafkaConsumer<String, byte[]> consumer;
    private final PushRecipients recipients;
    private final PushedAlerts known;
    private final PushClient client;
    private final PushPace pace = new PushPace();

    PushReader(
            KafkaConsumer<String, byte[]> consumer, PushRecipients recipients, PushedAlerts known, PushClient client) {
        this.consumer = consumer;
        this.recipients = recipients;
        this.known = known;
        this.client = client;
    }

    @Override
    public void begin() {
        consumer.subscribe(List.of(Topic.ALERTS.topicName()));
    }

    @Override
    public void step() {
        boolean read = false;
        for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
            take(record);
            read = true;
        }
        if (read) {
            consumer.commitAsync();
        }
    }

    private void take(ConsumerRecord<String, byte[]> record) {
        long now = System.currentTimeMillis();
        boolean stale = record.timestamp() < now - PushMessage.LIFETIME.toMillis();
        if (stale || record.value() == null || record.value().length > MAX_ALERT_BYTES) {
            return;
        }
        Alert alert;
        try {
            alert = Topic.ALERTS.parse(record.value());
        } catch (MalformedRecordException e) {
            // The webhooks' reader makes it a dead letter, and the inbox leaves it out too.
            log.debug("An alert cannot be read: {}", e.getMessage());
            return;
        }
        if (alert.getState() == Alert.State.OPEN && !known.isSilent(alert)) {
            tell(alert, now);
        }
    }

    private void tell(Alert alert, long now) {
        for (PushSubscription subscription : recipients.all()) {
            String id = subscription.getId();
            if (recipients.find(id, alert.getCamera()).isPresent() && pace.take(id, alert.getRule(), now)) {
                client.offer(PushMessage.of(alert, subscription, known));
            }
        }
    }

    @Override
    public void end() {
        try {
            commit();
        } catch (KafkaException e) {
            log.debug("The last alerts may be told of again: {}", e.toString());
        }
    }

    private void commit() {
        try {
            consumer.commitSync(LAST_COMMIT);
        } catch (WakeupException e) {
            // Meant for the poll, which did not run any more.
            consumer.commitSync(LAST_COMMIT);
        }
    }
}
