package io.segwatch.inference.search;

import io.segwatch.kafka.PastRecords;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads partitions of one topic from the newest record to the oldest, a window of time after the other and each window
 * forward, so that no more is held than a window has. For one thread.
 */
final class BackwardReading {
    /** A record may be written so long after its frame was taken. */
    static final long LATE_MS = Duration.ofMinutes(10).toMillis();
    /** And so long before it, by a camera's clock. */
    static final long EARLY_MS = Duration.ofMinutes(1).toMillis();
    /** Settings of the consumer: what is fetched past a window's end is thrown away. */
    static final Map<String, String> SETTINGS = Map.of(
            "max.partition.fetch.bytes", Integer.toString(1 << 20),
            "fetch.max.bytes", Integer.toString(4 << 20),
            "fetch.max.wait.ms", "10",
            "receive.buffer.bytes", Integer.toString(1 << 20),
            "max.poll.records", "500");

    /** Of a window, all partitions together. */
    private static final int MOST_RECORDS = 4_096;

    private static final long FIRST_MS = Duration.ofMinutes(5).toMillis();
    private static final long LEAST_MS = 1_000;
    private static final Duration POLL = Duration.ofMillis(50);
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final KafkaConsumer<String, byte[]> consumer;
    private final long fromMs;
    private final Map<TopicPartition, Long> lowest;
    private final Map<TopicPartition, Long> high;
    private final Map<TopicPartition, Long> low = new HashMap<>();
    private final long records;
    private final long keptFromMs;
    private long reachedMs;
    private long lengthMs = FIRST_MS;

    /** @param fromMs event time of the oldest record that is wanted, and {@code toMs} of the newest */
    BackwardReading(
            KafkaConsumer<String, byte[]> consumer, Collection<TopicPartition> partitions, long fromMs, long toMs) {
        this.consumer = consumer;
        this.fromMs = Math.max(0, fromMs - EARLY_MS);
        this.reachedMs = toMs + LATE_MS;
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        this.high = offsets(partitions, reachedMs, ends);
        this.lowest = offsets(partitions, this.fromMs, high);
        this.records = count(lowest);
        this.keptFromMs = consumer.offsetsForTimes(times(partitions, 0)).values().stream()
                .filter(first -> first != null)
                .mapToLong(OffsetAndTimestamp::timestamp)
                .min()
                .orElse(0);
    }

    private static Map<TopicPartition, Long> times(Collection<TopicPartition> partitions, long ms) {
        Map<TopicPartition, Long> times = new HashMap<>();
        partitions.forEach(partition -> times.put(partition, ms));
        return times;
    }

    /** Offsets of the first records from this time on; at most {@code most}. */
    private Map<TopicPartition, Long> offsets(
            Collection<TopicPartition> partitions, long ms, Map<TopicPartition, Long> most) {
        Map<TopicPartition, OffsetAndTimestamp> found = consumer.offsetsForTimes(times(partitions, ms));
        Map<TopicPartition, Long> offsets = new HashMap<>();
        partitions.forEach(partition -> {
            OffsetAndTimestamp first = found.get(partition);
            long end = most.get(partition);
            offsets.put(partition, first == null ? end : Math.min(first.offset(), end));
        });
        return offsets;
    }

    private long count(Map<TopicPartition, Long> from) {
        return from.entrySet().stream()
                .mapToLong(each -> high.get(each.getKey()) - each.getValue())
                .sum();
    }

    /** Of the whole reading, other keys' among them. */
    long records() {
        return records;
    }

    /** When the oldest record that is kept was written; 0 when none is. */
    long keptFromMs() {
        return keptFromMs;
    }

    /** All that was written from then on has been read. */
    long reachedMs() {
        return reachedMs;
    }

    /**
     * Reads the next window back; false when there is none.
     *
     * @param polled called often; once it says false the reading ends, and what was read of the window means nothing
     */
    boolean next(Consumer<ConsumerRecord<String, byte[]>> each, BooleanSupplier polled) {
        if (count(lowest) == 0) {
            reachedMs = fromMs;
            return false;
        }
        long lowMs = place();
        boolean whole = cut();
        read(each, polled);
        high.putAll(low);
        if (whole) {
            reachedMs = lowMs;
        }
        return true;
    }

    /** A window with something in it, and not too much where time can part it. */
    private long place() {
        while (true) {
            long lowMs = Math.max(fromMs, reachedMs - lengthMs);
            Map<TopicPartition, Long> offsets = offsets(high.keySet(), lowMs, high);
            offsets.replaceAll((partition, offset) -> Math.max(offset, lowest.get(partition)));
            long count = count(offsets);
            if (count > MOST_RECORDS && lengthMs > LEAST_MS) {
                lengthMs = Math.max(LEAST_MS, lengthMs / 2);
            } else if (count == 0 && lowMs > fromMs) {
                reachedMs = lowMs;
                lengthMs *= 2;
            } else {
                low.clear();
                low.putAll(offsets);
                if (count < MOST_RECORDS / 2) {
                    lengthMs *= 2;
                }
                return lowMs;
            }
        }
    }

    /** Cuts a window that holds too much for its time; false when something of it is left for the next. */
    private boolean cut() {
        if (count(low) <= MOST_RECORDS) {
            return true;
        }
        long most = Math.max(1, MOST_RECORDS / low.size());
        low.replaceAll((partition, offset) -> Math.max(offset, high.get(partition) - most));
        return false;
    }

    private void read(Consumer<ConsumerRecord<String, byte[]>> each, BooleanSupplier polled) {
        List<TopicPartition> open = new ArrayList<>(low.keySet());
        open.removeIf(partition -> low.get(partition) >= high.get(partition));
        consumer.assign(open);
        consumer.resume(open);
        open.forEach(partition -> consumer.seek(partition, low.get(partition)));
        long lastNanos = System.nanoTime();
        while (!open.isEmpty() && polled.getAsBoolean()) {
            for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                lastNanos = System.nanoTime();
                if (record.offset() < high.get(new TopicPartition(record.topic(), record.partition()))) {
                    each.accept(record);
                }
            }
            List<TopicPartition> done = open.stream()
                    .filter(partition -> consumer.position(partition) >= high.get(partition))
                    .toList();
            consumer.pause(done);
            open.removeAll(done);
            if (System.nanoTime() - lastNanos > TIMEOUT.toNanos()) {
                throw PastRecords.silent(open.get(0));
            }
        }
    }
}
