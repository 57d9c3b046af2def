package io.segwatch.dashboard.past;

import io.segwatch.contracts.MalformedRecordException;
import io.segwatch.contracts.Topic;
import io.segwatch.kafka.ConsumerThread;
import io.segwatch.kafka.DeadLetters;
import io.segwatch.kafka.Kafka;
import io.segwatch.v1.Area;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;

/**
 * Reads back the windows that have closed, once, when the dashboard starts: first those of an hour, then those of a
 * minute, as far as they are kept in memory. What closes meanwhile comes with the other facts.
 */
final class HistoryReader implements ConsumerThread.Reader, AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Map<String, String> IN_BULK = Map.of(
            "fetch.max.bytes", Integer.toString(8 << 20), "max.poll.records", "5000", "auto.offset.reset", "earliest");

    /** @param backMs how far it is read back */
    private record Part(Topic<Area> topic, long backMs) {}

    private final KafkaConsumer<String, byte[]> consumer;
    private final DeadLetters deadLetters;
    private final Consumer<Area> areas;
    private final Deque<Part> parts = new ArrayDeque<>(List.of(
            new Part(Topic.AREA_HOURS, AreaHistory.hoursBackMs()),
            new Part(Topic.AREA_MINUTES, AreaHistory.minutesBackMs())));

    private final ConsumerThread thread;
    private Map<TopicPartition, Long> ends = Map.of();
    private Topic<Area> reading;
    private volatile boolean done;

    /** @param areas takes each window, on the reader's thread */
    HistoryReader(Kafka kafka, DeadLetters deadLetters, Consumer<Area> areas) {
        this.consumer = kafka.consumer("dashboard-history", null, IN_BULK);
        this.deadLetters = deadLetters;
        this.areas = areas;
        this.thread = new ConsumerThread("dashboard-history", consumer, this);
    }

    void start() {
        thread.start();
    }

    /** Whether everything has been read back. */
    boolean isDone() {
        return done;
    }

    boolean alive() {
        return thread.failure().isEmpty();
    }

    @Override
    public void step() {
        if (ends.isEmpty() && !next()) {
            // Ends the thread and its consumer, as closing them would.
            throw new WakeupException();
        }
        consumer.poll(POLL).forEach(this::take);
        ends.entrySet().removeIf(end -> consumer.position(end.getKey()) >= end.getValue());
        if (ends.isEmpty()) {
            parts.removeFirst();
            done = parts.isEmpty();
        }
    }

    /** Assigns the next topic; false when there is none. */
    private boolean next() {
        if (parts.isEmpty()) {
            return false;
        }
        Part part = parts.getFirst();
        reading = part.topic();
        List<TopicPartition> partitions = Kafka.partitions(consumer, part.topic());
        long fromMs = Math.max(0, System.currentTimeMillis() - part.backMs());
        Map<TopicPartition, OffsetAndTimestamp> starts = new HashMap<>(consumer.offsetsForTimes(
                partitions.stream().collect(Collectors.toMap(partition -> partition, partition -> fromMs))));
        starts.values().removeIf(Objects::isNull);
        Map<TopicPartition, Long> last = new HashMap<>(consumer.endOffsets(starts.keySet()));
        consumer.assign(starts.keySet());
        starts.forEach((partition, start) -> consumer.seek(partition, start.offset()));
        ends = last;
        if (ends.isEmpty()) {
            parts.removeFirst();
            done = parts.isEmpty();
            return next();
        }
        return true;
    }

    private void take(ConsumerRecord<String, byte[]> record) {
        try {
            Area area = reading.parse(record.value());
            if (area != null) {
                areas.accept(area);
            }
        } catch (MalformedRecordException e) {
            deadLetters.put(record, e.getMessage());
        }
    }

    @Override
    public void close() {
        thread.close();
    }
}
