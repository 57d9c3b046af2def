package io.segwatch.dashboard.evidence;

import com.google.protobuf.MessageLite;
import io.segwatch.contracts.Topic;
import io.segwatch.kafka.FencedSender;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * The time for which some partitions of alerts are this process's own. What it makes of their alerts it may write until
 * others have them, which Kafka decides: a process that stood still may not know yet. Threadsafe.
 */
final class Tenure {
    private final FencedSender sender;
    private final AlreadyKept already;
    private final ConsumerGroupMetadata member;
    private volatile Map<TopicPartition, OffsetAndMetadata> positions;
    private volatile boolean over;

    /**
     * Begins.
     *
     * @param member of the group, as it was given the partitions
     * @param positions of these
     */
    Tenure(
            FencedSender sender,
            AlreadyKept already,
            ConsumerGroupMetadata member,
            Map<TopicPartition, OffsetAndMetadata> positions) {
        this.sender = sender;
        this.already = already;
        this.member = member;
        this.positions = positions;
    }

    /** Alerts have been read up to here. */
    void reached(Map<TopicPartition, OffsetAndMetadata> now) {
        positions = now;
    }

    void end() {
        over = true;
    }

    boolean isOver() {
        return over;
    }

    /**
     * Writes what was made of an alert.
     *
     * @param key by which it is known to be there
     * @return false when others may make it
     * @throws KafkaException when Kafka does not take it
     */
    <T extends MessageLite> boolean write(Topic<T> topic, String camera, T value, String key) {
        if (over || positions.isEmpty()) {
            return false;
        }
        try {
            boolean written = sender.send(topic, camera, value, member, positions);
            if (written) {
                already.add(key);
            }
            return written;
        } catch (KafkaException e) {
            // It may be there all the same.
            already.forget();
            throw e;
        }
    }
}
