package io.segwatch.dashboard.rest;

import com.google.protobuf.MessageLite;
import io.segwatch.contracts.MalformedRecordException;
import io.segwatch.contracts.Topic;
import io.segwatch.kafka.Kafka;
import io.segwatch.v1.Evidence;
import io.segwatch.v1.Frame;
import io.segwatch.v1.FrameId;
import io.segwatch.v1.Observation;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;

/**
 * Looks up one frame or its observation where Kafka still has them, some minutes back; nothing is kept here. Blocks for
 * up to some seconds. Threadsafe.
 */
final class PastFrames {
    /** A frame may have been written so long before and after it was taken, by other clocks. */
    private static final long BEFORE_MS = 2_000;

    private static final long AFTER_MS = 15_000;
    /** Evidence is made when the dashboard runs. */
    static final long EVIDENCE_AFTER_MS = Duration.ofHours(1).toMillis();

    private static final long TIMEOUT_MS = 4_000;
    private static final Duration POLL = Duration.ofMillis(100);
    /** Whole frames pass by until the right one does, so that little is asked for at a time. */
    private static final Map<String, String> SMALL_FETCH =
            Map.of("max.poll.records", "50", "fetch.max.bytes", Integer.toString(4 << 20));

    /** Whether what is known of a camera at a moment, event time, was erased. */
    interface Hidden {
        boolean test(String camera, long atMs);
    }

    private final Kafka kafka;
    private final Hidden hidden;

    PastFrames(Kafka kafka, Hidden hidden) {
        this.kafka = kafka;
        this.hidden = hidden;
    }

    /** The frame of this camera that was taken at {@code atMs}, event time, or the first one after it. */
    Optional<Frame> newest(String camera, long atMs) {
        return find(
                Topic.FRAMES,
                FrameId.newBuilder().setCamera(camera).build(),
                atMs,
                found -> found.getCapturedAtMs() >= atMs && !hidden.test(camera, found.getCapturedAtMs()));
    }

    /** @param atMs when it was taken, event time, give or take two seconds */
    Optional<Frame> frame(FrameId id, long atMs) {
        return find(
                Topic.FRAMES,
                id,
                atMs,
                found -> found.getId().equals(id) && !hidden.test(id.getCamera(), found.getCapturedAtMs()));
    }

    /**
     * What was seen in a frame when it came.
     *
     * @param atMs when it was taken, event time, give or take two seconds
     */
    Optional<Observation> observation(FrameId id, long atMs) {
        return find(
                Topic.OBSERVATIONS,
                id,
                atMs,
                found -> !found.getBackfill()
                        && found.getFrame().equals(id)
                        && !hidden.test(id.getCamera(), found.getCapturedAtMs()));
    }

    /** The picture that was kept of an alert. */
    Optional<Evidence> evidence(String alert, String camera, long openedAtMs) {
        return find(
                Topic.EVIDENCE,
                camera,
                openedAtMs,
                EVIDENCE_AFTER_MS,
                found -> found.getAlert().equals(alert) && !hidden.test(camera, openedAtMs));
    }

    private <T extends MessageLite> Optional<T> find(Topic<T> topic, FrameId id, long atMs, Predicate<T> wanted) {
        return find(topic, id.getCamera(), atMs, AFTER_MS, wanted);
    }

    private <T extends MessageLite> Optional<T> find(
            Topic<T> topic, String camera, long atMs, long afterMs, Predicate<T> wanted) {
        try (KafkaConsumer<String, byte[]> consumer = kafka.consumer("past-frames", null, SMALL_FETCH)) {
            int partitions = consumer.partitionsFor(topic.topicName()).size();
            int number = Kafka.partitionOf(camera, partitions);
            TopicPartition partition = new TopicPartition(topic.topicName(), number);
            OffsetAndTimestamp start = consumer.offsetsForTimes(Map.of(partition, Math.max(0, atMs - BEFORE_MS)))
                    .get(partition);
            if (start == null) {
                return Optional.empty();
            }
            consumer.assign(List.of(partition));
            consumer.seek(partition, start.offset());
            return search(consumer, partition, topic, camera, atMs + afterMs, wanted);
        }
    }

    private static <T extends MessageLite> Optional<T> search(
            KafkaConsumer<String, byte[]> consumer,
            TopicPartition partition,
            Topic<T> topic,
            String camera,
            long lastMs,
            Predicate<T> wanted) {
        long end = consumer.endOffsets(List.of(partition)).get(partition);
        long untilMs = System.currentTimeMillis() + TIMEOUT_MS;
        while (consumer.position(partition) < end && System.currentTimeMillis() < untilMs) {
            for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                if (record.timestamp() > lastMs) {
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
    private static <T extends MessageLite> Optional<T> parsed(Topic<T> topic, byte[] bytes) {
        try {
            return Optional.ofNullable(topic.parse(bytes));
        } catch (MalformedRecordException e) {
            return Optional.empty();
        }
    }
}
