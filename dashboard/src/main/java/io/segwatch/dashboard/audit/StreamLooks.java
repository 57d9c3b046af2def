package io.segwatch.dashboard.audit;

import io.segwatch.contracts.Topic;
import io.segwatch.v1.AuditEvent;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiConsumer;

/** What somebody looks at over one connection: a record when each camera is first seen, and one for each at the end. */
final class StreamLooks implements AuditLog.Looking {
    /** Of one connection. */
    private static final int MAX_CAMERAS = 1_000;

    private final BiConsumer<Topic<AuditEvent>, AuditEvent> writer;
    private final String closing;
    private final AuditEvent opened;
    private final Map<String, AuditEvent> seen = new LinkedHashMap<>();
    private boolean over;

    /**
     * Notes the camera that the request names, if it does.
     *
     * @param opened without its outcome
     * @param closing what the end is called
     */
    StreamLooks(BiConsumer<Topic<AuditEvent>, AuditEvent> writer, AuditEvent opened, String closing) {
        this.writer = writer;
        this.closing = closing;
        this.opened = opened;
        at(opened.getCamera());
    }

    @Override
    public synchronized void at(String camera) {
        if (over || seen.containsKey(camera) || seen.size() >= MAX_CAMERAS) {
            return;
        }
        AuditEvent event = again(opened).setCamera(camera).setStatus(200).build();
        seen.put(camera, event);
        writer.accept(Topic.LOOKS, event);
    }

    @Override
    public synchronized void ended() {
        if (!over) {
            over = true;
            seen.values()
                    .forEach(event -> writer.accept(
                            Topic.LOOKS, again(event).setAction(closing).build()));
        }
    }

    private static AuditEvent.Builder again(AuditEvent event) {
        return event.toBuilder().setId(UUID.randomUUID().toString()).setAtMs(System.currentTimeMillis());
    }
}
