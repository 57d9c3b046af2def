package io.segwatch.launcher;

import io.segwatch.config.Configuration;
import io.segwatch.config.MemorySize;
import io.segwatch.contracts.Retention;
import io.segwatch.contracts.Topic;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What topics of facts keep: as their keys say, and where {@code segwatch.retention.disk} is set, those without a size
 * of their own share it as they share the disk by default.
 */
final class RetentionPlan {
    /** As the sizes of segwatch.retention are bounded. */
    private static final long LEAST = 32L << 20;

    private RetentionPlan() {}

    /** @throws IllegalArgumentException when the disk is too small for the least of each topic */
    static Map<Topic<?>, Retention> of(Configuration configuration) {
        NodeConfig config = configuration.get(NodeConfig.class);
        Map<Topic<?>, Retention> keys = config.retention().byTopic();
        return config.retention()
                .disk()
                .map(disk -> shared(disk, keys, own(configuration), copies(config)))
                .orElse(keys);
    }

    private static long copies(NodeConfig config) {
        return (long) config.kafka().partitions() * config.kafka().replicationFactor();
    }

    /** Keys of sizes that somebody has set. */
    private static Set<String> own(Configuration configuration) {
        return configuration.settings().stream()
                .filter(setting -> !setting.source().equals("default"))
                .map(Configuration.Setting::key)
                .collect(Collectors.toSet());
    }

    private static Map<Topic<?>, Retention> shared(
            MemorySize disk, Map<Topic<?>, Retention> keys, Set<String> own, long copies) {
        Map<Topic<?>, Retention> plan = new HashMap<>(keys);
        List<Topic<?>> open = new ArrayList<>();
        long taken = 0;
        for (Topic<?> topic : Topic.all()) {
            if (topic.isCompacted()) {
                continue;
            }
            boolean shares = keys.containsKey(topic) && !own.contains(sizeKey(topic));
            if (shares) {
                open.add(topic);
            }
            Retention kept = keys.getOrDefault(topic, topic.retention());
            taken += shares ? kept.mostBytes() - kept.bytes() : kept.mostBytes();
        }
        long rest = disk.bytes() / copies - taken;
        if (rest < LEAST * open.size()) {
            long needed = (taken + LEAST * open.size()) * copies;
            throw new IllegalArgumentException("segwatch.retention.disk is " + disk + "; with " + copies
                    + " partitions and copies of each topic it must be " + ((needed >> 20) + 1) + "MiB or more");
        }
        size(open, rest)
                .forEach((topic, bytes) ->
                        plan.put(topic, new Retention(keys.get(topic).time(), bytes)));
        return plan;
    }

    /** In proportion to the defaults, and no less than the least. */
    private static Map<Topic<?>, Long> size(List<Topic<?>> topics, long bytes) {
        Map<Topic<?>, Long> sizes = new HashMap<>();
        List<Topic<?>> open = new ArrayList<>(topics);
        long rest = bytes;
        while (!open.isEmpty()) {
            long left = rest;
            double all = open.stream()
                    .mapToDouble(topic -> topic.retention().bytes())
                    .sum();
            List<Topic<?>> small = open.stream()
                    .filter(topic -> left * (topic.retention().bytes() / all) < LEAST)
                    .toList();
            if (small.isEmpty()) {
                open.forEach(topic ->
                        sizes.put(topic, (long) (left * (topic.retention().bytes() / all)) >> 20 << 20));
                break;
            }
            small.forEach(topic -> sizes.put(topic, LEAST));
            rest -= LEAST * small.size();
            open.removeAll(small);
        }
        return sizes;
    }

    static String sizeKey(Topic<?> topic) {
        return topic.topicName().replaceFirst("^segwatch\\.", "segwatch.retention.") + ".size";
    }
}
