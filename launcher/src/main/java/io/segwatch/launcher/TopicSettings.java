package io.segwatch.launcher;

import io.segwatch.config.Configuration;
import io.segwatch.contracts.Topic;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Further settings of topics, for a Kafka of one's own: tiered storage, compression. A file of lines
 * TOPIC.SETTING=VALUE.
 */
final class TopicSettings {
    /** What Segwatch relies on, and sets itself. */
    private static final Set<String> OWN = Set.of(
            "cleanup.policy",
            "retention.ms",
            "retention.bytes",
            "segment.ms",
            "max.message.bytes",
            Topic.COMPACTION_LAG);

    private TopicSettings() {}

    /** @throws IOException when the file cannot be read, or names what it may not, with the line's key */
    static Map<Topic<?>, Map<String, String>> of(NodeConfig config) throws IOException {
        return config.kafka().topicFile().isPresent()
                ? read(config.kafka().topicFile().get())
                : Map.of();
    }

    static Map<Topic<?>, Map<String, String>> read(Path file) throws IOException {
        Map<Topic<?>, Map<String, String>> settings = new HashMap<>();
        for (var line : Configuration.read(file).entrySet()) {
            String key = line.getKey().replaceFirst("^segwatch\\.", "");
            int dot = key.indexOf('.');
            String name = "segwatch." + key.substring(0, Math.max(0, dot));
            Topic<?> topic = Topic.all().stream()
                    .filter(one -> one.topicName().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new IOException("segwatch.kafka.topic-file: " + line.getKey() + " in " + file
                            + " names no topic; write for example features.remote.storage.enable=true"));
            String setting = key.substring(dot + 1);
            if (OWN.contains(setting)) {
                throw new IOException("segwatch.kafka.topic-file: " + line.getKey() + " in " + file
                        + " is set by Segwatch; segwatch.retention has keys for what topics keep");
            }
            settings.computeIfAbsent(topic, any -> new HashMap<>())
                    .put(setting, line.getValue().strip());
        }
        return settings;
    }
}
