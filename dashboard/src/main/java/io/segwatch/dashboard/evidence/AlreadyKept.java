package io.segwatch.dashboard.evidence;

import com.google.protobuf.MessageLite;
import io.segwatch.contracts.MalformedRecordException;
import io.segwatch.contracts.Topic;
import io.segwatch.kafka.Kafka;
import io.segwatch.v1.Clip;
import io.segwatch.v1.Evidence;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * What was kept of alerts lately, by this process and by others, so that a process that takes alerts over makes nothing
 * twice. A partition is read from Kafka when something in it is first asked for; after that only this process writes to
 * it, until {@link #forget}. Blocks. Threadsafe.
 */
final class AlreadyKept {
    private static final int MOST_KEYS = 20_000;
    private static final Duration POLL = Duration.ofMillis(200);
    /** A record may have been written so long before the moment it is of, by other clocks. */
    private static final long BEFORE_MS = 2_000;

    /** How much is read at once, so that it is not read again for each alert a little older. */
    private static final long AT_LEAST_MS = Duration.ofMinutes(10).toMillis();

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    /** What another process had under way when it was stopped ends within seconds, and counts or not. */
    private static final Map<String, String> UNDER_WAY_TOO = Map.of("isolation.level", "read_uncommitted");

    private static final Map<String, String> SETTINGS =
            Map.of("max.poll.records", "100", "fetch.max.bytes", Integer.toString(8 << 20));

    private final Kafka kafka;
    private final Map<Topic<?>, Integer> partitions = new HashMap<>();
    private final Map<TopicPartition, Long> readFromMs = new HashMap<>();
    private final Set<String> keys = Collections.newSetFromMap(new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > MOST_KEYS;
        }
    });

    AlreadyKept(Kafka kafka) {
        this.kafka = kafka;
    }

    static String clip(String alert) {
        return alert + "/CLIP";
    }

    /**
     * Whether a thing of this key is there.
     *
     * @param sinceMs no earlier than this it was written
     */
    synchronized boolean has(Topic<?> topic, String camera, String key, long sinceMs) {
        if (!keys.contains(key)) {
            long atLeastMs = System.currentTimeMillis() - AT_LEAST_MS;
            read(topic, camera, Math.max(0, Math.min(sinceMs - BEFORE_MS, atLeastMs)));
        }
        return keys.contains(key);
    }

    synchronized void add(String key) {
        keys.add(key);
    }

    /** Others may write from now on. */
    synchronized void forget() {
        readFromMs.clear();
        keys.clear();
    }

    private void read(Topic<?> topic, String camera, long fromMs) {
        Integer known = partitions.get(topic);
        if (known != null && isRead(partition(topic, camera, known), fromMs)) {
            return;
        }
        try (KafkaConsumer<String, byte[]> consumer = kafka.consumer("evidence-kept", null, SETTINGS);
                KafkaConsumer<String, byte[]> ends = kafka.consumer("evidence-kept-end", null, UNDER_WAY_TOO)) {
            partitions.put(topic, consumer.partitionsFor(topic.topicName()).size());
            TopicPartition partition = partition(topic, camera, partitions.get(topic));
            OffsetAndTimestamp start =
                    consumer.offsetsForTimes(Map.of(partition, fromMs)).get(partition);
            if (start != null) {
                consumer.assign(List.of(partition));
                consumer.seek(partition, start.offset());
                long end = ends.endOffsets(List.of(partition)).get(partition);
                long beganNanos = System.nanoTime();
                while (consumer.position(partition) < end) {
                    if (System.nanoTime() - beganNanos > TIMEOUT.toNanos()) {
                        throw new TimeoutException("Kafka did not give all of " + partition + " within " + TIMEOUT);
                    }
                    consumer.poll(POLL).forEach(record -> key(topic, record).ifPresent(keys::add));
                }
            }
            readFromMs.put(partition, fromMs);
        }
    }

    private boolean isRead(TopicPartition partition, long fromMs) {
        return readFromMs.getOrDefault(partition, Long.MAX_VALUE) <= fromMs;
    }

    private static TopicPartition partition(Topic<?> topic, String camera, int count) {
        return new TopicPartition(topic.topicName(), Kafka.partitionOf(camera, count));
    }

    private static Optional<String> key(Topic<?> topic, ConsumerRecord<String, byte[]> record) {
        try {
            MessageLite value = topic.parse(record.value());
            if (value instanceof Clip clip) {
                return Optional.of(clip(clip.getAlert()));
            }
            return value instanceof Evidence evidence
                    ? Optional.of(
                            new AlertMoment(evidence.getMoment(), evidence.getFrame(), 0, 0).key(evidence.getAlert()))
                    : Optional.empty();
        } catch (MalformedRecordException e) {
            return Optional.empty();
        }
    }
}
