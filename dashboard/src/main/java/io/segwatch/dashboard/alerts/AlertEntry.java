package io.segwatch.dashboard.alerts;

import io.segwatch.v1.Alert;

/**
 * What is known of an alert without reading it.
 *
 * @param openedAtMs event time
 * @param state the newest
 * @param partition of {@code segwatch.alerts}
 * @param opening offset of the record of its opening; -1 when that was not seen
 * @param newest offset of the newest record
 */
public record AlertEntry(
        String id,
        String camera,
        String rule,
        long openedAtMs,
        Alert.State state,
        int partition,
        long opening,
        long newest) {

    /** Whether it had not closed when the newest record was written. */
    public boolean isOpen() {
        return state == Alert.State.OPEN || state == Alert.State.UPDATE;
    }

    AlertEntry with(Alert alert, long offset) {
        boolean opens = alert.getState() == Alert.State.OPEN;
        boolean over = state == Alert.State.CLOSE;
        return new AlertEntry(
                id,
                camera,
                rule,
                openedAtMs,
                over ? state : alert.getState(),
                partition,
                opens ? offset : opening,
                over ? newest : offset);
    }
}
