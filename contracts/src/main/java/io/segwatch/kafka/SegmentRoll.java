package io.segwatch.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;

/**
 * Has Kafka begin a new segment of partitions. The one that is written never leaves the disk and is never compacted,
 * and Kafka ends it at a later record alone: where nothing comes in any more, what was deleted would stay for as long
 * as records are kept. So segments end after half a minute for a moment, and a transaction that is taken back writes
 * what nobody reads.
 */
final class SegmentRoll {
    private static final String KEY = "segment.ms";
    /** Older than this is what a removed camera sent; and others' partitions get at most one segment more. */
    private static final long SHORT_MS = Duration.ofSeconds(30).toMillis();

    private static final long PATIENCE_NANOS = Duration.ofSeconds(10).toNanos();
    private static final long POLL_MS = 200;
    /** Each broker reads a changed setting by itself. */
    private static final long OTHER_BROKERS_MS = 1_000;

    private final Kafka kafka;
    private final Admin admin;

    SegmentRoll(Kafka kafka, Admin admin) {
        this.kafka = kafka;
        this.admin = admin;
    }

    /** Blocks for some seconds. Where it fails, segments end as they did before. */
    void run(Collection<TopicPartition> partitions) throws InterruptedException, ExecutionException, TimeoutException {
        List<ConfigResource> topics = partitions.stream()
                .map(TopicPartition::topic)
                .distinct()
                .map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic))
                .toList();
        Map<ConfigResource, AlterConfigOp> before = configs(topics).entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, topic -> restored(topic.getValue())));
        try {
            alter(topics.stream()
                    .collect(Collectors.toMap(
                            topic -> topic,
                            topic -> new AlterConfigOp(new ConfigEntry(KEY, Long.toString(SHORT_MS)), OpType.SET))));
            awaitShort(topics);
            writeWhatNobodyReads(partitions);
        } finally {
            alter(before);
        }
    }

    private Map<ConfigResource, Config> configs(Collection<ConfigResource> topics)
            throws InterruptedException, ExecutionException, TimeoutException {
        return StoredTopics.get(admin.describeConfigs(topics).all());
    }

    private void alter(Map<ConfigResource, AlterConfigOp> changes)
            throws InterruptedException, ExecutionException, TimeoutException {
        Map<ConfigResource, Collection<AlterConfigOp>> all = new HashMap<>();
        changes.forEach((topic, change) -> all.put(topic, List.of(change)));
        StoredTopics.get(admin.incrementalAlterConfigs(all).all());
    }

    /** As it was; what a process left that died in between is as if it were not there. */
    private static AlterConfigOp restored(Config config) {
        ConfigEntry entry = config.get(KEY);
        boolean own = entry.source() == ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG;
        long usual = Long.parseLong(entry.value());
        if (!own || usual == SHORT_MS && isCompacted(config)) {
            return new AlterConfigOp(new ConfigEntry(KEY, ""), OpType.DELETE);
        }
        long kept = Long.parseLong(config.get("retention.ms").value());
        long value = usual == SHORT_MS && kept > 2 * SHORT_MS
                ? Math.min(Duration.ofHours(1).toMillis(), kept / 2)
                : usual;
        return new AlterConfigOp(new ConfigEntry(KEY, Long.toString(value)), OpType.SET);
    }

    private static boolean isCompacted(Config config) {
        return config.get("cleanup.policy").value().equals("compact");
    }

    private void awaitShort(Collection<ConfigResource> topics)
            throws InterruptedException, ExecutionException, TimeoutException {
        long until = System.nanoTime() + PATIENCE_NANOS;
        while (!configs(topics).values().stream()
                .allMatch(config -> config.get(KEY).value().equals(Long.toString(SHORT_MS)))) {
            if (System.nanoTime() > until) {
                throw new TimeoutException("Kafka did not take the change of " + KEY + " in time");
            }
            Thread.sleep(POLL_MS);
        }
        Thread.sleep(OTHER_BROKERS_MS);
    }

    private void writeWhatNobodyReads(Collection<TopicPartition> partitions)
            throws InterruptedException, ExecutionException {
        Map<String, String> transactional = Map.of("transactional.id", "segwatch-erasure-" + UUID.randomUUID());
        try (Producer<String, byte[]> producer = kafka.producer("erasure", transactional)) {
            producer.initTransactions();
            producer.beginTransaction();
            try {
                List<Future<?>> sent = new ArrayList<>();
                for (TopicPartition partition : partitions) {
                    sent.add(producer.send(
                            new ProducerRecord<>(partition.topic(), partition.partition(), "", new byte[0])));
                }
                for (Future<?> one : sent) {
                    one.get();
                }
            } finally {
                producer.abortTransaction();
            }
        }
    }
}
