package io.segwatch.ingest;

import io.segwatch.contracts.Definitions;
import io.segwatch.contracts.Problem;
import io.segwatch.kafka.Sender;
import io.segwatch.v1.Camera;
import io.segwatch.v1.CameraStatus;
import io.segwatch.v1.CameraStatus.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cameras of this instance: makes what is grabbed agree with what is defined, and tells Kafka of each camera's
 * state. Everything here runs on the role's one thread.
 */
final class Cameras {
    private static final Logger log = LoggerFactory.getLogger(Cameras.class);

    /** A camera as it was last defined; {@code grabber} is null when it is not to be grabbed. */
    private record Slot(Camera camera, Status status, Grabber grabber) {}

    private final Grabber.Shared shared;
    private final Sender<CameraStatus> statuses;
    private final Executor thread;
    private final Map<String, Slot> slots = new TreeMap<>();

    Cameras(Grabber.Shared shared, Sender<CameraStatus> statuses, Executor thread) {
        this.shared = shared;
        this.statuses = statuses;
        this.thread = thread;
    }

    /** What is wrong with a definition, in one line; empty when it can be grabbed. */
    static Optional<String> problems(String key, Camera camera) {
        List<Problem> problems = new ArrayList<>(Definitions.check(camera));
        if (!key.equals(camera.getId())) {
            problems.add(new Problem("id", "must be the record's key"));
        }
        return problems.isEmpty() ? Optional.empty() : Optional.of(Problem.describe(problems));
    }

    /** Starts, changes and stops grabbers until they agree with {@code definitions}, keyed by id. */
    void reconcile(Map<String, Camera> definitions) {
        Map<String, Camera> defined = new TreeMap<>(definitions);
        // A key that is no id must not become the key of a status or the label of a metric.
        defined.keySet().removeIf(id -> !Definitions.isId(id));
        List.copyOf(slots.keySet()).stream()
                .filter(id -> !defined.containsKey(id))
                .forEach(this::remove);
        // What is grabbed goes first: what it gives up makes room for the others.
        List<String> grabbed = slots.keySet().stream().filter(this::isGrabbed).toList();
        grabbed.forEach(id -> apply(id, defined.remove(id)));
        defined.forEach((id, camera) -> {
            if (shared.config().owns(id)) {
                apply(id, camera);
            }
        });
    }

    /** Deletes what was told of cameras that were removed while this role was down. */
    void forget(Collection<String> ids) {
        ids.stream().filter(shared.config()::owns).forEach(statuses::delete);
    }

    private boolean isGrabbed(String id) {
        Slot slot = slots.get(id);
        return slot != null && slot.grabber() != null;
    }

    private void apply(String id, Camera camera) {
        Slot slot = slots.get(id);
        Optional<String> problems = problems(id, camera);
        if (problems.isPresent()) {
            park(id, camera, State.OFFLINE, "The camera's definition is refused. " + problems.get());
        } else if (camera.getDisabled()) {
            park(id, camera, State.DISABLED, "Switched off. Enable the camera to grab it.");
        } else if (isGrabbed(id) && sameGrab(slot.camera(), camera)) {
            slot.grabber().targetFps(camera.getTargetFps());
            slots.put(id, new Slot(camera, slot.status(), slot.grabber()));
        } else if (slot != null && slot.grabber() != null
                || grabbing() < shared.config().maxCameras()) {
            grab(id, camera, slot);
        } else {
            park(
                    id,
                    camera,
                    State.OFFLINE,
                    "This instance already grabs " + grabbing()
                            + " cameras. Raise segwatch.ingest.max-cameras, or share"
                            + " the cameras among more instances with segwatch.ingest.shards.");
        }
    }

    /** Names, zones and the rate change nothing about the connection. */
    private static boolean sameGrab(Camera old, Camera now) {
        return old.getUrl().equals(now.getUrl())
                && old.getCredentials().equals(now.getCredentials())
                && old.getOnce() == now.getOnce();
    }

    private long grabbing() {
        return slots.keySet().stream().filter(this::isGrabbed).count();
    }

    private void grab(String id, Camera camera, Slot old) {
        Grabber predecessor = old == null ? null : old.grabber();
        if (predecessor != null) {
            predecessor.stop();
        }
        Status status = status(id, State.CONNECTING, "");
        Grabber grabber = new Grabber(camera, shared, status, predecessor);
        slots.put(id, new Slot(camera, status, grabber));
        log.info("Grabs {} from {}", id, NativeLog.redact(camera.getUrl()));
        publish(id);
        grabber.start();
    }

    private void park(String id, Camera camera, State state, String reason) {
        Slot old = slots.get(id);
        if (old != null && old.grabber() != null) {
            old.grabber().stop();
        }
        Status status = status(id, state, reason);
        boolean news = old == null || !sameButTime(old.status().message(), status.message());
        slots.put(id, new Slot(camera, status, null));
        if (news) {
            log.warn("Camera {} is {}: {}", id, state, reason);
            publish(id);
        }
    }

    private static boolean sameButTime(CameraStatus old, CameraStatus now) {
        return old.getState() == now.getState() && old.getReason().equals(now.getReason());
    }

    private Status status(String id, State state, String reason) {
        return new Status(id, state, reason, () -> thread.execute(() -> publish(id)));
    }

    private void remove(String id) {
        Slot slot = slots.remove(id);
        if (slot.grabber() != null) {
            slot.grabber().stop();
        }
        log.info("Camera {} was removed", id);
        statuses.delete(id);
        Metrics.remove(id);
    }

    /** Looks for grabbers that wait in vain. */
    void watch() {
        slots.values().forEach(slot -> slot.status().watch(shared.config().stallAfter()));
    }

    void publishAll() {
        slots.forEach((id, slot) -> {
            slot.status().measure();
            publish(id);
        });
    }

    private void publish(String id) {
        Slot slot = slots.get(id);
        if (slot != null) {
            CameraStatus message = slot.status().message();
            Metrics.show(id, message.getState());
            statuses.send(id, message);
        }
    }

    /** Stops every grabber, says so, and waits for their threads a while. */
    void close(Duration timeout) throws InterruptedException {
        slots.values().stream()
                .filter(slot -> slot.grabber() != null)
                .forEach(slot -> slot.grabber().stop());
        long end = System.nanoTime() + timeout.toNanos();
        for (Slot slot : slots.values()) {
            if (slot.grabber() != null && !slot.grabber().join(Duration.ofNanos(end - System.nanoTime()))) {
                log.warn(
                        "Camera {} is still held by a native call; leaves it behind",
                        slot.camera().getId());
            }
        }
        slots.forEach((id, slot) -> {
            if (slot.grabber() != null && slot.status().state() != State.ENDED) {
                slot.status().offline("The ingest role was stopped. Start it to grab the camera again.", 0);
                publish(id);
            }
            Metrics.remove(id);
        });
        slots.clear();
    }
}
