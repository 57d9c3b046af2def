package io.segwatch.dashboard.live;

import io.segwatch.v1.Frame;
import io.segwatch.v1.FrameId;
import io.segwatch.v1.Observation;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Brings each frame of one camera together with its observation, so that an overlay is drawn over the very frame that
 * it belongs to. A frame whose observation does not come in time goes out without one. Frames go out in order; one that
 * is overtaken is dropped. For one thread.
 */
final class FrameJoiner {
    /** How long a frame waits for its observation. */
    static final long OBSERVATION_TIMEOUT_MS = 1_000;

    private static final long OBSERVED_RECENTLY_MS = 5_000;
    private static final int MAX_WAITING = 32;

    private record Waiting(Frame frame, long sinceMs) {}

    private final Consumer<LivePicture> out;
    private final Deque<Waiting> frames = new ArrayDeque<>();
    private final Map<FrameId, Observation> observations = new LinkedHashMap<>();
    private FrameId last = FrameId.getDefaultInstance();
    private long observedAtMs = Long.MIN_VALUE / 2;

    FrameJoiner(Consumer<LivePicture> out) {
        this.out = out;
    }

    void frame(Frame frame, long nowMs) {
        if (!isNewer(frame.getId(), last)) {
            return;
        }
        Observation observation = observations.get(frame.getId());
        if (observation != null) {
            emit(frame, Optional.of(observation));
            return;
        }
        frames.addLast(new Waiting(frame, nowMs));
        if (frames.size() > MAX_WAITING) {
            emit(frames.removeFirst().frame(), Optional.empty());
        }
        expire(nowMs);
    }

    void observation(Observation observation, long nowMs) {
        if (observation.getBackfill()) {
            return;
        }
        observedAtMs = nowMs;
        Iterator<Waiting> waiting = frames.iterator();
        while (waiting.hasNext()) {
            Frame frame = waiting.next().frame();
            if (frame.getId().equals(observation.getFrame())) {
                emit(frame, Optional.of(observation));
                return;
            }
        }
        keep(observations, observation.getFrame(), observation);
    }

    /** Emits frames that have waited long enough; all of them when nothing observes this camera. */
    void expire(long nowMs) {
        long timeout = nowMs - observedAtMs < OBSERVED_RECENTLY_MS ? OBSERVATION_TIMEOUT_MS : 0;
        while (!frames.isEmpty() && nowMs - frames.peekFirst().sinceMs() >= timeout) {
            emit(frames.removeFirst().frame(), Optional.empty());
        }
    }

    private void emit(Frame frame, Optional<Observation> observation) {
        last = frame.getId();
        frames.removeIf(waiting -> !isNewer(waiting.frame().getId(), last));
        observations.keySet().removeIf(id -> !isNewer(id, last));
        out.accept(LivePicture.of(frame, observation));
    }

    private static boolean isNewer(FrameId id, FrameId than) {
        return id.getEpoch() > than.getEpoch()
                || (id.getEpoch() == than.getEpoch()
                        && (id.getSequence() > than.getSequence()
                                || than.getCamera().isEmpty()));
    }

    private static <V> void keep(Map<FrameId, V> map, FrameId id, V value) {
        map.put(id, value);
        if (map.size() > MAX_WAITING) {
            Iterator<FrameId> oldest = map.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
    }
}
