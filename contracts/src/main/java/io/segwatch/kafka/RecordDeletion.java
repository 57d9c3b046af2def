package io.segwatch.kafka;

import io.segwatch.contracts.Topic;
import io.segwatch.v1.ErasedTopic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes a camera's records as far as Kafka can: it knows no deletion of a single record, only of a partition's
 * beginning. So what lies before the first record of another camera goes at once, all of it where the camera has the
 * partition for itself; the rest waits for retention, and {@link Erasures} hides it. Blocks; for one thread.
 */
public final class RecordDeletion implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RecordDeletion.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final long LONGEST_SEARCH_NANOS = Duration.ofSeconds(30).toNanos();
    private static final int ADMIN_SECONDS = 15;
    /** Kafka looks for what is too old every five minutes. */
    private static final long CHECK_MS = Duration.ofMinutes(5).toMillis();

    private static final Map<String, String> IN_BULK = Map.of(
            "fetch.max.bytes", Integer.toString(32 << 20), "max.poll.records", "2000", "auto.offset.reset", "earliest");

    private final Kafka kafka;
    private final Admin admin;
    private final KafkaConsumer<String, byte[]> consumer;

    public RecordDeletion(Kafka kafka) {
        this.kafka = kafka;
        this.admin = Admin.create(kafka.clientProperties());
        this.consumer = kafka.consumer("erasure", null, IN_BULK);
    }

    /**
     * Deletes what can be deleted of {@code camera} in a topic that is keyed by it, and tells what became of it. Fails
     * in no case: what could not be done is the answer's reason.
     */
    public ErasedTopic facts(Topic<?> topic, String camera) throws InterruptedException {
        ErasedTopic.Builder told = ErasedTopic.newBuilder().setTopic(topic.topicName());
        try {
            int count = consumer.partitionsFor(topic.topicName()).size();
            TopicPartition partition = new TopicPartition(topic.topicName(), Kafka.partitionOf(camera, count));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            Search found = search(partition, camera, end);
            if (found.next() > found.start()) {
                admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(found.next())))
                        .all()
                        .get(ADMIN_SECONDS, TimeUnit.SECONDS);
            }
            if (!found.more()) {
                return told.setDeleted(true).build();
            }
            return hidden(told, topic, "Other cameras' records lie between, and Kafka deletes only from the beginning");
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            String cause = e.getCause() == null ? e.toString() : e.getCause().getMessage();
            return hidden(told, topic, "Kafka did not delete: " + cause);
        }
    }

    /** What becomes of records in a topic that is not keyed by camera, or compacted, and so cannot be deleted by it. */
    public ErasedTopic hidden(Topic<?> topic, String reason) throws InterruptedException {
        ErasedTopic.Builder told = ErasedTopic.newBuilder().setTopic(topic.topicName());
        return isEmpty(topic) ? told.setDeleted(true).build() : hidden(told, topic, reason);
    }

    private boolean isEmpty(Topic<?> topic) {
        try {
            List<TopicPartition> partitions = Kafka.partitions(consumer, topic);
            return consumer.beginningOffsets(partitions).equals(consumer.endOffsets(partitions));
        } catch (KafkaException e) {
            return false;
        }
    }

    /**
     * Has what was deleted leave the disk, and tells by when it has. Nothing of the camera may be under way any more.
     *
     * @param topics as {@link #facts} and {@link #hidden} told
     * @return the same topics, each with the moment by which nothing of the camera is left on disk
     */
    public List<ErasedTopic> offTheDisk(List<ErasedTopic> topics, String camera) throws InterruptedException {
        String failure = roll(topics, camera);
        List<ErasedTopic> told = new ArrayList<>();
        for (ErasedTopic topic : topics) {
            told.add(topic.getDeleted() ? deleted(topic, failure) : topic);
        }
        return told;
    }

    /** Why the segments did not end; empty when they did. */
    private String roll(List<ErasedTopic> topics, String camera) throws InterruptedException {
        try {
            List<TopicPartition> partitions = new ArrayList<>();
            for (ErasedTopic topic : topics) {
                int count = consumer.partitionsFor(topic.getTopic()).size();
                partitions.add(new TopicPartition(topic.getTopic(), Kafka.partitionOf(camera, count)));
            }
            new SegmentRoll(kafka, admin).run(partitions);
            return "";
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            String cause = StoredTopics.cause(e);
            log.warn("What is deleted of camera {} stays on Kafka's disks until its segments end: {}", camera, cause);
            return cause;
        }
    }

    private ErasedTopic deleted(ErasedTopic topic, String failure) throws InterruptedException {
        ErasedTopic.Builder told = topic.toBuilder();
        return failure.isEmpty()
                ? told.setGoneByMs(soon(topic.getTopic())).build()
                : told.setReason("Nobody is given it; its bytes stay on disk until Kafka ends the segment: " + failure)
                        .setGoneByMs(goneByMs(topic.getTopic(), false))
                        .build();
    }

    /** When a segment that is not needed any more is off the disk; 0 when that is not known. */
    private long soon(String topic) throws InterruptedException {
        try {
            return System.currentTimeMillis() + CHECK_MS + number(config(topic), "file.delete.delay.ms");
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            return 0;
        }
    }

    private ErasedTopic hidden(ErasedTopic.Builder told, Topic<?> topic, String reason) throws InterruptedException {
        return told.setReason(reason)
                .setGoneByMs(goneByMs(topic.topicName(), topic.isCompacted()))
                .build();
    }

    /** When time has taken the last of it; 0 when that is not known. */
    private long goneByMs(String topic, boolean compacted) throws InterruptedException {
        try {
            Config config = config(topic);
            long keptMs = compacted
                    ? Math.addExact(number(config, Topic.COMPACTION_LAG), number(config, "delete.retention.ms"))
                    : Math.addExact(number(config, "retention.ms"), number(config, "segment.ms"));
            long offDisk = Math.addExact(CHECK_MS, number(config, "file.delete.delay.ms"));
            return keptMs < 0 ? 0 : Math.addExact(System.currentTimeMillis() + offDisk, keptMs);
        } catch (ExecutionException | TimeoutException | KafkaException | ArithmeticException e) {
            return 0;
        }
    }

    private Config config(String topic) throws InterruptedException, ExecutionException, TimeoutException {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        return admin.describeConfigs(List.of(resource))
                .all()
                .get(ADMIN_SECONDS, TimeUnit.SECONDS)
                .get(resource);
    }

    private static long number(Config config, String key) {
        return Long.parseLong(config.get(key).value());
    }

    /**
     * What lies at the beginning of a partition.
     *
     * @param start the first offset
     * @param next the first that must stay
     * @param more whether records of the camera lie, or may lie, after that
     */
    private record Search(long start, long next, boolean more) {}

    private Search search(TopicPartition partition, String camera, long end) {
        consumer.assign(List.of(partition));
        consumer.seekToBeginning(List.of(partition));
        long start = consumer.position(partition);
        long until = System.nanoTime() + LONGEST_SEARCH_NANOS;
        long foreign = -1;
        while (consumer.position(partition) < end) {
            for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                boolean own = camera.equals(record.key());
                if (own && foreign >= 0) {
                    return new Search(start, foreign, true);
                } else if (!own && foreign < 0) {
                    foreign = record.offset();
                }
            }
            if (System.nanoTime() > until) {
                return new Search(start, foreign < 0 ? consumer.position(partition) : foreign, true);
            }
        }
        return new Search(start, foreign < 0 ? end : foreign, false);
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(2));
        consumer.close();
    }
}
