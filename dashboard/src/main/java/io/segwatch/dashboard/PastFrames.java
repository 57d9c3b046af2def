package io.segwatch.dashboard;

import io.segwatch.contracts.KafkaAddress;
import io.segwatch.contracts.Topic;
import io.segwatch.v1.Frame;
import io.segwatch.v1.FrameId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;

/** Frames that Kafka still keeps, some minutes of them, one at a time: the evidence of alerts. Threadsafe. */
final class PastFrames {
    /** A frame is written after it was taken, and within so long of it. */
    private static final long WRITTEN_WITHIN_MS = 15_000;

    /** Cameras' clocks may be ahead of Kafka's. */
    private static final long CLOCKS_APART_MS = 2_000;

    private static final Duration POLL = Duration.ofMillis(500);

    private final KafkaAddress kafka;

    PastFrames(KafkaAddress kafka) {
        this.kafka = kafka;
    }

    /**
     * The JPEG of a frame, or empty when it is kept no longer; blocks for up to a second or two.
     *
     * @param aboutMs when it was taken, give or take two seconds
     */
    Optional<byte[]> find(FrameId id, long aboutMs) {
        // Whole frames pass by until the right one does, so that little is asked for at a time.
        Map<String, String> inSips = Map.of("max.poll.records", "50", "fetch.max.bytes", Integer.toString(4 << 20));
        try (KafkaConsumer<String, byte[]> consumer = kafka.consumer("past-frames", null, inSips)) {
            String topic = Topic.FRAMES.topicName();
            int number = BuiltInPartitioner.partitionForKey(
                    id.getCamera().getBytes(StandardCharsets.UTF_8),
                    consumer.partitionsFor(topic).size());
            TopicPartition partition = new TopicPartition(topic, number);
            OffsetAndTimestamp start = consumer.offsetsForTimes(
                            Map.of(partition, Math.max(0, aboutMs - CLOCKS_APART_MS)))
                    .get(partition);
            if (start == null) {
                return Optional.empty();
            }
            consumer.assign(List.of(partition));
            consumer.seek(partition, start.offset());
            return search(consumer, partition, id, aboutMs + WRITTEN_WITHIN_MS);
        }
    }

    private static Optional<byte[]> search(
            KafkaConsumer<String, byte[]> consumer, TopicPartition partition, FrameId id, long untilMs) {
        long end = consumer.endOffsets(List.of(partition)).get(partition);
        while (consumer.position(partition) < end) {
            var records = consumer.poll(POLL);
            if (records.isEmpty()) {
                return Optional.empty();
            }
            for (ConsumerRecord<String, byte[]> record : records) {
                if (record.timestamp() > untilMs) {
                    return Optional.empty();
                }
                Optional<byte[]> jpeg = jpegOf(record, id);
                if (jpeg.isPresent()) {
                    return jpeg;
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<byte[]> jpegOf(ConsumerRecord<String, byte[]> record, FrameId id) {
        if (!id.getCamera().equals(record.key())) {
            return Optional.empty();
        }
        try {
            Frame frame = Topic.FRAMES.parse(record.value());
            return frame != null && frame.getId().equals(id)
                    ? Optional.of(frame.getJpeg().toByteArray())
                    : Optional.empty();
        } catch (SerializationException e) {
            // The worker puts it aside; it is no evidence here either.
            return Optional.empty();
        }
    }
}
