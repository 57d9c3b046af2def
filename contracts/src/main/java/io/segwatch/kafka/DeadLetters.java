package io.segwatch.kafka;

import com.google.protobuf.ByteString;
import io.prometheus.client.Counter;
import io.segwatch.contracts.Topic;
import io.segwatch.v1.DeadLetter;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts aside what a role could not read or deliver, so that the rest goes on. Threadsafe. */
public final class DeadLetters {
    private static final Logger log = LoggerFactory.getLogger(DeadLetters.class);
    private static final Counter count = Counter.build(
                    "segwatch_dead_letters_total", "Records put aside as unreadable or undeliverable")
            .labelNames("role", "topic")
            .register();
    private static final int MAX_VALUE_BYTES = 64 << 10;

    private final Sender<DeadLetter> sender;
    private final String role;

    public DeadLetters(Producer<String, byte[]> producer, String role) {
        this.sender = Kafka.sender(Topic.DEAD_LETTER, producer, role);
        this.role = role;
    }

    /** Writes {@code record} to the dead-letter topic. The caller goes on with the next record. */
    public void put(ConsumerRecord<String, byte[]> record, String reason) {
        put(record, reason, "", null);
    }

    /**
     * As {@link #put(ConsumerRecord, String)}, for a record that could be read and not be delivered.
     *
     * @param webhook whom it was for
     * @param callback on the producer's thread, once the letter is written or has failed; may be null
     */
    public void put(ConsumerRecord<String, byte[]> record, String reason, String webhook, Callback callback) {
        log.warn(
                "Dead letter from {} partition {} offset {}: {}",
                record.topic(),
                record.partition(),
                record.offset(),
                reason);
        count.labels(role, record.topic()).inc();
        DeadLetter.Builder letter = DeadLetter.newBuilder()
                .setTopic(record.topic())
                .setPartition(record.partition())
                .setOffset(record.offset())
                .setReason(reason)
                .setRole(role)
                .setWebhook(webhook)
                .setAtMs(System.currentTimeMillis());
        if (record.key() != null) {
            letter.setKey(ByteString.copyFromUtf8(record.key()));
        }
        if (record.value() != null) {
            letter.setValue(ByteString.copyFrom(record.value(), 0, Math.min(record.value().length, MAX_VALUE_BYTES)));
        }
        sender.send(record.topic(), letter.build(), callback);
    }
}
