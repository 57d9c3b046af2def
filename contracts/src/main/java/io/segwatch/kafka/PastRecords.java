package io.segwatch.kafka;

import com.google.protobuf.MessageLite;
import io.segwatch.contracts.MalformedRecordException;
import io.segwatch.contracts.Topic;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;

/** What topics hold now, for who asks once; each reading ends where the topic ended when it began. For one thread. */
public final class PastRecords implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Map<String, String> IN_BULK = Map.of(
            "fetch.max.bytes", Integer.toString(32 << 20), "max.poll.records", "2000", "auto.offset.reset", "earliest");

    private final KafkaConsumer<String, byte[]> consumer;

    public PastRecords(Kafka kafka, String clientId) {
        this(kafka, clientId, Map.of());
    }

    /** @param overrides of the consumer's settings for reading in bulk */
    public PastRecords(Kafka kafka, String clientId, Map<String, String> overrides) {
        Map<String, String> settings = new HashMap<>(IN_BULK);
        settings.putAll(overrides);
        this.consumer = kafka.consumer(clientId, null, settings);
    }

    /** The newest value of each key of a compacted topic; malformed ones are as if they were not there. */
    public <T extends MessageLite> Map<String, T> latest(Topic<T> topic) {
        Map<String, T> values = new HashMap<>();
        read(new TopicPartition(topic.topicName(), 0), 0, record -> {
            try {
                T value = topic.parse(record.value());
                if (value == null) {
                    values.remove(record.key());
                } else {
                    values.put(record.key(), value);
                }
            } catch (MalformedRecordException e) {
                // The roles put it aside; it says nothing here either.
            }
            return true;
        });
        return values;
    }

    /** The partition of a topic on which the records with this key are. */
    public TopicPartition partition(Topic<?> topic, String key) {
        int partitions = consumer.partitionsFor(topic.topicName()).size();
        return new TopicPartition(topic.topicName(), Kafka.partitionOf(key, partitions));
    }

    /**
     * Hands over the records with this key that were written at or after {@code writtenMs}, until {@code more} is
     * false.
     */
    public void read(Topic<?> topic, String key, long writtenMs, Predicate<ConsumerRecord<String, byte[]>> more) {
        TopicPartition partition = partition(topic, key);
        firstAt(partition, writtenMs)
                .ifPresent(start ->
                        read(partition, start.offset(), record -> !key.equals(record.key()) || more.test(record)));
    }

    /** The first record that was written at or after this time. */
    public Optional<OffsetAndTimestamp> firstAt(TopicPartition partition, long writtenMs) {
        return Optional.ofNullable(consumer.offsetsForTimes(Map.of(partition, Math.max(0, writtenMs)))
                .get(partition));
    }

    /** Hands over all records from {@code offset} on, until {@code more} is false. */
    public void read(TopicPartition partition, long offset, Predicate<ConsumerRecord<String, byte[]>> more) {
        consumer.assign(List.of(partition));
        consumer.seek(partition, offset);
        long end = consumer.endOffsets(List.of(partition)).get(partition);
        long lastRecordNanos = System.nanoTime();
        while (consumer.position(partition) < end) {
            for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                lastRecordNanos = System.nanoTime();
                if (record.offset() < end && !more.test(record)) {
                    return;
                }
            }
            if (System.nanoTime() - lastRecordNanos > TIMEOUT.toNanos()) {
                throw silent(partition);
            }
        }
    }

    /** That Kafka has given nothing for too long. */
    public static IllegalStateException silent(TopicPartition partition) {
        return new IllegalStateException("Kafka gave no record of " + partition + " for " + TIMEOUT.toSeconds()
                + " s. Check that the broker runs.");
    }

    /** The consumer that all this is read with, for readings of other shapes. */
    public KafkaConsumer<String, byte[]> consumer() {
        return consumer;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
