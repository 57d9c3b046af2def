package io.segwatch.dashboard.live;

import io.segwatch.v1.Alert;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** The newest state of each recent alert. Bounded: the oldest makes room, one that is closed first. Threadsafe. */
final class RecentAlerts {
    private final int limit;
    private final Map<String, Alert> byId = new LinkedHashMap<>();
    /** As each was when it opened: what it is about. */
    private final Map<String, Alert> openings = new HashMap<>();

    RecentAlerts(int limit) {
        this.limit = limit;
    }

    synchronized void add(Alert alert) {
        Alert known = byId.get(alert.getId());
        if (known != null && known.getState() == Alert.State.CLOSE && alert.getState() != Alert.State.CLOSE) {
            return;
        }
        byId.put(alert.getId(), alert);
        if (alert.getState() == Alert.State.OPEN) {
            openings.put(alert.getId(), alert);
        }
        if (byId.size() > limit) {
            makeRoom();
        }
    }

    private void makeRoom() {
        Iterator<Alert> oldestFirst = byId.values().iterator();
        while (oldestFirst.hasNext()) {
            Alert alert = oldestFirst.next();
            if (alert.getState() == Alert.State.CLOSE) {
                oldestFirst.remove();
                openings.remove(alert.getId());
                return;
            }
        }
        String oldest = byId.keySet().iterator().next();
        byId.remove(oldest);
        openings.remove(oldest);
    }

    /** Drops alerts of a camera that opened before this moment. */
    synchronized void remove(String camera, long beforeMs) {
        byId.values().removeIf(alert -> alert.getCamera().equals(camera) && alert.getOpenedAtMs() < beforeMs);
        openings.keySet().retainAll(byId.keySet());
    }

    /** The alert as it was when it opened, if that was seen. */
    synchronized Optional<Alert> opening(String id) {
        return Optional.ofNullable(openings.get(id));
    }

    synchronized Optional<Alert> newest(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    /** The newest first; {@code camera} may be empty for all that are {@code seen}. */
    synchronized List<Alert> newest(String camera, Predicate<String> seen, int most) {
        List<Alert> alerts = new ArrayList<>(byId.values());
        alerts.removeIf(alert -> !seen.test(alert.getCamera()));
        alerts.removeIf(alert -> !camera.isEmpty() && !camera.equals(alert.getCamera()));
        alerts.sort(Comparator.comparingLong(Alert::getOpenedAtMs).reversed());
        return alerts.subList(0, Math.min(most, alerts.size()));
    }
}
