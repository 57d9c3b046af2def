package io.segwatch.topology.camera;

import io.segwatch.topology.state.CameraState.ClockState;
import io.segwatch.v1.FrameId;
import io.segwatch.v1.Observation;

/**
 * Event time of one camera's frames: the capture clock, as long as it can be believed. Depends on the observations
 * alone, so that the same observations give the same times whenever they are processed.
 *
 * <ul>
 *   <li>A capture time that lies in the future of the observation, or ten minutes or more before it, is a wrong clock:
 *       the time of the observation stands in.
 *   <li>A later frame is never earlier: when the clock jumps back, time goes on at the camera's frame rate.
 * </ul>
 */
final class EventClock {
    /** A capture time may lie so far after its observation, milliseconds. */
    static final long MAX_AHEAD_MS = 1_000;

    private static final long MAX_BEHIND_MS = 600_000;

    /**
     * When a frame was taken, and how it stands to those before.
     *
     * @param newest later than every frame before, by epoch and sequence number
     */
    record FrameTime(long atMs, boolean newest) {}

    private long epoch;
    private long sequence = -1;
    private long atMs = -1;

    /** The event time of a frame; moves the clock when it is the newest. */
    FrameTime read(Observation observation) {
        FrameId id = observation.getFrame();
        long captured = believable(observation);
        int newer = Long.compareUnsigned(id.getEpoch(), epoch);
        boolean newest = atMs < 0 || newer > 0 || newer == 0 && id.getSequence() > sequence;
        if (!newest) {
            return new FrameTime(Math.min(captured, atMs), false);
        }
        if (atMs >= 0 && captured <= atMs) {
            long frames = newer == 0 ? id.getSequence() - sequence : 1;
            captured = atMs + Math.max(1, Math.round(Math.min(frames, 1_000) * period(observation)));
        }
        epoch = id.getEpoch();
        sequence = id.getSequence();
        atMs = captured;
        return new FrameTime(captured, true);
    }

    /** Event time of the newest frame; -1 before the first. */
    long atMs() {
        return atMs;
    }

    /** The capture time, or that of the observation where the camera's clock cannot be believed. */
    static long believable(Observation observation) {
        long captured = observation.getCapturedAtMs();
        long observed = observation.getObservedAtMs();
        if (observed == 0) {
            return captured;
        }
        return captured > observed + MAX_AHEAD_MS || captured <= observed - MAX_BEHIND_MS ? observed : captured;
    }

    private static double period(Observation observation) {
        return observation.getTargetFps() > 0 ? 1_000 / observation.getTargetFps() : 1;
    }

    ClockState toState() {
        return ClockState.newBuilder()
                .setEpoch(epoch)
                .setSequence(sequence)
                .setAtMs(atMs)
                .build();
    }

    void load(ClockState state) {
        epoch = state.getEpoch();
        sequence = state.getSequence();
        atMs = state.getAtMs();
    }
}
