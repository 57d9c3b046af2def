package io.segwatch.topology.backtest;

import com.google.protobuf.MessageLite;
import io.segwatch.contracts.MalformedRecordException;
import io.segwatch.contracts.Topic;
import io.segwatch.kafka.Kafka;
import io.segwatch.topology.camera.BacktestRun;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;

/** A camera's definitions and observations that Kafka still has. For one thread. */
final class KafkaHistory implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Map<String, String> IN_BULK = Map.of(
            "fetch.max.bytes", Integer.toString(32 << 20), "max.poll.records", "2000", "auto.offset.reset", "earliest");

    private final KafkaConsumer<String, byte[]> consumer;

    KafkaHistory(Kafka kafka) {
        this.consumer = kafka.consumer("backtest", null, IN_BULK);
    }

    <T extends MessageLite> Optional<T> definition(Topic<T> topic, String id) {
        return Optional.ofNullable(definitions(topic).get(id));
    }

    <T extends MessageLite> Map<String, T> definitions(Topic<T> topic) {
        Map<String, T> definitions = new HashMap<>();
        TopicPartition partition = new TopicPartition(topic.topicName(), 0);
        readFrom(partition, 0, record -> {
            try {
                T value = topic.parse(record.value());
                if (value == null) {
                    definitions.remove(record.key());
                } else {
                    definitions.put(record.key(), value);
                }
            } catch (MalformedRecordException e) {
                // The roles put it aside; it defines nothing here either.
            }
            return true;
        });
        return definitions;
    }

    /** Hands over the camera's observations from {@code fromMs} on, in order, until {@code more} is false. */
    void observations(String camera, long fromMs, Predicate<ConsumerRecord<String, byte[]>> more) {
        String topic = Topic.OBSERVATIONS.topicName();
        int partitions = consumer.partitionsFor(topic).size();
        TopicPartition partition = new TopicPartition(topic, Kafka.partitionOf(camera, partitions));
        // A frame's event time may be later than its record's by the clocks' difference.
        long writtenFromMs = Math.max(0, fromMs - BacktestRun.MAX_CLOCK_AHEAD_MS);
        OffsetAndTimestamp start =
                consumer.offsetsForTimes(Map.of(partition, writtenFromMs)).get(partition);
        if (start != null) {
            readFrom(partition, start.offset(), record -> !camera.equals(record.key()) || more.test(record));
        }
    }

    private void readFrom(TopicPartition partition, long offset, Predicate<ConsumerRecord<String, byte[]>> more) {
        consumer.assign(List.of(partition));
        consumer.seek(partition, offset);
        long end = consumer.endOffsets(List.of(partition)).get(partition);
        long lastRecordNanos = System.nanoTime();
        while (consumer.position(partition) < end) {
            for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                lastRecordNanos = System.nanoTime();
                if (record.offset() < end && !more.test(record)) {
                    return;
                }
            }
            if (System.nanoTime() - lastRecordNanos > TIMEOUT.toNanos()) {
                throw new IllegalStateException("Kafka gave no record of " + partition + " for " + TIMEOUT.toSeconds()
                        + " s. Check that the broker runs.");
            }
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
