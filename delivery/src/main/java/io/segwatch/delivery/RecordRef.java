package io.segwatch.delivery;

import org.apache.kafka.common.TopicPartition;

/**
 * Where a record lies in Kafka.
 *
 * @param tracker of its partition for as long as that is assigned
 */
record RecordRef(TopicPartition partition, long offset, OffsetTracker tracker) {

    /** Nothing more is to be done about the record; its offset may be committed. */
    void acknowledge() {
        tracker.acknowledge(offset);
    }
}
