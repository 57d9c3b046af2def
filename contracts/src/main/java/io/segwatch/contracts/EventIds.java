package io.segwatch.contracts;

import io.segwatch.v1.Alert;

/** Identities of events, the same in Kafka, in webhooks and in event streams, however often they are sent. */
public final class EventIds {
    private EventIds() {}

    /** Of one change of an alert: its id, state and time. */
    public static String of(Alert alert) {
        return alert.getId() + "/" + alert.getState() + "/" + alert.getAtMs();
    }
}
