package io.segwatch.bench.faults;

import io.segwatch.contracts.EventIds;
import io.segwatch.v1.Alert;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Alerts that were due by the script, against those that came: each appearance of the thing must open one and close it.
 *
 * @param due events, openings and closings
 * @param lost events that are missing in the topic, or at a receiver
 * @param doubled events beyond the one that was due, or that no appearance explains
 */
record AlertCount(int due, int lost, int doubled) {
    static final AlertCount NONE = new AlertCount(0, 0, 0);

    AlertCount plus(AlertCount other) {
        return new AlertCount(due + other.due, lost + other.lost, doubled + other.doubled);
    }

    /**
     * @param appearances times, ms, at which the thing came
     * @param alerts as they lie in the topic
     * @param received ids of the events that a receiver took, of this camera and of others
     */
    static AlertCount of(List<Long> appearances, List<Alert> alerts, Collection<String> received) {
        int lost = 0;
        int explained = 0;
        for (long from : appearances) {
            long to = from + ScriptedCamera.SEEN_MS;
            int opened = count(alerts, Alert.State.OPEN, from, to);
            int closed = count(alerts, Alert.State.CLOSE, to, to + ScriptedCamera.SEEN_MS);
            lost += (opened == 0 ? 1 : 0) + (closed == 0 ? 1 : 0);
            explained += Math.min(1, opened) + Math.min(1, closed);
        }
        Set<String> ids = new HashSet<>();
        alerts.forEach(alert -> ids.add(EventIds.of(alert)));
        int unexplained = alerts.size() - explained;
        ids.removeAll(Set.copyOf(received));
        return new AlertCount(2 * appearances.size(), lost + ids.size(), unexplained);
    }

    private static int count(List<Alert> alerts, Alert.State state, long fromMs, long toMs) {
        return (int) alerts.stream()
                .filter(alert -> alert.getState() == state && alert.getAtMs() >= fromMs && alert.getAtMs() < toMs)
                .count();
    }
}
