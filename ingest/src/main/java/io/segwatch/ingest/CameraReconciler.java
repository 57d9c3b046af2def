package io.segwatch.ingest;

import io.segwatch.contracts.CameraUrl;
import io.segwatch.contracts.Definitions;
import io.segwatch.contracts.Problem;
import io.segwatch.kafka.Sender;
import io.segwatch.v1.Camera;
import io.segwatch.v1.CameraStatus;
import io.segwatch.v1.CameraStatus.State;
import io.segwatch.v1.Frame;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cameras of this instance: starts and stops grabbers until they agree with the definitions, and publishes each
 * camera's status. Everything here runs on the role's one thread.
 */
final class CameraReconciler {
    private static final Logger log = LoggerFactory.getLogger(CameraReconciler.class);

    /** A camera's last definition; {@code grabber} is null while the camera is not grabbed. */
    private record CameraEntry(Camera camera, Status status, Grabber grabber) {}

    private final Grabber.Context context;
    private final Sender<CameraStatus> statuses;
    private final Executor thread;
    private final Map<String, CameraEntry> entries = new TreeMap<>();

    CameraReconciler(Grabber.Context context, Sender<CameraStatus> statuses, Executor thread) {
        this.context = context;
        this.statuses = statuses;
        this.thread = thread;
    }

    /**
     * Starts, changes and stops grabbers until they agree with the definitions.
     *
     * @param definitions the valid ones, by id
     * @param refused what is wrong with each of the others, by key
     */
    void reconcile(Map<String, Camera> definitions, Map<String, List<Problem>> refused) {
        Map<String, Camera> defined = new TreeMap<>(definitions);
        Map<String, List<Problem>> owned = new TreeMap<>(refused);
        // A key that is no id must not become the key of a status or the label of a metric.
        owned.keySet().removeIf(id -> !Definitions.isId(id) || !context.config().owns(id));
        List.copyOf(entries.keySet()).stream()
                .filter(id -> !defined.containsKey(id) && !owned.containsKey(id))
                .forEach(this::remove);
        owned.forEach(this::refuse);
        // Grabbed cameras go first: those that stop make room for the others.
        List<String> grabbed = entries.keySet().stream().filter(this::isGrabbed).toList();
        grabbed.forEach(id -> apply(id, defined.remove(id)));
        defined.forEach((id, camera) -> {
            if (context.config().owns(id)) {
                apply(id, camera);
            }
        });
    }

    /** Deletes the statuses of cameras that were removed while this role was down. */
    void forget(Collection<String> ids) {
        ids.stream().filter(context.config()::owns).forEach(statuses::delete);
    }

    private boolean isGrabbed(String id) {
        CameraEntry entry = entries.get(id);
        return entry != null && entry.grabber() != null;
    }

    private void apply(String id, Camera camera) {
        CameraEntry entry = entries.get(id);
        if (camera.getDisabled()) {
            setNotGrabbed(id, camera, State.DISABLED, "Switched off. Enable the camera to grab it.");
        } else if (isGrabbed(id) && Grabber.sameConnection(entry.camera(), camera)) {
            entry.grabber().change(camera);
            entries.put(id, new CameraEntry(camera, entry.status(), entry.grabber()));
        } else if (entry != null && entry.grabber() != null
                || grabbedCount() < context.config().maxCameras()) {
            grab(id, camera, entry);
        } else {
            setNotGrabbed(
                    id,
                    camera,
                    State.OFFLINE,
                    "This instance already grabs " + grabbedCount()
                            + " cameras. Raise segwatch.ingest.max-cameras, or share"
                            + " the cameras among more instances with segwatch.ingest.shards.");
        }
    }

    private void refuse(String id, List<Problem> problems) {
        setNotGrabbed(
                id,
                Camera.getDefaultInstance(),
                State.OFFLINE,
                "The camera's definition is refused. " + Problem.describe(problems));
    }

    private long grabbedCount() {
        return entries.keySet().stream().filter(this::isGrabbed).count();
    }

    private void grab(String id, Camera camera, CameraEntry old) {
        Grabber predecessor = old == null ? null : old.grabber();
        if (predecessor != null) {
            predecessor.stop();
        }
        Status status = status(id, State.CONNECTING, "");
        Grabber grabber = new Grabber(camera, context, status, predecessor);
        entries.put(id, new CameraEntry(camera, status, grabber));
        log.info("Grabbing {} from {}", id, CameraUrl.redact(camera.getUrl()));
        publish(id);
        grabber.start();
    }

    private void setNotGrabbed(String id, Camera camera, State state, String reason) {
        CameraEntry old = entries.get(id);
        if (old != null && old.grabber() != null) {
            old.grabber().stop();
        }
        Status status = status(id, state, reason);
        boolean changed = old == null || !sameStateAndReason(old.status().message(), status.message());
        entries.put(id, new CameraEntry(camera, status, null));
        if (changed) {
            log.warn("Camera {} is {}: {}", id, state, reason);
            publish(id);
        }
    }

    private static boolean sameStateAndReason(CameraStatus old, CameraStatus now) {
        return old.getState() == now.getState() && old.getReason().equals(now.getReason());
    }

    private Status status(String id, State state, String reason) {
        return new Status(id, state, reason, () -> thread.execute(() -> publish(id)));
    }

    private void remove(String id) {
        CameraEntry entry = entries.remove(id);
        if (entry.grabber() != null) {
            entry.grabber().stop();
        }
        log.info("Camera {} was removed", id);
        statuses.delete(id);
        IngestMetrics.remove(id);
    }

    /** Completes it with the camera's next picture in its own size, or fails it when the camera is not grabbed here. */
    void wanted(String id, CompletableFuture<Frame> picture) {
        if (isGrabbed(id)) {
            entries.get(id).grabber().wanted(picture);
        } else {
            picture.completeExceptionally(new IllegalStateException("Camera " + id + " is not grabbed here"));
        }
    }

    /** Marks cameras as stalled whose grabber waits too long for a picture. */
    void detectStalls() {
        entries.values().forEach(entry -> entry.status().detectStall());
    }

    void publishAll() {
        entries.forEach((id, entry) -> {
            entry.status().measure();
            publish(id);
        });
    }

    private void publish(String id) {
        CameraEntry entry = entries.get(id);
        if (entry != null) {
            CameraStatus message = entry.status().message();
            IngestMetrics.show(id, message.getState());
            statuses.send(id, message);
        }
    }

    /** Stops every grabber, waits at most {@code timeout} for their threads, and publishes their last status. */
    void close(Duration timeout) throws InterruptedException {
        entries.values().stream()
                .filter(entry -> entry.grabber() != null)
                .forEach(entry -> entry.grabber().stop());
        long end = System.nanoTime() + timeout.toNanos();
        for (CameraEntry entry : entries.values()) {
            if (entry.grabber() != null && !entry.grabber().join(Duration.ofNanos(end - System.nanoTime()))) {
                log.warn(
                        "Camera {} is still held by a native call, its thread is abandoned",
                        entry.camera().getId());
            }
        }
        entries.forEach((id, entry) -> {
            if (entry.grabber() != null && entry.status().state() != State.ENDED) {
                entry.status()
                        .offline(
                                "Segwatch was stopped on the machine that reads this camera. Start it there again.", 0);
                publish(id);
            }
            IngestMetrics.remove(id);
        });
        entries.clear();
    }
}
