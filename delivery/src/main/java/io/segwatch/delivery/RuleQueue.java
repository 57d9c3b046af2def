package io.segwatch.delivery;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The alerts of one rule that wait to be posted. The first {@value #IN_MEMORY} are in memory. Of the others only the
 * {@link RecordRef} is kept, and they are read again when their turn is near, so that a rule that cannot be delivered
 * costs little memory however many alerts follow. For one thread.
 */
final class RuleQueue {
    /** Alerts in memory; the next are read when half of them are gone. */
    static final int IN_MEMORY = 64;

    final String name;
    private final Deque<Delivery> loaded = new ArrayDeque<>();
    private final Deque<RecordRef> spilled = new ArrayDeque<>();
    private boolean reading;
    private Delivery tried;
    /** Failed attempts to post the first alert. */
    int failures;
    /** When the next attempt is due, by this machine's clock; 0 when none waits. */
    long dueMs;
    /** An attempt is in flight, its retry is due later, or the queue stands in line for its next attempt. */
    boolean busy;

    RuleQueue(String name) {
        this.name = name;
    }

    void add(Delivery delivery) {
        // A replay reads no more than it may keep in memory, and has no offset to come back to.
        boolean keep = delivery.ref() == null || (spilled.isEmpty() && !reading && loaded.size() < IN_MEMORY);
        if (keep) {
            loaded.add(delivery);
        } else {
            spilled.add(delivery.ref());
        }
    }

    /** The next alert, those of revoked partitions left out; null when there is none in memory. */
    Delivery first() {
        loaded.removeIf(Delivery::isRevoked);
        Delivery first = loaded.peek();
        if (first != tried) {
            tried = first;
            failures = 0;
        }
        return first;
    }

    void remove(Delivery delivery) {
        if (loaded.peek() == delivery) {
            loaded.remove();
        }
    }

    /** Records to read now, in order; empty when there is no need. Otherwise {@link #addRead} must follow. */
    List<RecordRef> nextToRead() {
        List<RecordRef> records = new ArrayList<>();
        if (reading || loaded.size() > IN_MEMORY / 2) {
            return records;
        }
        while (loaded.size() + records.size() < IN_MEMORY && !spilled.isEmpty()) {
            RecordRef ref = spilled.remove();
            if (!ref.tracker().isRevoked()) {
                records.add(ref);
            }
        }
        reading = !records.isEmpty();
        return records;
    }

    /** @param deliveries what was read; those that Kafka no longer holds are left out */
    void addRead(List<Delivery> deliveries) {
        reading = false;
        loaded.addAll(deliveries);
    }

    boolean isEmpty() {
        return loaded.isEmpty() && spilled.isEmpty() && !reading;
    }
}
