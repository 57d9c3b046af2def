package io.segwatch.delivery;

import io.segwatch.contracts.Topic;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads alerts again that a {@link RuleQueue} had no room for, with a consumer of its own. For one thread. */
final class SpillReader implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SpillReader.class);
    private static final Duration POLL = Duration.ofMillis(200);

    private final KafkaConsumer<String, byte[]> consumer;
    private final Map<TopicPartition, TreeMap<Long, RecordRef>> missing = new HashMap<>();
    private final Map<RecordRef, Delivery> found = new HashMap<>();
    private ReadRequest current;

    /** @param consumer that begins at the earliest record when an offset has expired; closed with this reader */
    SpillReader(KafkaConsumer<String, byte[]> consumer) {
        this.consumer = consumer;
    }

    /**
     * Goes on reading for at most 0.2 s. Call it again with the same request until it answers, also when it throws.
     *
     * @return the alerts in the request's order once all have been read. Expired ones are acknowledged and left out
     */
    Optional<List<Delivery>> read(ReadRequest request) {
        if (current != request) {
            begin(request);
        }
        consumer.poll(POLL).forEach(this::take);
        if (missing.entrySet().removeIf(entry -> isRead(entry.getKey(), entry.getValue()))) {
            consumer.assign(missing.keySet());
        }
        return missing.isEmpty() ? Optional.of(end()) : Optional.empty();
    }

    private void begin(ReadRequest request) {
        request.records()
                .forEach(ref -> missing.computeIfAbsent(ref.partition(), partition -> new TreeMap<>())
                        .put(ref.offset(), ref));
        consumer.assign(missing.keySet());
        missing.forEach((partition, refs) -> consumer.seek(partition, refs.firstKey()));
        current = request;
    }

    private void take(ConsumerRecord<String, byte[]> record) {
        RecordRef ref = missing.get(new TopicPartition(record.topic(), record.partition()))
                .remove(record.offset());
        if (ref != null) {
            found.put(ref, Delivery.live(Topic.ALERTS.parse(record.value()), record, ref));
        }
    }

    private boolean isRead(TopicPartition partition, TreeMap<Long, RecordRef> refs) {
        if (refs.isEmpty()) {
            return true;
        }
        if (consumer.position(partition) <= refs.lastKey()) {
            return false;
        }
        log.warn("{} alerts of {} expired in Kafka before they could be posted", refs.size(), partition);
        refs.values().forEach(RecordRef::acknowledge);
        return true;
    }

    private List<Delivery> end() {
        List<Delivery> deliveries = current.records().stream()
                .map(found::get)
                .filter(Objects::nonNull)
                .toList();
        found.clear();
        current = null;
        return deliveries;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
