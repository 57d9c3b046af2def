package io.segwatch.inference.worker;

import io.segwatch.contracts.Definitions;
import io.segwatch.contracts.MalformedRecordException;
import io.segwatch.contracts.Problem;
import io.segwatch.contracts.Topic;
import io.segwatch.inference.worker.WaitingFrames.WaitingFrame;
import io.segwatch.kafka.ConsumerThread;
import io.segwatch.kafka.DeadLetters;
import io.segwatch.kafka.RecordLag;
import io.segwatch.v1.Prompt;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
 * What the worker's thread does: reads every waiting record, processes the newest frame of each camera, answers
 * prompts, and commits once Kafka has the results. Partition n of frames and of prompts is assigned to the same worker,
 * so that the worker that holds a camera's encodings answers its prompts.
 */
final class FrameLoop implements ConsumerThread.Reader {
    private static final Logger log = LoggerFactory.getLogger(FrameLoop.class);
    private static final Duration IDLE = Duration.ofMillis(100);
    private static final long COMMIT_MS = 1_000;
    private static final long BACKFILL_MS = 20;
    /** Polls in a row: a camera that floods its partition must not keep the loop reading forever. */
    private static final int MAX_READS = 50;

    private final InferenceConfig config;
    private final KafkaConsumer<String, byte[]> consumer;
    private final Producer<String, byte[]> producer;
    private final DeadLetters deadLetters;
    private final WaitingFrames waiting;
    private final FrameProcessor processor;
    private final PromptHandler prompts;
    private final RecordLag lag;
    private final List<ConsumerRecord<String, byte[]>> promptRecords = new ArrayList<>();
    private long nextCommitMs;
    private boolean uncommitted;
    private boolean backfilling;

    private volatile boolean joined;

    FrameLoop(
            InferenceConfig config,
            KafkaConsumer<String, byte[]> consumer,
            Producer<String, byte[]> producer,
            DeadLetters deadLetters,
            FrameDecoder decoder,
            FrameProcessor processor,
            PromptHandler prompts) {
        this.config = config;
        this.consumer = consumer;
        this.producer = producer;
        this.deadLetters = deadLetters;
        this.waiting = new WaitingFrames(decoder, deadLetters);
        this.processor = processor;
        this.prompts = prompts;
        this.lag = new RecordLag(config.maxLag());
    }

    /** Why frames wait too long for their turn; empty while they do not. */
    Optional<String> behind() {
        return lag.behind();
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
        read(backfilling ? Duration.ZERO : IDLE);
        for (List<WaitingFrame> batch : waiting.takeBatches(config.maxBatch())) {
            lag.begin();
            processor.process(batch);
            batch.forEach(one -> lag.done(one.frame().getCapturedAtMs()));
        }
        // After the frames: a prompt may be on a frame of the same poll.
        promptRecords.forEach(this::answer);
        promptRecords.clear();
        backfilling = processor.backfill(BACKFILL_MS);
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
        if (record.topic().equals(Topic.PROMPTS.topicName())) {
            promptRecords.add(record);
        } else {
            waiting.add(record);
        }
    }

    private void answer(ConsumerRecord<String, byte[]> record) {
        try {
            if (record.key() == null) {
                throw new IllegalArgumentException("a prompt needs its camera as key");
            }
            Prompt prompt = Topic.PROMPTS.parse(record.value());
            if (prompt == null) {
                prompts.stopAll(record.key());
            } else if (prompt.getPointsCount() == 0 && !prompt.hasBox()) {
                prompts.stop(record.key(), prompt.getId());
            } else {
                answer(record, prompt);
            }
        } catch (MalformedRecordException | IllegalArgumentException e) {
            deadLetters.put(record, e.getMessage());
        } catch (RuntimeException e) {
            log.error("A prompt failed", e);
            deadLetters.put(record, e.toString());
        }
    }

    private void answer(ConsumerRecord<String, byte[]> record, Prompt prompt) {
        List<Problem> problems = Definitions.check(prompt);
        if (!record.key().equals(prompt.getCamera())) {
            throw new IllegalArgumentException("the record's key is " + record.key() + ", the prompt's camera "
                    + prompt.getCamera() + "; they must be the same");
        }
        if (problems.isEmpty()) {
            prompts.answer(prompt, processor.history(prompt.getCamera()));
        } else {
            prompts.refuse(prompt, Problem.describe(problems));
            deadLetters.put(record, Problem.describe(problems));
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
        Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();
        for (TopicPartition partition : consumer.assignment()) {
            positions.put(partition, new OffsetAndMetadata(consumer.position(partition)));
        }
        producer.flush();
        try {
            consumer.commitSync(positions, Duration.ofSeconds(5));
            uncommitted = false;
        } catch (RetriableException e) {
            log.warn("Offsets could not be committed and are retried: {}", e.getMessage());
        }
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
            if (uncommitted) {
                commit();
            }
            release(revoked);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> lost) {
            release(lost);
        }

        private void release(Collection<TopicPartition> gone) {
            gone.stream()
                    .filter(partition -> partition.topic().equals(Topic.FRAMES.topicName()))
                    .forEach(partition -> processor.release(partition.partition()));
        }
    }
}
