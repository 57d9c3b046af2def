package io.segwatch.dashboard.alerts;

import io.segwatch.contracts.MalformedRecordException;
import io.segwatch.contracts.Topic;
import io.segwatch.dashboard.http.HttpProblem;
import io.segwatch.kafka.Kafka;
import io.segwatch.v1.Alert;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** Reads alerts by where they lie. For one thread. */
final class AlertReader implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final long LONGEST_NANOS = Duration.ofSeconds(12).toNanos();
    /** What lies between two wanted records is read along up to here, and passed over where it is more. */
    private static final long NEAR = 300;

    private final KafkaConsumer<String, byte[]> consumer;
    private final long until = System.nanoTime() + LONGEST_NANOS;
    private final Map<TopicPartition, Map<Long, Alert>> found = new HashMap<>();

    private AlertReader(Kafka kafka) {
        this.consumer = kafka.consumer(
                "dashboard-kept-alerts", null, Map.of("auto.offset.reset", "earliest", "max.poll.records", "300"));
    }

    static List<AlertArchive.Whole> read(Kafka kafka, Collection<AlertEntry> entries) {
        if (entries.isEmpty()) {
            return List.of();
        }
        Map<Integer, NavigableSet<Long>> wanted = new TreeMap<>();
        for (AlertEntry entry : entries) {
            NavigableSet<Long> offsets = wanted.computeIfAbsent(entry.partition(), any -> new TreeSet<>());
            offsets.add(entry.newest());
            if (entry.opening() >= 0) {
                offsets.add(entry.opening());
            }
        }
        try (AlertReader reader = new AlertReader(kafka)) {
            wanted.forEach(
                    (number, offsets) -> reader.read(new TopicPartition(Topic.ALERTS.topicName(), number), offsets));
            return reader.whole(entries);
        }
    }

    private List<AlertArchive.Whole> whole(Collection<AlertEntry> entries) {
        List<AlertArchive.Whole> all = new ArrayList<>();
        for (AlertEntry entry : entries) {
            Map<Long, Alert> here =
                    found.getOrDefault(new TopicPartition(Topic.ALERTS.topicName(), entry.partition()), Map.of());
            Alert newest = here.get(entry.newest());
            if (newest != null) {
                all.add(new AlertArchive.Whole(entry, Optional.ofNullable(here.get(entry.opening())), newest));
            }
        }
        return all;
    }

    private void read(TopicPartition partition, NavigableSet<Long> wanted) {
        consumer.assign(List.of(partition));
        Map<Long, Alert> here = found.computeIfAbsent(partition, any -> new HashMap<>());
        long start = consumer.beginningOffsets(List.of(partition)).get(partition);
        Long next = wanted.ceiling(start);
        while (next != null) {
            long position = next;
            consumer.seek(partition, position);
            while (next != null && next - position < NEAR) {
                if (System.nanoTime() > until) {
                    // A part of what was asked for would look like all of it.
                    throw HttpProblem.of(503, "alerts", "could not be read from Kafka in time; try again in a moment");
                }
                for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                    if (wanted.contains(record.offset())) {
                        keep(record, here);
                    }
                }
                position = consumer.position(partition);
                next = wanted.ceiling(position);
            }
        }
    }

    private static void keep(ConsumerRecord<String, byte[]> record, Map<Long, Alert> here) {
        try {
            Alert alert = Topic.ALERTS.parse(record.value());
            if (alert != null) {
                here.put(record.offset(), alert);
            }
        } catch (MalformedRecordException e) {
            // It was none when it was noted.
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
