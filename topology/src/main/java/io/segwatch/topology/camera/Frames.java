package io.segwatch.topology.camera;

import io.segwatch.topology.state.CameraState.FramesState;
import java.util.Map;
import java.util.TreeMap;

/**
 * The frames of the open seconds, and the newest of the closed ones. Finds repeated frames, and counts missing ones.
 */
final class Frames {
    /** A pause this many frame periods long has missing frames even if no sequence number is. */
    private static final double MISSING_AFTER_PERIODS = 2.5;

    record Frame(long epoch, long sequence) {}

    private final TreeMap<Long, Frame> byTime = new TreeMap<>();

    /** False for a frame that is there already. */
    boolean add(long atMs, Frame frame) {
        long free = atMs;
        while (byTime.containsKey(free)) {
            if (byTime.get(free).equals(frame)) {
                return false;
            }
            // Of two frames of one millisecond the later goes to the next one; a second has room for both.
            free++;
        }
        byTime.put(free, frame);
        return true;
    }

    /** How many frames the camera published from {@code from} to {@code to}, seen or not. */
    int published(long from, long to, double fps) {
        int published = byTime.subMap(from, to).size();
        Map.Entry<Long, Frame> left = byTime.lowerEntry(from);
        for (Map.Entry<Long, Frame> right : byTime.tailMap(from).entrySet()) {
            published += missing(left, right, from, to, fps);
            left = right;
            if (right.getKey() >= to) {
                return published;
            }
        }
        return published + unanswered(left, from, to, fps);
    }

    /** Missing frames lie evenly between their neighbours; counts those within the span. */
    private static int missing(
            Map.Entry<Long, Frame> left, Map.Entry<Long, Frame> right, long from, long to, double fps) {
        if (left == null) {
            return (int) ((right.getKey() - from) * fps / 1_000);
        }
        long pause = right.getKey() - left.getKey();
        long missing = 0;
        if (left.getValue().epoch() == right.getValue().epoch()) {
            missing = right.getValue().sequence() - left.getValue().sequence() - 1;
        }
        if (missing <= 0 && pause * fps / 1_000 > MISSING_AFTER_PERIODS) {
            missing = Math.round(pause * fps / 1_000) - 1;
        }
        if (missing <= 0) {
            return 0;
        }
        double step = pause / (missing + 1.0);
        return (int) (stepsBefore(to, left.getKey(), step, missing) - stepsBefore(from, left.getKey(), step, missing));
    }

    private static long stepsBefore(long end, long left, double step, long missing) {
        return Math.max(0, Math.min(missing, (long) Math.ceil((end - left) / step) - 1));
    }

    /** What should have come after the newest frame follows from the frame rate alone. */
    private static int unanswered(Map.Entry<Long, Frame> left, long from, long to, double fps) {
        long since = left == null ? from : Math.max(from, left.getKey());
        return (int) ((to - since - 1) * fps / 1_000);
    }

    /** Forgets all before {@code end} but the newest of them. */
    void closed(long end) {
        Long newest = byTime.lowerKey(end);
        if (newest != null) {
            byTime.headMap(newest).clear();
        }
    }

    void clear() {
        byTime.clear();
    }

    FramesState.Builder toState() {
        FramesState.Builder state = FramesState.newBuilder();
        byTime.forEach(
                (atMs, frame) -> state.addAtMs(atMs).addEpoch(frame.epoch()).addSequence(frame.sequence()));
        return state;
    }

    void load(FramesState state) {
        for (int i = 0; i < state.getAtMsCount(); i++) {
            byTime.put(state.getAtMs(i), new Frame(state.getEpoch(i), state.getSequence(i)));
        }
    }
}
