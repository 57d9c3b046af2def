package io.segwatch.delivery;

import io.segwatch.v1.Alert;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * One alert that is to be posted.
 *
 * @param record as it was read, for the dead letter
 * @param replay id of the replay that asks for it; empty when it is live
 * @param ref where the record lies; null in a replay
 * @param acknowledge run once, when the receiver or the dead-letter topic has taken the alert
 */
record Delivery(
        Alert alert, ConsumerRecord<String, byte[]> record, String replay, RecordRef ref, Runnable acknowledge) {

    static Delivery live(Alert alert, ConsumerRecord<String, byte[]> record, RecordRef ref) {
        return new Delivery(alert, record, "", ref, ref::acknowledge);
    }

    /** Alerts of one rule are posted one after the other. A replay has queues of its own beside the live ones. */
    String queue() {
        return replay + "/" + alert.getRule();
    }

    /** The partition has gone to another process, which posts the alert now. */
    boolean isRevoked() {
        return ref != null && ref.tracker().isRevoked();
    }
}
