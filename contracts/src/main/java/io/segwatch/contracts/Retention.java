package io.segwatch.contracts;

import java.time.Duration;
import java.util.Map;

/**
 * What is kept of a topic of facts: each partition loses what is older, or more, than this.
 *
 * @param bytes of one partition
 */
public record Retention(Duration time, long bytes) {
    /** What a partition may come to on disk: whole segments go, and the one that is written stays. */
    public long mostBytes() {
        return bytes + Topic.SEGMENT_BYTES;
    }

    /** As Kafka names it. */
    public Map<String, String> config() {
        return Map.of(
                "retention.ms",
                Long.toString(time.toMillis()),
                "retention.bytes",
                Long.toString(bytes),
                // Retention drops whole segments, so a short one needs short segments.
                "segment.ms",
                Long.toString(Math.min(Duration.ofHours(1).toMillis(), time.toMillis() / 2)));
    }
}
