package io.segwatch.kafka;

import com.google.protobuf.MessageLite;
import io.segwatch.contracts.Topic;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what a member of a consumer group makes of its partitions, and nobody else may: each record in a transaction
 * that also commits the member's positions. Kafka refuses it once the group has gone on without the member, and whoever
 * has the partitions next learns its positions only when what is under way has ended. Threadsafe; a record at a time.
 */
public final class FencedSender implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(FencedSender.class);
    /** So long a process that was killed holds up who comes next, at most about. */
    private static final String UNDER_WAY_MS = "15000";

    private final Kafka kafka;
    private final String source;
    private final String transactionalId;
    private Producer<String, byte[]> producer;

    /**
     * Connects with the first record.
     *
     * @param source the role, as in the records' headers
     * @param work for which Kafka must let this client write to transactions {@code work-*}
     */
    public FencedSender(Kafka kafka, String source, String work) {
        this.kafka = kafka;
        this.source = source;
        this.transactionalId = work + "-" + UUID.randomUUID();
    }

    /**
     * Sends a record and returns when it is committed.
     *
     * @param member as it was when it was given the partitions
     * @param positions of these, at least one
     * @return false when others may have them by now: nothing was sent
     * @throws KafkaException when Kafka does not take it; whether it was sent only a reader can tell
     */
    public synchronized <T extends MessageLite> boolean send(
            Topic<T> topic,
            String key,
            T value,
            ConsumerGroupMetadata member,
            Map<TopicPartition, OffsetAndMetadata> positions) {
        try {
            begin();
            // First, so that readers of the topic seldom see what does not count.
            producer.sendOffsetsToTransaction(positions, member);
            Kafka.sender(topic, producer, source).send(key, value);
            producer.commitTransaction();
            return true;
        } catch (CommitFailedException e) {
            takeBack();
            return false;
        } catch (KafkaException e) {
            if (KafkaRights.isRefusal(e)) {
                log.warn("This process may not write {}: {}. {}", topic, e.getMessage(), KafkaRights.REMEDY);
            }
            takeBack();
            throw e;
        }
    }

    private void begin() {
        if (producer == null) {
            producer = kafka.producer(
                    source + "-fenced",
                    Map.of("transactional.id", transactionalId, "transaction.timeout.ms", UNDER_WAY_MS));
            producer.initTransactions();
        }
        producer.beginTransaction();
    }

    /** What cannot be taken back ends with its time; the next record is sent by a producer that is new. */
    private void takeBack() {
        try {
            producer.abortTransaction();
        } catch (KafkaException | IllegalStateException e) {
            producer.close(Duration.ZERO);
            producer = null;
        }
    }

    @Override
    public synchronized void close() {
        if (producer != null) {
            producer.close(Duration.ofSeconds(5));
        }
    }
}
