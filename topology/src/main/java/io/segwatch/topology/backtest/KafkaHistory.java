package io.segwatch.topology.backtest;

import com.google.protobuf.MessageLite;
import io.segwatch.contracts.Topic;
import io.segwatch.kafka.Kafka;
import io.segwatch.kafka.PastRecords;
import io.segwatch.topology.camera.BacktestRun;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A camera's definitions and observations that Kafka still has. For one thread. */
final class KafkaHistory implements AutoCloseable {
    private final PastRecords records;

    KafkaHistory(Kafka kafka) {
        this.records = new PastRecords(kafka, "backtest");
    }

    <T extends MessageLite> Optional<T> definition(Topic<T> topic, String id) {
        return Optional.ofNullable(definitions(topic).get(id));
    }

    <T extends MessageLite> Map<String, T> definitions(Topic<T> topic) {
        return records.latest(topic);
    }

    /** Hands over the camera's observations from {@code fromMs} on, in order, until {@code more} is false. */
    void observations(String camera, long fromMs, Predicate<ConsumerRecord<String, byte[]>> more) {
        // A frame's event time may be later than its record's by the clocks' difference.
        records.read(Topic.OBSERVATIONS, camera, fromMs - BacktestRun.MAX_CLOCK_AHEAD_MS, more);
    }

    @Override
    public void close() {
        records.close();
    }
}
