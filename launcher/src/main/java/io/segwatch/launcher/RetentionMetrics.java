package io.segwatch.launcher;

import io.prometheus.client.Gauge;
import io.segwatch.kafka.TopicSetup;

/** What topics of facts may come to, as of this process's start. */
final class RetentionMetrics {
    private static final Gauge BYTES = Gauge.build(
                    "segwatch_kafka_retention_bytes", "Most that a topic may come to, over all partitions and copies")
            .labelNames("topic")
            .register();
    private static final Gauge SECONDS = Gauge.build(
                    "segwatch_kafka_retention_seconds", "How long a topic keeps its records")
            .labelNames("topic")
            .register();

    private RetentionMetrics() {}

    static void set(TopicSetup.Size size) {
        BYTES.labels(size.topic().topicName()).set(size.bytes());
        SECONDS.labels(size.topic().topicName()).set(size.retention().time().toSeconds());
    }
}
