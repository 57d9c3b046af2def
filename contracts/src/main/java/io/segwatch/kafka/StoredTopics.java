package io.segwatch.kafka;

import io.segwatch.contracts.Retention;
import io.segwatch.contracts.Topic;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;

/** What topics hold and may hold, as Kafka tells. */
public final class StoredTopics {
    private static final int PATIENCE_SECONDS = 15;
    private static final Set<String> KAFKAS_OWN = Set.of("__consumer_offsets", "__transaction_state");

    /**
     * A topic, whose partitions differ: each has its own cameras.
     *
     * @param copies of each record
     * @param keptMs how long a record stays; -1 for ever, 0 not known
     * @param keptBytes of a partition, before whole segments go; -1 for any number
     * @param segmentBytes by which a partition may be over that
     */
    public record Stored(
            String topic,
            boolean compacted,
            int copies,
            long keptMs,
            long keptBytes,
            long segmentBytes,
            List<Partition> partitions) {}

    /**
     * One partition.
     *
     * @param bytes of one copy; -1 when Kafka does not tell
     * @param allBytes of all copies; -1 when Kafka does not tell
     * @param records with those that Kafka keeps about transactions; of a compacted topic at most
     * @param oldestMs of what is there; 0 for nothing
     * @param newestMs of what is there; 0 for nothing
     * @param lastDay records of the last 24 hours
     */
    public record Partition(long bytes, long allBytes, long records, long oldestMs, long newestMs, long lastDay) {}

    /**
     * The disks of all brokers.
     *
     * @param free bytes; with {@code total} -1 when Kafka does not tell
     */
    public record Disk(long total, long free) {}

    /** @param remarks what could not be found out and why, a sentence each */
    public record Seen(long atMs, List<Stored> topics, Disk disk, List<String> remarks) {}

    private final Kafka kafka;

    public StoredTopics(Kafka kafka) {
        this.kafka = kafka;
    }

    /**
     * Asks Kafka; blocks for some seconds. What this process may not ask is left out, with a remark.
     *
     * @throws IllegalStateException when Kafka does not answer, saying why
     */
    public Seen read() throws InterruptedException {
        long now = System.currentTimeMillis();
        List<String> remarks = new ArrayList<>();
        try (Admin admin = Admin.create(kafka.clientProperties())) {
            List<String> names = get(admin.listTopics(new ListTopicsOptions().listInternal(true))
                            .names())
                    .stream()
                    .filter(name -> name.startsWith("segwatch.") || KAFKAS_OWN.contains(name))
                    .sorted()
                    .toList();
            Map<String, TopicDescription> topics = described(admin, names, remarks);
            Map<String, Config> configs = configs(admin, topics.keySet(), remarks);
            LogDirs dirs = LogDirs.read(admin, remarks);
            Map<TopicPartition, PartitionSpan> spans = PartitionSpan.read(admin, partitions(topics), now, remarks);
            List<Stored> stored = new ArrayList<>();
            new TreeMap<>(topics).forEach((name, topic) -> stored.add(stored(topic, configs.get(name), dirs, spans)));
            topics.keySet().stream()
                    .filter(name -> isTiered(configs.get(name)))
                    .sorted()
                    .forEach(name -> remarks.add(name
                            + " has tiered storage: bytes and times are those of the brokers' disks, records and"
                            + " oldest of all, and what comes in a day is more than shown."));
            return new Seen(now, stored, dirs.disk(), remarks);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("Kafka does not tell what it keeps: " + cause(e), e);
        }
    }

    static <T> T get(KafkaFuture<T> answer) throws InterruptedException, ExecutionException, TimeoutException {
        return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    static String cause(Exception e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }

    private static Map<String, TopicDescription> described(Admin admin, List<String> names, List<String> remarks)
            throws InterruptedException, ExecutionException, TimeoutException {
        Map<String, TopicDescription> topics = new HashMap<>();
        for (var topic : admin.describeTopics(names).topicNameValues().entrySet()) {
            try {
                topics.put(topic.getKey(), get(topic.getValue()));
            } catch (ExecutionException e) {
                // One that another program deletes at this moment, or Kafka's own.
                remarks.add(topic.getKey() + " is left out: " + cause(e));
            }
        }
        return topics;
    }

    private static Map<String, Config> configs(Admin admin, Collection<String> names, List<String> remarks)
            throws InterruptedException, TimeoutException {
        Map<String, Config> configs = new HashMap<>();
        String refusal = "";
        var asked = admin.describeConfigs(names.stream()
                .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                .toList());
        for (var topic : asked.values().entrySet()) {
            try {
                configs.put(topic.getKey().name(), get(topic.getValue()));
            } catch (ExecutionException e) {
                refusal = cause(e);
            }
        }
        if (!refusal.isEmpty()) {
            remarks.add("What topics may keep is shown as it is by default, for Kafka does not tell (" + refusal
                    + "). It takes the right DescribeConfigs on the topics.");
        }
        return configs;
    }

    private static List<TopicPartition> partitions(Map<String, TopicDescription> topics) {
        return topics.values().stream()
                .flatMap(topic -> topic.partitions().stream()
                        .map(partition -> new TopicPartition(topic.name(), partition.partition())))
                .toList();
    }

    private static Stored stored(
            TopicDescription topic, Config config, LogDirs dirs, Map<TopicPartition, PartitionSpan> spans) {
        List<Partition> partitions = new ArrayList<>();
        int copies = 1;
        for (TopicPartitionInfo info : topic.partitions()) {
            TopicPartition at = new TopicPartition(topic.name(), info.partition());
            PartitionSpan span = spans.getOrDefault(at, PartitionSpan.UNKNOWN);
            copies = Math.max(
                    copies,
                    info.replicas().stream()
                            .map(Node::id)
                            .collect(Collectors.toSet())
                            .size());
            partitions.add(new Partition(
                    dirs.oneCopy(at),
                    dirs.allCopies(at),
                    span.records(),
                    span.oldestMs(),
                    span.newestMs(),
                    span.lastDay()));
        }
        Topic<?> known = Topic.all().stream()
                .filter(one -> one.topicName().equals(topic.name()))
                .findFirst()
                .orElse(null);
        Retention usual = known == null ? null : known.retention();
        boolean compacted = value(config, "cleanup.policy", known != null && known.isCompacted() ? "compact" : "delete")
                .equals("compact");
        return new Stored(
                topic.name(),
                compacted,
                copies,
                compacted
                        ? -1
                        : onDisk(
                                config,
                                "retention.ms",
                                usual == null ? 0 : usual.time().toMillis()),
                compacted ? -1 : onDisk(config, "retention.bytes", usual == null ? -1 : usual.bytes()),
                number(config, "segment.bytes", 16L << 20),
                partitions);
    }

    /** Of a topic with tiered storage what stays on the brokers' disks. */
    private static long onDisk(Config config, String key, long otherwise) {
        long all = number(config, key, otherwise);
        long local = isTiered(config) ? number(config, "local." + key, -2) : -2;
        return local < 0 ? all : local;
    }

    private static boolean isTiered(Config config) {
        return value(config, "remote.storage.enable", "false").equals("true");
    }

    private static String value(Config config, String key, String otherwise) {
        ConfigEntry entry = config == null ? null : config.get(key);
        return entry == null || entry.value() == null ? otherwise : entry.value();
    }

    private static long number(Config config, String key, long otherwise) {
        return Long.parseLong(value(config, key, Long.toString(otherwise)));
    }
}
