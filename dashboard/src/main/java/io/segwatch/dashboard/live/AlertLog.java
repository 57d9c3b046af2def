package io.segwatch.dashboard.live;

import io.segwatch.v1.Alert;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The last alerts in the order in which they were read, and where in Kafka that was: a program that was disconnected
 * names the cursor it knows, and is sent what came after. Bounded. For one thread at a time.
 *
 * <p>A cursor is the next offset of each partition, as 17.0.4.9: it means the same in every process and after a
 * restart.
 */
final class AlertLog {
    /**
     * One alert.
     *
     * @param cursor up to and with this alert
     */
    record Entry(int partition, long offset, String cursor, Alert alert) {}

    private final int limit;
    private final Deque<Entry> entries = new ArrayDeque<>();
    private final long[] next;
    /** What came before is not in memory. */
    private final long[] floor;

    /** @param starts offset of each partition from which on it is read */
    AlertLog(int limit, long[] starts) {
        this.limit = limit;
        this.next = starts.clone();
        this.floor = starts.clone();
    }

    Entry add(int partition, long offset, Alert alert) {
        next[partition] = offset + 1;
        Entry entry = new Entry(partition, offset, cursor(), alert);
        entries.add(entry);
        if (entries.size() > limit) {
            Entry oldest = entries.remove();
            floor[oldest.partition()] = oldest.offset() + 1;
        }
        return entry;
    }

    /** An alert that nobody is sent. */
    void passOver(int partition, long offset) {
        next[partition] = offset + 1;
    }

    /** Drops alerts of a camera from before this moment. */
    void remove(String camera, long beforeMs) {
        entries.removeIf(entry ->
                entry.alert().getCamera().equals(camera) && entry.alert().getAtMs() < beforeMs);
    }

    String cursor() {
        StringBuilder cursor = new StringBuilder();
        for (long offset : next) {
            cursor.append(cursor.length() > 0 ? "." : "").append(offset);
        }
        return cursor.toString();
    }

    /** What came after {@code cursor}; empty when it is no cursor, or some of it is no longer in memory. */
    Optional<List<Entry>> since(String cursor) {
        long[] known;
        try {
            known = Arrays.stream(cursor.split("\\.", -1))
                    .mapToLong(Long::parseLong)
                    .toArray();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
        if (known.length != next.length) {
            return Optional.empty();
        }
        for (int partition = 0; partition < known.length; partition++) {
            if (known[partition] < floor[partition]) {
                return Optional.empty();
            }
        }
        return Optional.of(entries.stream()
                .filter(entry -> entry.offset() >= known[entry.partition()])
                .toList());
    }
}
