package io.segwatch.launcher;

import io.segwatch.config.Configuration;
import io.segwatch.config.MemorySize;
import io.segwatch.contracts.Retention;
import io.segwatch.contracts.Topic;
import io.segwatch.kafka.TopicSetup.Size;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What all topics of facts together may come to on disk, and whether the embedded broker's has room for it. */
record DiskBound(List<Size> sizes) {
    private static final int NAMED = 3;

    /** As configured, for topics that are not there yet. */
    static DiskBound planned(Configuration configuration) {
        NodeConfig.Clients kafka = configuration.get(NodeConfig.class).kafka();
        Map<Topic<?>, Retention> plan = RetentionPlan.of(configuration);
        return new DiskBound(Topic.all().stream()
                .filter(topic -> !topic.isCompacted())
                .map(topic -> new Size(
                        topic,
                        plan.getOrDefault(topic, topic.retention()),
                        kafka.partitions(),
                        kafka.replicationFactor()))
                .toList());
    }

    long bytes() {
        return sizes.stream().mapToLong(Size::bytes).sum();
    }

    /** In a sentence. */
    String text() {
        return "What Kafka keeps may come to " + MemorySize.rounded(bytes()) + ": "
                + sizes.stream()
                        .map(size -> size.topic() + " " + MemorySize.rounded(size.bytes()))
                        .collect(Collectors.joining(", "));
    }

    /** What the disk of the broker's folder lacks and the keys to lower; empty when it has room for all of it. */
    Optional<String> shortage(Path folder) {
        Path existing = folder;
        while (existing.getParent() != null && !existing.toFile().exists()) {
            existing = existing.getParent();
        }
        return shortage(folder, existing.toFile().getUsableSpace() + ProcessMetrics.bytesIn(folder));
    }

    /** @param room what is free, and what topics take already */
    Optional<String> shortage(Path folder, long room) {
        if (bytes() <= room) {
            return Optional.empty();
        }
        String largest = sizes.stream()
                .sorted(Comparator.comparingLong(Size::bytes).reversed())
                .limit(NAMED)
                .map(size -> RetentionPlan.sizeKey(size.topic()))
                .collect(Collectors.joining(", "));
        return Optional.of("Topics may come to " + MemorySize.rounded(bytes()) + ", and the disk of " + folder
                + " has room for " + MemorySize.rounded(room)
                + ". The broker ends when its disk is full: set segwatch.retention.disk to what topics may take of it,"
                + " or lower "
                + largest + ".");
    }
}
