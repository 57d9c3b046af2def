package io.segwatch.inference.worker;

import io.segwatch.contracts.Topic;
import io.segwatch.kafka.ConsumerThread;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the worker's thread does: reads every waiting record, moves frames on, answers prompts, and commits what Kafka
 * has the results of. Partition n of frames and of prompts is assigned to the same worker, so that the worker that
 * holds a camera's encodings answers its prompts.
 */
final class FrameLoop implements ConsumerThread.Reader {
    private static final Logger log = LoggerFactory.getLogger(FrameLoop.class);
    private static final Duration IDLE = Duration.ofMillis(100);
    /** While a batch is encoded, newer frames are looked for so often. */
    private static final Duration ENCODING = Duration.ofMillis(2);

    private static final long COMMIT_MS = 1_000;
    /** A batch that has been encoded waits for no longer. */
    private static final long BACKFILL_MS = 5;
    /** Polls in a row: a camera that floods its partition must not keep the loop reading forever. */
    private static final int MAX_READS = 50;

    private final KafkaConsumer<String, byte[]> consumer;
    private final Producer<String, byte[]> producer;
    private final Lanes lanes;
    private long nextCommitMs;
    private boolean uncommitted;
    private boolean backfilling;

    private volatile boolean joined;

    FrameLoop(KafkaConsumer<String, byte[]> consumer, Producer<String, byte[]> producer, Lanes lanes) {
        this.consumer = consumer;
        this.producer = producer;
        this.lanes = lanes;
    }

    /** True once Kafka has assigned the partitions, even if this worker has none. */
    boolean joined() {
        return joined;
    }

    @Override
    public void begin() {
        consumer.subscribe(List.of(Topic.FRAMES.topicName(), Topic.PROMPTS.topicName()), new Ownership());
    }

    @Override
    public void step() {
        lanes.refresh();
        if (!lanes.isFullOfPrompts()) {
            boolean busy = backfilling || lanes.hasPrompts();
            read(busy ? Duration.ZERO : lanes.isIdle() ? IDLE : lanes.untilDue());
        }
        lanes.advance(ENCODING);
        lanes.answerPrompts();
        backfilling = lanes.backfill(BACKFILL_MS);
        commitPeriodically();
    }

    private void read(Duration timeout) {
        ConsumerRecords<String, byte[]> records = consumer.poll(timeout);
        for (int i = 0; !records.isEmpty() && i < MAX_READS; i++) {
            records.forEach(this::accept);
            uncommitted = true;
            records = consumer.poll(Duration.ZERO);
        }
        records.forEach(this::accept);
    }

    private void accept(ConsumerRecord<String, byte[]> record) {
        Lane lane = lanes.of(record.key());
        if (record.topic().equals(Topic.PROMPTS.topicName())) {
            lane.prompts().add(record, lane.frames().added());
        } else {
            lane.frames().add(record);
        }
    }

    private void commitPeriodically() {
        long now = System.currentTimeMillis();
        if (uncommitted && now >= nextCommitMs) {
            commit();
            nextCommitMs = now + COMMIT_MS;
        }
    }

    private void commit() {
        Map<TopicPartition, Long> positions = new HashMap<>();
        for (TopicPartition partition : consumer.assignment()) {
            positions.put(partition, consumer.position(partition));
        }
        List<ConsumerRecord<String, byte[]>> open = lanes.open();
        open.forEach(record -> positions.computeIfPresent(
                partition(record), (partition, position) -> Math.min(position, record.offset())));
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        positions.forEach((partition, position) -> offsets.put(partition, new OffsetAndMetadata(position)));
        producer.flush();
        try {
            consumer.commitSync(offsets, Duration.ofSeconds(5));
            uncommitted = !open.isEmpty();
        } catch (RetriableException e) {
            log.warn("Offsets could not be committed and are retried: {}", e.getMessage());
        }
    }

    private static TopicPartition partition(ConsumerRecord<?, ?> record) {
        return new TopicPartition(record.topic(), record.partition());
    }

    /** Starts assigned cameras at their newest frame, and releases the ones that another worker owns now. */
    private final class Ownership implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
            Map<TopicPartition, Long> ends = consumer.endOffsets(assigned);
            for (TopicPartition partition : assigned) {
                long end = ends.get(partition);
                long position = consumer.position(partition);
                boolean frames = partition.topic().equals(Topic.FRAMES.topicName());
                if (frames && position < end - 1) {
                    log.info("{} older frames of {} are skipped", end - 1 - position, partition);
                    InferenceMetrics.SKIPPED.inc(end - 1 - position);
                    consumer.seek(partition, end - 1);
                }
            }
            joined = true;
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
            lanes.finishDecoded();
            lanes.answerPrompts();
            if (uncommitted) {
                commit();
            }
            release(revoked);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> lost) {
            lanes.discardDecoded();
            release(lost);
        }

        private void release(Collection<TopicPartition> gone) {
            lanes.drop(gone);
            gone.stream()
                    .filter(partition -> partition.topic().equals(Topic.FRAMES.topicName()))
                    .forEach(partition -> lanes.release(partition.partition()));
        }
    }
}
