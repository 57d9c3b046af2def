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
 * it belongs to. A frame whose observation does not come in time goes out without one: in time is what observations of
 * this camera have taken lately and half as much again. Frames go out in order; one that is overtaken is dropped. For
 * one thread.
 */
final class FrameJoiner {
    /** How long a frame waits for its observation where they come quickly. */
    static final long LEAST_WAIT_MS = 1_000;
    /** A picture that comes later than this is not live when it is seen. */
    static final long MOST_WAIT_MS = 2_500;

    private static final long OBSERVED_RECENTLY_MS = 5_000;
    private static final int MAX_WAITING = 32;

    private record Waiting(Frame frame, long sinceMs) {}

    private final Consumer<LivePicture> out;
    private final Deque<Waiting> frames = new ArrayDeque<>();
    private final Map<FrameId, Observation> observations = new LinkedHashMap<>();
    /** When frames that went out without an observation had come. */
    private final Map<FrameId, Long> unobserved = new LinkedHashMap<>();

    private long waitMs = LEAST_WAIT_MS;
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
            emitUnobserved();
        }
        expire(nowMs);
    }

    void observation(Observation observation, long nowMs) {
        if (observation.getBackfill()) {
            return;
        }
        observedAtMs = nowMs;
        Long tooLate = unobserved.remove(observation.getFrame());
        if (tooLate != null) {
            tookMs(nowMs - tooLate);
            return;
        }
        for (Waiting waiting : frames) {
            if (waiting.frame().getId().equals(observation.getFrame())) {
                tookMs(nowMs - waiting.sinceMs());
                emit(waiting.frame(), Optional.of(observation));
                return;
            }
        }
        keep(observations, observation.getFrame(), observation);
    }

    /** Emits frames that have waited long enough; all of them when nothing observes this camera. */
    void expire(long nowMs) {
        long timeout = nowMs - observedAtMs < OBSERVED_RECENTLY_MS ? waitMs : 0;
        while (!frames.isEmpty() && nowMs - frames.peekFirst().sinceMs() >= timeout) {
            emitUnobserved();
        }
    }

    private void emitUnobserved() {
        Waiting waiting = frames.removeFirst();
        keep(unobserved, waiting.frame().getId(), waiting.sinceMs());
        emit(waiting.frame(), Optional.empty());
    }

    /**
     * A slow one counts at once, and is forgotten over the next ones. One that no frame may wait for does not count.
     */
    private void tookMs(long observing) {
        long wanted = observing > MOST_WAIT_MS ? 0 : observing * 3 / 2;
        waitMs = Math.min(MOST_WAIT_MS, Math.max(LEAST_WAIT_MS, Math.max(wanted, waitMs - waitMs / 8)));
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
