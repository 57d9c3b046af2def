package io.segwatch.kafka;

import com.google.protobuf.MessageLite;
import io.segwatch.contracts.MalformedRecordException;
import io.segwatch.contracts.Problem;
import io.segwatch.contracts.Topic;
import java.time.Duration;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The newest value of each key of a compacted topic, kept in memory and up to date by a thread of its own. Only valid
 * values are shown ({@link Topic#problems}): a value that is refused goes to the dead-letter topic, and its key is as
 * if it had been deleted, as it would be after the next start. Reads are threadsafe and never block.
 *
 * @param <T> the topic's message
 */
public final class Table<T extends MessageLite> implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Table.class);

    /** Hears of each change after the table shows it, on the table's thread. */
    public interface Listener<T> {
        /** @param value null for a deletion */
        void changed(String key, T value);

        /**
         * The key's newest value is refused and is not shown.
         *
         * @param problems what is wrong; one of field {@code value} when the value is no message of the topic
         */
        default void refused(String key, List<Problem> problems) {
            changed(key, null);
        }
    }

    private record Entry<T>(T value, ConsumerRecord<String, byte[]> record) {}

    private final Topic<T> topic;
    private final DeadLetters deadLetters;
    private final Listener<T> listener;
    private final KafkaConsumer<String, byte[]> consumer;
    private final ConsumerThread thread;
    private final ConcurrentMap<String, Entry<T>> entries = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, List<Problem>> refused = new ConcurrentHashMap<>();
    private final CountDownLatch caughtUp = new CountDownLatch(1);

    /** Reads nothing before {@link #start()}. */
    public Table(Kafka kafka, Topic<T> topic, String clientId, DeadLetters deadLetters, Listener<T> listener) {
        this.topic = topic;
        this.deadLetters = deadLetters;
        this.listener = listener;
        this.consumer = kafka.consumer(clientId + "-" + topic, null, Map.of("auto.offset.reset", "earliest"));
        this.thread = new ConsumerThread("table-" + topic, consumer, new Reading());
    }

    /** Starts reading the topic from its beginning. */
    public Table<T> start() {
        thread.start();
        return this;
    }

    /** Waits until everything that was in the topic at the start has been read. */
    public boolean awaitCaughtUp(Duration timeout) throws InterruptedException {
        return caughtUp.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    public boolean isCaughtUp() {
        return caughtUp.getCount() == 0;
    }

    /** False once reading has failed for good: what the table shows will not change any more. */
    public boolean alive() {
        return thread.failure().isEmpty();
    }

    /** What Kafka does not let this process read, and the remedy; empty while it reads. */
    public Optional<String> refusal() {
        return thread.refusal();
    }

    public Optional<T> get(String key) {
        return Optional.ofNullable(entries.get(key)).map(Entry::value);
    }

    /** The keys whose newest value is refused, with what is wrong; a copy. */
    public Map<String, List<Problem>> refused() {
        return new TreeMap<>(refused);
    }

    /** A copy, ordered by key. */
    public Map<String, T> snapshot() {
        Map<String, T> values = new TreeMap<>();
        entries.forEach((key, entry) -> values.put(key, entry.value()));
        return values;
    }

    /** Puts a dead letter for a value that is valid, and that a role cannot use all the same. */
    public void deadLetter(String key, String reason) {
        Optional.ofNullable(entries.get(key)).ifPresent(entry -> deadLetters.refuse(entry.record(), reason));
    }

    private final class Reading implements ConsumerThread.Reader {
        private Map<TopicPartition, Long> ends;

        @Override
        public void begin() {
            List<TopicPartition> partitions = Kafka.partitions(consumer, topic);
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            ends = Map.copyOf(consumer.endOffsets(partitions));
        }

        @Override
        public void step() {
            if (!isCaughtUp() && ends.entrySet().stream().allMatch(this::isRead)) {
                caughtUp.countDown();
            }
            consumer.poll(Duration.ofMillis(200)).forEach(Table.this::apply);
        }

        private boolean isRead(Map.Entry<TopicPartition, Long> end) {
            return consumer.position(end.getKey()) >= end.getValue();
        }
    }

    private void apply(ConsumerRecord<String, byte[]> record) {
        try {
            if (record.key() == null) {
                deadLetters.refuse(record, "The record has no key; it must be the definition's id.");
                return;
            }
            T value = topic.parse(record.value());
            List<Problem> problems = value == null ? List.of() : topic.problems(record.key(), value);
            if (problems.isEmpty()) {
                show(record, value);
            } else {
                refuse(record, problems);
            }
        } catch (MalformedRecordException e) {
            refuse(record, List.of(new Problem("value", e.getMessage())));
        } catch (RuntimeException e) {
            log.error("{} {} could not be applied", topic, record.key(), e);
        }
    }

    private void show(ConsumerRecord<String, byte[]> record, T value) {
        refused.remove(record.key());
        if (value == null) {
            entries.remove(record.key());
        } else {
            entries.put(record.key(), new Entry<>(value, withoutValue(record)));
        }
        listener.changed(record.key(), value);
    }

    /** Where the record lay; its bytes would be kept beside the message that they became. */
    private static ConsumerRecord<String, byte[]> withoutValue(ConsumerRecord<String, byte[]> record) {
        return new ConsumerRecord<>(record.topic(), record.partition(), record.offset(), record.key(), null);
    }

    private void refuse(ConsumerRecord<String, byte[]> record, List<Problem> problems) {
        entries.remove(record.key());
        refused.put(record.key(), problems);
        deadLetters.refuse(record, Problem.describe(problems));
        listener.refused(record.key(), problems);
    }

    @Override
    public void close() {
        thread.close();
    }
}
