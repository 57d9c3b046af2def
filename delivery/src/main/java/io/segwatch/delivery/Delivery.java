package io.segwatch.delivery;

import io.segwatch.v1.Alert;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * One alert that is to be posted.
 *
 * @param record as it was read, for the dead letter
 * @param replay id of the replay that asks for it; empty when it is live
 * @param progress of its partition; null in a replay
 * @param settled told once, when it has been taken by the receiver or by the dead-letter topic
 */
record Delivery(
        Alert alert,
        ConsumerRecord<String, byte[]> record,
        String replay,
        OffsetTracker progress,
        Runnable acknowledge) {

    /** Alerts of one rule go out one after the other; a replay does not wait for what is live, nor holds it up. */
    String queue() {
        return replay + "/" + alert.getRule();
    }

    /** Another process posts it now. */
    boolean isRevoked() {
        return progress != null && progress.isRevoked();
    }
}
