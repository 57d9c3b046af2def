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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BiPredicate;
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

    /** One that was told to stop and is not waited for longer than until {@code endNanos}. */
    private record Leaving(Grabber grabber, long endNanos) {}

    private static final long LEAVING_NANOS = 5_000_000_000L;

    private final Grabber.Context context;
    private final BiPredicate<Camera, String> owns;
    private final Sender<CameraStatus> statuses;
    private final Executor thread;
    private final Map<String, CameraEntry> entries = new TreeMap<>();
    /** Cameras that another instance is to go on with. */
    private final Map<String, Leaving> leaving = new HashMap<>();

    /** @param owns whether this instance is to grab the camera of this id */
    CameraReconciler(
            Grabber.Context context, BiPredicate<Camera, String> owns, Sender<CameraStatus> statuses, Executor thread) {
        this.context = context;
        this.owns = owns;
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
        owned.keySet().removeIf(id -> !Definitions.isId(id) || !ownsRefused(id));
        for (String id : List.copyOf(entries.keySet())) {
            if (!defined.containsKey(id) && !refused.containsKey(id)) {
                remove(id);
            } else if (defined.containsKey(id) ? !owns.test(defined.get(id), id) : !owned.containsKey(id)) {
                release(id);
            }
        }
        owned.forEach(this::refuse);
        // Grabbed cameras go first: those that stop make room for the others.
        List<String> grabbed = entries.keySet().stream().filter(this::isGrabbed).toList();
        grabbed.forEach(id -> apply(id, defined.remove(id)));
        defined.forEach((id, camera) -> {
            if (owns.test(camera, id)) {
                apply(id, camera);
            }
        });
        IngestMetrics.grabbed(grabbedCount());
    }

    private boolean ownsRefused(String id) {
        return owns.test(Camera.getDefaultInstance(), id);
    }

    /** Deletes the statuses of cameras that were removed while nobody grabbed them. */
    void forget(Collection<String> ids) {
        ids.stream().filter(this::ownsRefused).forEach(statuses::delete);
    }

    /** Whether all that was released has let go of its camera, or is not waited for any longer. */
    boolean released() {
        leaving.values().removeIf(one -> one.grabber().ended() || System.nanoTime() - one.endNanos() > 0);
        return leaving.isEmpty();
    }

    /** Another instance told this status. */
    void heard(CameraStatus status) {
        boolean grabs = status.getState() != State.DISABLED && status.getState() != State.ENDED;
        String id = status.getCamera();
        if (grabs && isGrabbed(id) && entries.get(id).status().grabbedBy(status.getInstance())) {
            log.warn("Camera {} is also grabbed by {}", id, status.getInstance());
        }
    }

    private boolean isGrabbed(String id) {
        CameraEntry entry = entries.get(id);
        return entry != null && entry.grabber() != null;
    }

    private void apply(String id, Camera camera) {
        CameraEntry entry = entries.get(id);
        if (camera.getDisabled()) {
            setNotGrabbed(id, camera, State.DISABLED, "Switched off. Enable the camera to grab it.");
        } else if (isGrabbed(id) && !entry.grabber().stopped() && Grabber.sameConnection(entry.camera(), camera)) {
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
                            + " cameras. Raise segwatch.ingest.max-cameras, or start"
                            + " another ingest process, which takes its part of the cameras.");
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
        Leaving left = leaving.remove(id);
        Grabber predecessor = old != null ? old.grabber() : left != null ? left.grabber() : null;
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
        return new Status(id, context.instance(), state, reason, () -> thread.execute(() -> publish(id)));
    }

    /** Stops to grab it, and says nothing of it any more: another instance does. */
    private void release(String id) {
        CameraEntry entry = entries.remove(id);
        if (entry.grabber() != null) {
            entry.grabber().stop();
            leaving.put(id, new Leaving(entry.grabber(), System.nanoTime() + LEAVING_NANOS));
        }
        log.info("Camera {} is let go: another ingest process may have it", id);
        IngestMetrics.remove(id);
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
