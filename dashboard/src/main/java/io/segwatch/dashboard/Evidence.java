package io.segwatch.dashboard;

import io.segwatch.contracts.KafkaAddress;
import io.segwatch.contracts.Topic;
import io.segwatch.v1.Frame;
import io.segwatch.v1.FrameId;
import io.segwatch.v1.Observation;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;

/**
 * Looks up one frame and its observation where Kafka still has them; nothing is kept here. Blocks for up to some
 * seconds. Threadsafe.
 */
final class Evidence {
    /** A frame and what was seen in it; each is empty when Kafka has dropped it. */
    record Found(Optional<Frame> frame, Optional<Observation> observation) {}

    /** A frame may have been written so long before and after it was taken, by other clocks. */
    private static final long BEFORE_MS = 2_000;

    private static final long AFTER_MS = 15_000;
    private static final long PATIENCE_MS = 4_000;
    private static final Duration POLL = Duration.ofMillis(100);

    private final KafkaAddress kafka;

    Evidence(KafkaAddress kafka) {
        this.kafka = kafka;
    }

    /** @param atMs when the frame was taken, event time */
    Found find(FrameId id, long atMs) {
        try (KafkaConsumer<String, byte[]> consumer =
                kafka.consumer(DashboardRole.NAME + "-evidence", null, Map.of())) {
            Optional<Frame> frame = find(
                    consumer,
                    Topic.FRAMES,
                    id.getCamera(),
                    atMs,
                    found -> found.getId().equals(id));
            Optional<Observation> observation = find(
                    consumer,
                    Topic.OBSERVATIONS,
                    id.getCamera(),
                    atMs,
                    found -> !found.getBackfill() && found.getFrame().equals(id));
            return new Found(frame, observation);
        }
    }

    private static <T extends com.google.protobuf.MessageLite> Optional<T> find(
            KafkaConsumer<String, byte[]> consumer, Topic<T> topic, String camera, long atMs, Predicate<T> wanted) {
        int partitions = consumer.partitionsFor(topic.topicName()).size();
        int number = BuiltInPartitioner.partitionForKey(camera.getBytes(StandardCharsets.UTF_8), partitions);
        TopicPartition partition = new TopicPartition(topic.topicName(), number);
        OffsetAndTimestamp start = consumer.offsetsForTimes(Map.of(partition, Math.max(0, atMs - BEFORE_MS)))
                .get(partition);
        if (start == null) {
            return Optional.empty();
        }
        consumer.assign(List.of(partition));
        consumer.seek(partition, start.offset());
        long end = consumer.endOffsets(List.of(partition)).get(partition);
        long untilMs = System.currentTimeMillis() + PATIENCE_MS;
        while (consumer.position(partition) < end && System.currentTimeMillis() < untilMs) {
            for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                if (record.timestamp() > atMs + AFTER_MS) {
                    return Optional.empty();
                }
                Optional<T> found = camera.equals(record.key()) ? parsed(topic, record.value()) : Optional.empty();
                if (found.filter(wanted).isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    /** What cannot be read is put aside by the roles that live on it. */
    private static <T extends com.google.protobuf.MessageLite> Optional<T> parsed(Topic<T> topic, byte[] bytes) {
        try {
            return Optional.ofNullable(topic.parse(bytes));
        } catch (SerializationException e) {
            return Optional.empty();
        }
    }
}
