package io.segwatch.kafka;

import com.google.protobuf.MessageLite;
import io.segwatch.contracts.Topic;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;

/** Reads every record of a topic from now on, deletions included, and waits for some of them. */
public final class TopicReader<T extends MessageLite> implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private record KeyedValue<T>(String key, T value) {}

    private final List<KeyedValue<T>> records = new CopyOnWriteArrayList<>();
    private final ConsumerThread thread;

    public TopicReader(Kafka kafka, Topic<T> topic) {
        KafkaConsumer<String, byte[]> consumer = kafka.consumer("test-" + topic, null, Map.of());
        List<TopicPartition> partitions = Kafka.partitions(consumer, topic);
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position);
        thread = new ConsumerThread(
                        "test-" + topic,
                        consumer,
                        () -> consumer.poll(Duration.ofMillis(50))
                                .forEach(record ->
                                        records.add(new KeyedValue<>(record.key(), topic.parse(record.value())))))
                .start();
    }

    /** The values of all keys so far, in the order of reading. */
    public List<T> values() {
        return records.stream().map(KeyedValue::value).filter(Objects::nonNull).toList();
    }

    /** The values under {@code key} so far. */
    public List<T> of(String key) {
        return records.stream()
                .filter(record -> record.key().equals(key))
                .map(KeyedValue::value)
                .filter(Objects::nonNull)
                .toList();
    }

    /** The newest value under {@code key}. */
    public T last(String key) {
        List<T> values = of(key);
        if (values.isEmpty()) {
            throw new AssertionError("no record of " + key + " yet");
        }
        return values.get(values.size() - 1);
    }

    /** Waits for a value under {@code key}. */
    public T await(String key, Predicate<T> condition) {
        return await(key, condition, 0);
    }

    /** Waits for a value under {@code key} after the first {@code seen}. */
    public T await(String key, Predicate<T> condition, int seen) {
        return Awaitility.await("record of " + key)
                .atMost(TIMEOUT)
                .failFast("the reader has failed", () -> thread.failure().isPresent())
                .until(() -> of(key).stream().skip(seen).filter(condition).findFirst(), Optional::isPresent)
                .orElseThrow();
    }

    /** Waits until {@code key} is deleted. */
    public void awaitDeletion(String key) {
        Awaitility.await("deletion of " + key)
                .atMost(TIMEOUT)
                .until(() -> records.stream().anyMatch(record -> record.key().equals(key) && record.value() == null));
    }

    @Override
    public void close() {
        thread.close();
    }
}
