package io.segwatch.kafka;

import com.google.protobuf.MessageLite;
import io.segwatch.contracts.MalformedRecordException;
import io.segwatch.contracts.Topic;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The newest value of each key of a compacted topic, kept in memory and up to date by a thread of its own. Reads are
 * threadsafe and never block.
 *
 * @param <T> the topic's message
 */
public final class Table<T extends MessageLite> implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Table.class);

    /** Told of each change after the table shows it, on the table's thread; {@code value} is null for a deletion. */
    public interface Listener<T> {
        void changed(String key, T value);
    }

    private final Topic<T> topic;
    private final DeadLetters deadLetters;
    private final Listener<T> listener;
    private final KafkaConsumer<String, byte[]> consumer;
    private final ConcurrentMap<String, T> values = new ConcurrentHashMap<>();
    private final CountDownLatch caughtUp = new CountDownLatch(1);
    private final Thread thread;
    private volatile boolean closed;

    /** Starts reading {@code topic} from its beginning. */
    public Table(Kafka kafka, Topic<T> topic, String clientId, DeadLetters deadLetters, Listener<T> listener) {
        this.topic = topic;
        this.deadLetters = deadLetters;
        this.listener = listener;
        this.consumer = kafka.consumer(clientId + "-" + topic, null, Map.of("auto.offset.reset", "earliest"));
        this.thread = new Thread(this::run, "table-" + topic);
        this.thread.setDaemon(true);
        this.thread.start();
    }

    /** Waits until everything that was in the topic at the start has been read. */
    public boolean awaitCaughtUp(Duration timeout) throws InterruptedException {
        return caughtUp.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    public boolean isCaughtUp() {
        return caughtUp.getCount() == 0;
    }

    public Optional<T> get(String key) {
        return Optional.ofNullable(values.get(key));
    }

    /** A copy, ordered by key. */
    public Map<String, T> snapshot() {
        return new TreeMap<>(values);
    }

    private void run() {
        try {
            List<TopicPartition> partitions = consumer.partitionsFor(topic.topicName()).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = new HashMap<>(consumer.endOffsets(partitions));
            while (!closed) {
                if (!isCaughtUp()
                        && ends.entrySet().stream()
                                .allMatch(end -> consumer.position(end.getKey()) >= end.getValue())) {
                    caughtUp.countDown();
                }
                consumer.poll(Duration.ofMillis(200)).forEach(this::apply);
            }
        } catch (WakeupException e) {
            // close() asked for the end.
        } catch (RuntimeException e) {
            log.error("Reading {} ended", topic, e);
        } finally {
            consumer.close();
        }
    }

    private void apply(ConsumerRecord<String, byte[]> record) {
        if (record.key() == null) {
            deadLetters.put(record, "The record has no key; a definition is keyed by its id.");
            return;
        }
        try {
            T value = topic.parse(record.value());
            if (value == null) {
                values.remove(record.key());
            } else {
                values.put(record.key(), value);
            }
            listener.changed(record.key(), value);
        } catch (MalformedRecordException e) {
            deadLetters.put(record, e.getMessage());
        } catch (RuntimeException e) {
            log.error("{} {} could not be applied", topic, record.key(), e);
        }
    }

    @Override
    public void close() {
        closed = true;
        consumer.wakeup();
        try {
            thread.join(5_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
