package io.segwatch.dashboard.alerts;

import io.segwatch.contracts.MalformedRecordException;
import io.segwatch.contracts.Topic;
import io.segwatch.kafka.ConsumerThread;
import io.segwatch.kafka.Kafka;
import io.segwatch.v1.Alert;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * All alerts that Kafka keeps. A thread of its own reads them once from the beginning, and as they come, and notes
 * where each lies, some 200 bytes an alert and at most {@value #MOST_ALERTS} of them; {@link #read} fetches them from
 * Kafka. Threadsafe.
 */
public final class AlertArchive implements AutoCloseable {
    static final int MOST_ALERTS = 100_000;
    /** Of all partitions together, at the start. */
    private static final long MOST_RECORDS = 1_000_000;

    private static final Duration POLL = Duration.ofMillis(200);
    private static final long FORGET_EVERY_NANOS = Duration.ofMinutes(1).toNanos();

    /** Where a page of alerts ends. */
    public record Cursor(long openedAtMs, String id) {
        /** Empty for what is no cursor. */
        public static Optional<Cursor> parse(String text) {
            int dash = text.indexOf('-');
            try {
                return dash < 0
                        ? Optional.empty()
                        : Optional.of(new Cursor(Long.parseLong(text.substring(0, dash)), text.substring(dash + 1)));
            } catch (NumberFormatException e) {
                return Optional.empty();
            }
        }

        @Override
        public String toString() {
            return openedAtMs + "-" + id;
        }

        AlertEntry entry() {
            return new AlertEntry(id, "", "", openedAtMs, Alert.State.CLOSE, 0, 0, 0);
        }
    }

    /**
     * An alert as it opened, and as it stands.
     *
     * @param opening empty when that is no longer kept
     */
    public record Whole(AlertEntry entry, Optional<Alert> opening, Alert newest) {}

    private final Kafka kafka;
    private final AlertIndex index = new AlertIndex(MOST_ALERTS);
    private final KafkaConsumer<String, byte[]> consumer;
    private final ConsumerThread thread;

    /** Begins to read; the topic must exist. */
    public AlertArchive(Kafka kafka) {
        this.kafka = kafka;
        this.consumer = kafka.consumer("dashboard-alerts", null, Map.of("auto.offset.reset", "earliest"));
        this.thread = new ConsumerThread("dashboard-alerts", consumer, new Reading()).start();
    }

    /**
     * Entries, the newest first.
     *
     * @param after where the page before ended
     */
    public List<AlertEntry> find(Optional<Cursor> after, Predicate<AlertEntry> wanted, int most) {
        return index.find(after, wanted, most);
    }

    /** How many there are. */
    public int count(Predicate<AlertEntry> wanted) {
        return index.count(wanted);
    }

    public Optional<AlertEntry> get(String id) {
        return index.get(id);
    }

    /**
     * The alerts of these entries, in their order; those that Kafka no longer has are left out. Blocks for up to 12 s;
     * fails with a problem (503) after that.
     */
    public List<Whole> read(Collection<AlertEntry> entries) {
        return AlertReader.read(kafka, entries);
    }

    /** False once alerts can no longer be read. */
    public boolean alive() {
        return thread.failure().isEmpty();
    }

    private final class Reading implements ConsumerThread.Reader {
        private List<TopicPartition> partitions = List.of();
        private long forgotten = System.nanoTime();

        @Override
        public void begin() {
            partitions = Kafka.partitions(consumer, Topic.ALERTS);
            consumer.assign(partitions);
            Map<TopicPartition, Long> starts = consumer.beginningOffsets(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            long each = MOST_RECORDS / partitions.size();
            partitions.forEach(
                    partition -> consumer.seek(partition, Math.max(starts.get(partition), ends.get(partition) - each)));
        }

        @Override
        public void step() {
            consumer.poll(POLL).forEach(this::take);
            if (System.nanoTime() - forgotten > FORGET_EVERY_NANOS) {
                forgotten = System.nanoTime();
                consumer.beginningOffsets(partitions)
                        .forEach((partition, start) -> index.forget(partition.partition(), start));
            }
        }

        private void take(ConsumerRecord<String, byte[]> record) {
            try {
                Alert alert = Topic.ALERTS.parse(record.value());
                if (alert != null && !alert.getId().isEmpty()) {
                    index.add(alert, record.partition(), record.offset());
                }
            } catch (MalformedRecordException e) {
                // What shows the newest alerts puts it aside.
            }
        }
    }

    @Override
    public void close() {
        thread.close();
    }
}
