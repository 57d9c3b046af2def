package io.segwatch.ingest;

import com.google.protobuf.MessageLite;
import io.segwatch.contracts.Topic;
import io.segwatch.kafka.Kafka;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;

/** Every record of a topic from now on, with its key; a deletion has a null value. */
final class Watched<T extends MessageLite> {
    record Entry<T>(String key, T value) {}

    final List<Entry<T>> entries = new CopyOnWriteArrayList<>();
    private final Thread thread;
    private volatile boolean closed;

    Watched(Kafka kafka, Topic<T> topic) {
        var consumer = kafka.consumer("watch-" + topic, null, Map.of());
        List<TopicPartition> partitions = consumer.partitionsFor(topic.topicName()).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position);
        thread = new Thread(() -> {
            try (consumer) {
                while (!closed) {
                    consumer.poll(Duration.ofMillis(50))
                            .forEach(record -> entries.add(new Entry<>(record.key(), topic.parse(record.value()))));
                }
            }
        });
        thread.start();
    }

    /** The values under {@code key} that are there now. */
    List<T> of(String key) {
        return entries.stream()
                .filter(entry -> entry.key().equals(key) && entry.value() != null)
                .map(Entry::value)
                .toList();
    }

    /** Waits for a value under {@code key}. */
    T await(String key, Predicate<T> wanted) {
        return await(key, wanted, 0);
    }

    /** Waits for a value under {@code key} after the first {@code seen}. */
    T await(String key, Predicate<T> wanted, int seen) {
        return Awaitility.await("record of " + key)
                .atMost(Duration.ofSeconds(30))
                .failFast("the watcher has died", () -> !thread.isAlive())
                .until(() -> of(key).stream().skip(seen).filter(wanted).findFirst(), Optional::isPresent)
                .orElseThrow();
    }

    void awaitDeletion(String key) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> entries.stream().anyMatch(entry -> entry.key().equals(key) && entry.value() == null));
    }

    public void close() throws InterruptedException {
        closed = true;
        thread.join();
    }
}
