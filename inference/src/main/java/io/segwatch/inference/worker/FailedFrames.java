package io.segwatch.inference.worker;

import io.segwatch.contracts.MalformedRecordException;
import io.segwatch.kafka.DeadLetters;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What happens to a frame that cannot be read, decoded or scored: it is counted and put aside, the others go on. */
final class FailedFrames {
    private static final Logger log = LoggerFactory.getLogger(FailedFrames.class);

    private final DeadLetters deadLetters;

    FailedFrames(DeadLetters deadLetters) {
        this.deadLetters = deadLetters;
    }

    /** @param reason logged, unless it says that the frame itself is wrong */
    void put(ConsumerRecord<String, byte[]> record, RuntimeException reason) {
        InferenceMetrics.ERRORS.labels("frame").inc();
        if (!(reason instanceof IllegalArgumentException || reason instanceof MalformedRecordException)) {
            log.error("A frame of camera {} failed", record.key(), reason);
        }
        deadLetters.put(record, reason.getMessage());
    }
}
