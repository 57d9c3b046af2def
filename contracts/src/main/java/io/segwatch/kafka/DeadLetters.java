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
    private static final Counter LETTERS = Counter.build(
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
     * As {@link #put(ConsumerRecord, String)}, for a definition: its value, which may hold a password in a wrong place,
     * is not copied. It stays in its own topic until somebody mends it.
     */
    void refuse(ConsumerRecord<String, byte[]> record, String reason) {
        DeadLetter letter = letter(role, record, reason).build();
        sender.send(record.topic(), letter);
    }

    /**
     * As {@link #put(ConsumerRecord, String)}, for a record that could be read and not be delivered.
     *
     * @param webhook whom it was for
     * @param callback on the producer's thread, once the letter is written or has failed; may be null
     */
    public void put(ConsumerRecord<String, byte[]> record, String reason, String webhook, Callback callback) {
        DeadLetter.Builder letter = letter(role, record, reason).setWebhook(webhook);
        setValue(letter, record.value());
        sender.send(record.topic(), letter.build(), callback);
    }

    /**
     * Logs and counts a letter whose record a role does not send through here, as one of Kafka Streams, and makes it.
     *
     * @param key may be null
     * @param value may be null; cut at 64 KiB
     */
    public static DeadLetter letter(
            String role, String topic, int partition, long offset, byte[] key, byte[] value, String reason, long atMs) {
        DeadLetter.Builder letter =
                letter(role, topic, partition, offset, reason).setAtMs(atMs);
        if (key != null) {
            letter.setKey(ByteString.copyFrom(key));
        }
        setValue(letter, value);
        return letter.build();
    }

    private static DeadLetter.Builder letter(String role, ConsumerRecord<String, byte[]> record, String reason) {
        DeadLetter.Builder letter = letter(role, record.topic(), record.partition(), record.offset(), reason)
                .setAtMs(System.currentTimeMillis());
        return record.key() == null ? letter : letter.setKey(ByteString.copyFromUtf8(record.key()));
    }

    private static DeadLetter.Builder letter(String role, String topic, int partition, long offset, String reason) {
        log.warn("Dead letter from {} partition {} offset {}: {}", topic, partition, offset, reason);
        LETTERS.labels(role, topic).inc();
        return DeadLetter.newBuilder()
                .setTopic(topic)
                .setPartition(partition)
                .setOffset(offset)
                .setReason(String.valueOf(reason))
                .setRole(role);
    }

    private static void setValue(DeadLetter.Builder letter, byte[] value) {
        if (value != null) {
            letter.setValue(ByteString.copyFrom(value, 0, Math.min(value.length, MAX_VALUE_BYTES)));
        }
    }
}
