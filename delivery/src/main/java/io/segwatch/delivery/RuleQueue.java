package io.segwatch.delivery;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.apache.kafka.common.TopicPartition;

/**
 * What waits its turn for one rule. The first alerts are in memory; of the others only their places in Kafka are kept,
 * and they are read again when their turn is near. So a rule that is stuck costs little however much comes after it.
 * For one thread.
 */
final class RuleQueue {
    /** Alerts in memory; the next are read when half are gone. */
    private static final int IN_MEMORY = 64;

    /** Where a record is. */
    record RecordRef(TopicPartition partition, long offset, OffsetTracker progress) {}

    final String name;
    private final Deque<Delivery> near = new ArrayDeque<>();
    private final Deque<RecordRef> far = new ArrayDeque<>();
    private boolean reading;
    private Delivery tried;
    /** Failed attempts to post the first. */
    int failures;
    /** It is in flight, waits for its next attempt or stands in the line of those that are ready. */
    boolean busy;

    RuleQueue(String name) {
        this.name = name;
    }

    void add(Delivery delivery) {
        // A replay reads no further than its share of memory, and has no place to come back to.
        boolean keep = delivery.progress() == null || (far.isEmpty() && !reading && near.size() < IN_MEMORY);
        if (keep) {
            near.add(delivery);
        } else {
            TopicPartition partition = new TopicPartition(
                    delivery.record().topic(), delivery.record().partition());
            far.add(new RecordRef(partition, delivery.record().offset(), delivery.progress()));
        }
    }

    /** The next, those that are no longer ours left out; null when there is none in memory. */
    Delivery first() {
        near.removeIf(Delivery::isRevoked);
        Delivery first = near.peek();
        if (first != tried) {
            tried = first;
            failures = 0;
        }
        return first;
    }

    void remove(Delivery delivery) {
        if (near.peek() == delivery) {
            near.remove();
        }
    }

    /** Places to read now, in order; empty when there is no need. {@link #read} must follow. */
    List<RecordRef> toRead() {
        List<RecordRef> places = new ArrayList<>();
        if (reading || near.size() > IN_MEMORY / 2) {
            return places;
        }
        while (near.size() + places.size() < IN_MEMORY && !far.isEmpty()) {
            RecordRef place = far.remove();
            if (!place.progress().isRevoked()) {
                places.add(place);
            }
        }
        reading = !places.isEmpty();
        return places;
    }

    void read(List<Delivery> deliveries) {
        reading = false;
        near.addAll(deliveries);
    }

    boolean isEmpty() {
        return near.isEmpty() && far.isEmpty() && !reading;
    }
}
