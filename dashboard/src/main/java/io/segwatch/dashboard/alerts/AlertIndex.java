package io.segwatch.dashboard.alerts;

import io.segwatch.v1.Alert;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;

/** Where each alert lies, the newest first. Bounded: what opened longest ago makes room. Threadsafe. */
final class AlertIndex {
    private static final Comparator<AlertEntry> NEWEST_FIRST =
            Comparator.comparingLong(AlertEntry::openedAtMs).reversed().thenComparing(AlertEntry::id);

    private final int limit;
    private final Map<String, AlertEntry> byId = new HashMap<>();
    private final NavigableSet<AlertEntry> inOrder = new TreeSet<>(NEWEST_FIRST);
    /** Ids of cameras and rules come again and again. */
    private final Map<String, String> words = new HashMap<>();

    AlertIndex(int limit) {
        this.limit = limit;
    }

    synchronized void add(Alert alert, int partition, long offset) {
        AlertEntry known = byId.get(alert.getId());
        if (known != null && alert.getState() == Alert.State.OPEN && alert.getOpenedAtMs() > known.openedAtMs()) {
            // Of a camera that was erased and has come back under its name.
            inOrder.remove(known);
            known = null;
        }
        AlertEntry entry = known == null
                ? new AlertEntry(
                        alert.getId(),
                        word(alert.getCamera()),
                        word(alert.getRule()),
                        alert.getOpenedAtMs() > 0 ? alert.getOpenedAtMs() : alert.getAtMs(),
                        alert.getState(),
                        partition,
                        alert.getState() == Alert.State.OPEN ? offset : -1,
                        offset)
                : known.with(alert, offset);
        if (known != null) {
            inOrder.remove(known);
        }
        byId.put(entry.id(), entry);
        inOrder.add(entry);
        if (byId.size() > limit) {
            byId.remove(inOrder.pollLast().id());
        }
    }

    private String word(String text) {
        if (words.size() > limit) {
            words.clear();
        }
        return words.computeIfAbsent(text, same -> same);
    }

    /** Kafka no longer has what lies before this offset. */
    synchronized void forget(int partition, long before) {
        inOrder.removeIf(entry -> {
            boolean gone = entry.partition() == partition && entry.newest() < before;
            if (gone) {
                byId.remove(entry.id());
            }
            return gone;
        });
    }

    synchronized Optional<AlertEntry> get(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    /**
     * The newest first.
     *
     * @param after the last that is known already; empty to begin with the newest
     */
    synchronized List<AlertEntry> find(Optional<AlertArchive.Cursor> after, Predicate<AlertEntry> wanted, int most) {
        List<AlertEntry> found = new ArrayList<>();
        Iterable<AlertEntry> rest = after.<Iterable<AlertEntry>>map(cursor -> inOrder.tailSet(cursor.entry(), false))
                .orElse(inOrder);
        for (AlertEntry entry : rest) {
            if (wanted.test(entry)) {
                found.add(entry);
                if (found.size() == most) {
                    return found;
                }
            }
        }
        return found;
    }

    synchronized int count(Predicate<AlertEntry> wanted) {
        return (int) inOrder.stream().filter(wanted).count();
    }
}
