package io.segwatch.inference.worker;

import io.segwatch.contracts.Definitions;
import io.segwatch.contracts.MalformedRecordException;
import io.segwatch.contracts.Problem;
import io.segwatch.contracts.Topic;
import io.segwatch.inference.worker.WaitingFrames.Waiting;
import io.segwatch.kafka.DeadLetters;
import io.segwatch.v1.FrameId;
import io.segwatch.v1.Prompt;
import java.time.Duration;
import java.util.ArrayList;
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
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The worker's thread: reads all that waits, works on the newest frame of each camera, answers prompts, and commits
 * when the results are with Kafka. Partition n of frames and of prompts come to the same worker, so that the one that
 * holds a camera's encodings answers.
 */
final class FrameLoop implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(FrameLoop.class);
    private static final Duration IDLE = Duration.ofMillis(100);
    private static final long COMMIT_MS = 1_000;
    private static final long BACKFILL_MS = 20;
    /** A camera that floods its partition must not keep the loop reading for ever. */
    private static final int MAX_READS = 50;

    private final InferenceConfig config;
    private final KafkaConsumer<String, byte[]> consumer;
    private final Producer<String, byte[]> producer;
    private final DeadLetters deadLetters;
    private final WaitingFrames waiting;
    private final FrameWork work;
    private final PromptAnswers prompts;
    private final List<ConsumerRecord<String, byte[]>> promptRecords = new ArrayList<>();
    private final Map<String, Integer> partitions = new HashMap<>();
    private long nextCommitMs;
    private boolean uncommitted;

    private volatile boolean joined;
    private volatile boolean closed;
    private volatile String failure;

    FrameLoop(
            InferenceConfig config,
            KafkaConsumer<String, byte[]> consumer,
            Producer<String, byte[]> producer,
            DeadLetters deadLetters,
            FrameDecoder decoder,
            FrameWork work,
            PromptAnswers prompts) {
        this.config = config;
        this.consumer = consumer;
        this.producer = producer;
        this.deadLetters = deadLetters;
        this.waiting = new WaitingFrames(decoder, deadLetters);
        this.work = work;
        this.prompts = prompts;
    }

    /** True once Kafka has dealt out the partitions, be it none for this worker. */
    boolean joined() {
        return joined;
    }

    /** Why the loop ended though nobody closed it; null while it runs. */
    String failure() {
        return failure;
    }

    void stop() {
        closed = true;
        consumer.wakeup();
    }

    @Override
    public void run() {
        try {
            consumer.subscribe(List.of(Topic.FRAMES.topicName(), Topic.PROMPTS.topicName()), new Ownership());
            boolean more = false;
            while (!closed) {
                read(more ? Duration.ZERO : IDLE);
                for (List<Waiting> batch : waiting.takeBatches(config.maxBatch())) {
                    work.process(batch);
                }
                // After the frames: a prompt may be about one that was read together with it.
                promptRecords.forEach(this::answer);
                promptRecords.clear();
                more = work.backfill(BACKFILL_MS);
                commitNowAndThen();
            }
        } catch (WakeupException e) {
            // stop() asked for the end.
        } catch (RuntimeException | Error e) {
            failure = e.toString();
            log.error("The inference worker ended", e);
        } finally {
            end();
        }
    }

    private void read(Duration timeout) {
        ConsumerRecords<String, byte[]> records = consumer.poll(timeout);
        for (int i = 0; !records.isEmpty() && i < MAX_READS; i++) {
            records.forEach(this::sort);
            uncommitted = true;
            records = consumer.poll(Duration.ZERO);
        }
        records.forEach(this::sort);
    }

    private void sort(ConsumerRecord<String, byte[]> record) {
        if (record.topic().equals(Topic.PROMPTS.topicName())) {
            promptRecords.add(record);
        } else {
            partitions.put(record.key(), record.partition());
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
            prompts.answer(prompt, work.ring(prompt.getCamera()));
        } else {
            prompts.refuse(prompt, Problem.describe(problems));
            deadLetters.put(record, Problem.describe(problems));
        }
    }

    private void commitNowAndThen() {
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
            log.warn("Offsets could not be committed, trying again: {}", e.getMessage());
        }
    }

    private void end() {
        try {
            producer.flush();
        } finally {
            consumer.close();
            work.close();
        }
    }

    /** Takes up cameras at their newest frame, and lets go of what another worker owns now. */
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
                    WorkerMetrics.SKIPPED.inc(end - 1 - position);
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
            letGo(revoked);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> lost) {
            letGo(lost);
        }

        private void letGo(Collection<TopicPartition> gone) {
            for (TopicPartition partition : gone) {
                if (partition.topic().equals(Topic.FRAMES.topicName())) {
                    work.cameras().stream()
                            .filter(camera -> partition.partition() == partitions.getOrDefault(camera, -1))
                            .forEach(this::letGo);
                }
            }
        }

        private void letGo(String camera) {
            prompts.loseAll(camera, FrameId.newBuilder().setCamera(camera).build(), System.currentTimeMillis());
            work.release(camera);
            partitions.remove(camera);
        }
    }
}
