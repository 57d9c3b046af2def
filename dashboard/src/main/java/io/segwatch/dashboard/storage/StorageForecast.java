package io.segwatch.dashboard.storage;

import io.segwatch.kafka.StoredTopics.Partition;
import io.segwatch.kafka.StoredTopics.Stored;
import java.time.Duration;

/**
 * What a topic holds, may hold, and will hold when records come in as in the last day. Each partition has its own
 * bounds, so a busy camera reaches the one in bytes while others do not.
 *
 * @param bytes of one copy; -1 when not known
 * @param allBytes of all copies; -1 when not known
 * @param allowedBytes of one copy; -1 for any number
 * @param bytesPerDay -1 when not known yet
 * @param willHoldBytes of one copy; -1 when not known
 * @param limit which bound ends what is kept
 * @param keptMs how long the topic may keep a record; -1 for ever
 * @param keepsMs how long its fullest partition really will; -1 for ever
 * @param limitInMs until the first record goes; 0 when records go already, -1 when not known
 */
record StorageForecast(
        long bytes,
        long allBytes,
        long records,
        long oldestMs,
        long newestMs,
        long allowedBytes,
        long bytesPerDay,
        long willHoldBytes,
        Limit limit,
        long keptMs,
        long keepsMs,
        long limitInMs) {
    /** What makes records go. */
    enum Limit {
        TIME,
        SIZE,
        /** Nothing does: the newest of each key stays. */
        NONE,
        /** Nothing is known of the rate. */
        UNKNOWN
    }

    private static final long DAY = Duration.ofDays(1).toMillis();
    /** A rate that was measured for less says nothing of days. */
    private static final long SHORTEST = Duration.ofMinutes(15).toMillis();

    static StorageForecast of(Stored topic, long now) {
        Sums sums = new Sums(topic, now);
        topic.partitions().forEach(sums::add);
        return sums.forecast();
    }

    /** Partition by partition. */
    private static final class Sums {
        private final Stored topic;
        private final long now;
        private long bytes;
        private long allBytes;
        private long records;
        private long oldestMs;
        private long newestMs;
        private double perDay;
        private double willHold;
        private boolean measured;
        private long keepsMs;
        private long limitInMs = -1;
        private boolean bySize;

        Sums(Stored topic, long now) {
            this.topic = topic;
            this.now = now;
            this.keepsMs = topic.keptMs();
        }

        void add(Partition partition) {
            bytes = partition.bytes() < 0 || bytes < 0 ? -1 : bytes + partition.bytes();
            allBytes = partition.allBytes() < 0 || allBytes < 0 ? -1 : allBytes + partition.allBytes();
            records += partition.records();
            oldestMs = partition.oldestMs() > 0 && (oldestMs == 0 || partition.oldestMs() < oldestMs)
                    ? partition.oldestMs()
                    : oldestMs;
            newestMs = Math.max(newestMs, partition.newestMs());
            if (!topic.compacted() && partition.records() > 0 && partition.bytes() >= 0) {
                addRate(partition);
            }
        }

        private void addRate(Partition partition) {
            long span = Math.min(DAY, now - partition.oldestMs());
            long shortest = topic.keptMs() < 0 ? SHORTEST : Math.min(SHORTEST, topic.keptMs() / 5);
            if (span < shortest) {
                return;
            }
            measured = true;
            double perMs = (double) partition.bytes() / partition.records() * partition.lastDay() / span;
            perDay += perMs * DAY;
            double inTime = topic.keptMs() < 0 ? Double.MAX_VALUE : perMs * topic.keptMs();
            boolean size = topic.keptBytes() >= 0 && inTime > topic.keptBytes();
            // The newest segment stays whatever its size.
            willHold += size ? topic.keptBytes() + topic.segmentBytes() : inTime;
            if (perMs <= 0) {
                return;
            }
            long goesIn = size
                    ? (long) Math.max(0, (topic.keptBytes() - partition.bytes()) / perMs)
                    : Math.max(0, partition.oldestMs() + topic.keptMs() - now);
            limitInMs = limitInMs < 0 ? goesIn : Math.min(limitInMs, goesIn);
            if (size) {
                bySize = true;
                long fits = (long) (topic.keptBytes() / perMs);
                keepsMs = keepsMs < 0 ? fits : Math.min(keepsMs, fits);
            }
        }

        StorageForecast forecast() {
            Limit limit = topic.compacted()
                    ? Limit.NONE
                    : !measured ? Limit.UNKNOWN : bySize ? Limit.SIZE : topic.keptMs() < 0 ? Limit.NONE : Limit.TIME;
            long allowed = topic.compacted() || topic.keptBytes() < 0
                    ? -1
                    : (topic.keptBytes() + topic.segmentBytes())
                            * topic.partitions().size();
            // What is compacted grows with what people define, and does not by itself.
            long will = topic.compacted() ? bytes : measured ? (long) Math.min(willHold, Long.MAX_VALUE / 4) : -1;
            return new StorageForecast(
                    bytes,
                    allBytes,
                    records,
                    oldestMs,
                    newestMs,
                    allowed,
                    measured ? (long) perDay : -1,
                    will,
                    limit,
                    topic.keptMs(),
                    keepsMs,
                    limitInMs);
        }
    }
}
