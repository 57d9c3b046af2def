package io.segwatch.topology.camera;

import io.segwatch.topology.state.CameraState.ClockState;
import io.segwatch.v1.FrameId;
import io.segwatch.v1.Observation;

/**
 * Event time of one camera's frames: the capture clock, as long as it can be believed. Depends on the observations and
 * their records' times alone, so that the same records give the same times whenever they are processed.
 *
 * <ul>
 *   <li>A capture time that lies in the future of the observation, or ten minutes or more before it, is a wrong clock:
 *       the time of the observation stands in. For an observation from the future of its record, that of the record.
 *   <li>A later frame is never earlier: when the clock jumps back, time goes on at the camera's frame rate.
 *   <li>But event time, or a frame number, that has been ahead of what is observed for ten seconds was wrong: the clock
 *       is reset to what is observed.
 * </ul>
 */
final class EventClock {
    /** A frame's event time may lie so far after the time of its record, milliseconds. */
    static final long MAX_AHEAD_OF_RECORD_MS = 11_000;

    /** A capture time may lie so far after its observation, milliseconds. */
    private static final long MAX_AHEAD_MS = 1_000;

    /** An observation may lie so far after its record: the clocks of two hosts differ. */
    private static final long MAX_OBSERVED_AHEAD_MS = MAX_AHEAD_OF_RECORD_MS - MAX_AHEAD_MS;

    private static final long MAX_BEHIND_MS = 600_000;

    /** Event time may lie so far after the observation for good. */
    private static final long MAX_LEAD_MS = 2_000;

    private static final long RESET_AFTER_MS = 10_000;
    private static final long NEVER = -1;

    /**
     * When a frame was taken, and how it stands to those before.
     *
     * @param newest later than every frame before, by epoch and sequence number, or the first after a reset
     * @param reset the clock was reset to this frame: event time may have gone back
     */
    record FrameTime(long atMs, boolean newest, boolean reset) {
        FrameTime(long atMs, boolean newest) {
            this(atMs, newest, false);
        }
    }

    private long epoch;
    private long sequence = -1;
    private long atMs = -1;
    /** Since then, by the observations' time, they have been behind the clock. */
    private long aheadSinceMs = NEVER;

    /**
     * The event time of a frame; moves the clock when it is the newest.
     *
     * @param recordAtMs time of the observation's record, milliseconds since 1970; 0 when it has none
     */
    FrameTime read(Observation observation, long recordAtMs) {
        FrameId id = observation.getFrame();
        long captured = believable(observation, recordAtMs);
        int newer = Long.compareUnsigned(id.getEpoch(), epoch);
        boolean newest = atMs < 0 || newer > 0 || newer == 0 && id.getSequence() > sequence;
        long nextMs = captured;
        if (newest && atMs >= 0 && captured <= atMs) {
            long frames = newer == 0 ? id.getSequence() - sequence : 1;
            nextMs = atMs + Math.max(1, Math.round(Math.min(frames, 1_000) * period(observation)));
        }
        long observed = observed(observation, recordAtMs);
        boolean ahead = (newest ? nextMs : atMs) > observed + MAX_LEAD_MS || !newest && captured > atMs;
        if (ahead && isAheadTooLong(observed)) {
            aheadSinceMs = NEVER;
            move(id, captured);
            return new FrameTime(captured, true, true);
        }
        if (!newest) {
            return new FrameTime(Math.min(captured, atMs), false);
        }
        if (!ahead) {
            aheadSinceMs = NEVER;
        }
        move(id, nextMs);
        return new FrameTime(nextMs, true);
    }

    /** Ahead at this observation and at all since another, ten seconds before it. */
    private boolean isAheadTooLong(long observedMs) {
        if (aheadSinceMs == NEVER || aheadSinceMs > observedMs) {
            aheadSinceMs = observedMs;
        }
        return observedMs - aheadSinceMs >= RESET_AFTER_MS;
    }

    private void move(FrameId id, long toMs) {
        epoch = id.getEpoch();
        sequence = id.getSequence();
        atMs = toMs;
    }

    /** Event time of the newest frame; -1 before the first. */
    long atMs() {
        return atMs;
    }

    /** The capture time, or that of the observation or its record where the camera's clock cannot be believed. */
    static long believable(Observation observation, long recordAtMs) {
        long captured = observation.getCapturedAtMs();
        long observed = observed(observation, recordAtMs);
        if (captured > observed + MAX_AHEAD_MS) {
            return observed;
        }
        return observation.getObservedAtMs() != 0 && captured <= observed - MAX_BEHIND_MS ? observed : captured;
    }

    /** When the frame was observed, as far as it is known. */
    private static long observed(Observation observation, long recordAtMs) {
        long observed = observation.getObservedAtMs();
        if (recordAtMs > 0 && (observed == 0 || observed > recordAtMs + MAX_OBSERVED_AHEAD_MS)) {
            return recordAtMs;
        }
        return observed == 0 ? observation.getCapturedAtMs() : observed;
    }

    private static double period(Observation observation) {
        return observation.getTargetFps() > 0 ? 1_000 / observation.getTargetFps() : 1;
    }

    ClockState toState() {
        ClockState.Builder state =
                ClockState.newBuilder().setEpoch(epoch).setSequence(sequence).setAtMs(atMs);
        if (aheadSinceMs != NEVER) {
            state.setAheadSinceMs(aheadSinceMs);
        }
        return state.build();
    }

    void load(ClockState state) {
        epoch = state.getEpoch();
        sequence = state.getSequence();
        atMs = state.getAtMs();
        aheadSinceMs = state.hasAheadSinceMs() ? state.getAheadSinceMs() : NEVER;
    }
}
