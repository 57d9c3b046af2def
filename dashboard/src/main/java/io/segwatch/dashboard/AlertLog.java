package io.segwatch.dashboard;

import io.segwatch.v1.Alert;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The last alerts in the order in which they were read, and where in Kafka that was: a program that was away names the
 * place it knows, and is told what came after. Bounded. For one thread at a time.
 *
 * <p>A place is the next offset of each partition, as 17.0.4.9: it means the same in every process and after a restart.
 */
final class AlertLog {
    /**
     * One alert.
     *
     * @param place up to and with this alert
     */
    record Entry(int partition, long offset, String place, Alert alert) {}

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
        Entry entry = new Entry(partition, offset, place(), alert);
        entries.add(entry);
        if (entries.size() > limit) {
            Entry oldest = entries.remove();
            floor[oldest.partition()] = oldest.offset() + 1;
        }
        return entry;
    }

    String place() {
        StringBuilder place = new StringBuilder();
        for (long offset : next) {
            place.append(place.length() > 0 ? "." : "").append(offset);
        }
        return place.toString();
    }

    /** What came after {@code place}; empty when it is no place, or some of it is no longer in memory. */
    Optional<List<Entry>> since(String place) {
        long[] known;
        try {
            known = Arrays.stream(place.split("\\.", -1))
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
