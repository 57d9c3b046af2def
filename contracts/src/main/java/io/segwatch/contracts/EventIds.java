package io.segwatch.contracts;

import io.segwatch.v1.Alert;
import io.segwatch.v1.Area;

/** Identities of events, the same in Kafka, in webhooks and in event streams, however often they are sent. */
public final class EventIds {
    private EventIds() {}

    /** Of one change of an alert: its id, state and time. */
    public static String of(Alert alert) {
        return alert.getId() + "/" + alert.getState() + "/" + alert.getAtMs();
    }

    /** Of one state of a window: what it is of, and how many frames it has seen. */
    public static String of(Area area) {
        return String.join(
                "/",
                area.getCamera(),
                area.getZone(),
                Integer.toString(area.getZoneVersion()),
                area.getQuery(),
                Long.toString(area.getWindowMs()),
                Long.toString(area.getWindowStartMs()),
                Integer.toString(area.getFramesSeen()));
    }
}
