package io.segwatch.topology.camera;

import com.google.protobuf.InvalidProtocolBufferException;
import io.segwatch.topology.state.CameraState.FramesState;
import io.segwatch.topology.state.CameraState.LongWindowsState;
import io.segwatch.topology.state.CameraState.WindowState;
import io.segwatch.v1.Area;
import io.segwatch.v1.FrameId;
import io.segwatch.v1.Observation;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The windows of one camera in event time: 1 s, 10 s, 1 min and 1 h. A frame is counted once, in its second; a longer
 * window is the sum of the seconds that closed in it, so that a frame costs the same however many windows there are.
 *
 * <p>A second closes when event time is past its end by the grace; what comes later than that is late and not counted.
 * Windows of a minute and an hour are also published while they are open, whenever a part of theirs closes.
 */
final class Windows {
    /** Lengths, milliseconds; each is made of whole windows of the one before. */
    private static final long[] LENGTHS = {1_000, 10_000, 60_000, 3_600_000};
    /** From this level on windows are published before they close. */
    private static final int FIRST_PROVISIONAL = 2;

    /** A value of one series in one frame. */
    record SeriesValue(String zone, int zoneVersion, String query, double share, double peakProbability) {}

    private final String camera;
    private final long graceMs;
    private final int levels;
    private final List<TreeMap<Long, Window>> open;
    private final Frames frames = new Frames();
    private final Set<Long> changed = new HashSet<>();
    /** The seconds that are saved: of one that came and went between two saves there is nothing to drop. */
    private final Set<Long> saved = new HashSet<>();

    private long closedUntilMs = Long.MIN_VALUE;
    private boolean longWindowsChanged;

    /**
     * @param camera of the areas
     * @param graceMs how far event time must be past a window's end for it to close
     */
    Windows(String camera, long graceMs) {
        this(camera, graceMs, LENGTHS.length);
    }

    private Windows(String camera, long graceMs, int levels) {
        this.camera = camera;
        this.graceMs = graceMs;
        this.levels = levels;
        this.open =
                Stream.generate(() -> new TreeMap<Long, Window>()).limit(levels).toList();
    }

    /** Seconds only: a backfill covers a few minutes, too little for whole hours. */
    static Windows ofSeconds(String camera, long graceMs) {
        return new Windows(camera, graceMs, 1);
    }

    /** Counts a frame and closes what it shows to be over. */
    CameraProcessor.Arrival add(long atMs, Observation frame, List<SeriesValue> values, Consumer<Area> out) {
        long start = Math.floorDiv(atMs, LENGTHS[0]) * LENGTHS[0];
        if (start < closedUntilMs) {
            return CameraProcessor.Arrival.LATE;
        }
        FrameId id = frame.getFrame();
        if (!frames.add(atMs, new Frames.Frame(id.getEpoch(), id.getSequence()))) {
            return CameraProcessor.Arrival.REPEATED;
        }
        Window second = open.get(0).computeIfAbsent(start, any -> new Window(start, LENGTHS[0]));
        second.fps = frame.getTargetFps();
        second.observedBy(frame.getModel());
        for (SeriesValue value : values) {
            Window.SeriesKey key = new Window.SeriesKey(value.zone(), value.zoneVersion(), value.query());
            second.add(key, atMs, value.share(), value.peakProbability());
        }
        changed.add(start);
        advance(atMs, out);
        return CameraProcessor.Arrival.COUNTED;
    }

    /** Event time has come to {@code nowMs}: publishes and drops the windows that are over by then. */
    void advance(long nowMs, Consumer<Area> out) {
        long closable = nowMs - graceMs;
        TreeMap<Long, Window> seconds = open.get(0);
        while (!seconds.isEmpty() && seconds.firstEntry().getValue().endMs() <= closable) {
            Window second = seconds.firstEntry().getValue();
            // Longer windows that end before this second are closed first, so that areas come in order of their end.
            closeLong(second.startMs, out);
            seconds.remove(second.startMs);
            int expected = frames.published(second.startMs, second.endMs(), second.fps);
            second.publish(camera, expected, true, out);
            frames.closed(second.endMs());
            mergeInto(1, second, expected, out);
            changed.add(second.startMs);
        }
        closedUntilMs = Math.max(closedUntilMs, Math.floorDiv(closable, LENGTHS[0]) * LENGTHS[0]);
        closeLong(seconds.isEmpty() ? closable : Math.min(closable, seconds.firstKey()), out);
    }

    /** Nothing more will come: publishes and drops all windows, and forgets how far event time had come. */
    void finish(Consumer<Area> out) {
        open.stream()
                .filter(windows -> !windows.isEmpty())
                .mapToLong(windows -> windows.lastEntry().getValue().endMs())
                .max()
                .ifPresent(endMs -> advance(endMs + LENGTHS[levels - 1] + graceMs, out));
        closedUntilMs = Long.MIN_VALUE;
        frames.clear();
    }

    /** No window is open. */
    boolean isIdle() {
        return open.stream().allMatch(TreeMap::isEmpty);
    }

    /** The open windows longer than a second, as they stand. */
    void current(Consumer<Area> out) {
        for (int level = 1; level < levels; level++) {
            open.get(level).values().forEach(window -> window.publish(camera, window.expected, false, out));
        }
    }

    private void mergeInto(int level, Window part, int expected, Consumer<Area> out) {
        if (level == levels) {
            return;
        }
        long start = Math.floorDiv(part.startMs, LENGTHS[level]) * LENGTHS[level];
        Window window = open.get(level).computeIfAbsent(start, any -> new Window(start, LENGTHS[level]));
        window.merge(part, expected);
        longWindowsChanged = true;
        if (level >= FIRST_PROVISIONAL && part.endMs() < window.endMs()) {
            window.publish(camera, window.expected, false, out);
        }
    }

    /** Closes the windows longer than a second that end by {@code untilMs}. */
    private void closeLong(long untilMs, Consumer<Area> out) {
        for (int level = 1; level < levels; level++) {
            TreeMap<Long, Window> windows = open.get(level);
            while (!windows.isEmpty() && windows.firstEntry().getValue().endMs() <= untilMs) {
                Window window = windows.pollFirstEntry().getValue();
                long empty = LENGTHS[level] / LENGTHS[level - 1] - window.parts;
                int expected = window.expected + (int) Math.round(empty * LENGTHS[level - 1] * window.fps / 1_000);
                window.publish(camera, expected, true, out);
                mergeInto(level + 1, window, expected, out);
                longWindowsChanged = true;
            }
        }
    }

    /** Writes what has changed since the last call: the seconds each by themselves, the longer windows together. */
    void saveChanges(CameraProcessor.StateWriter writer) {
        for (long start : changed) {
            Window second = open.get(0).get(start);
            if (second != null) {
                writer.save("s" + start, second.toState());
                saved.add(start);
            } else if (saved.remove(start)) {
                writer.save("s" + start, null);
            }
        }
        if (longWindowsChanged) {
            LongWindowsState.Builder windows = LongWindowsState.newBuilder();
            open.stream()
                    .skip(1)
                    .flatMap(level -> level.values().stream())
                    .forEach(window -> windows.addWindows(window.toState()));
            writer.save("l", windows.build());
        }
        boolean over = levels == 1 && isIdle();
        writer.save(
                "f",
                over ? null : frames.toState().setClosedUntilMs(closedUntilMs).build());
        changed.clear();
        longWindowsChanged = false;
    }

    /** Takes a part that {@link #saveChanges} wrote. */
    void load(String key, byte[] state) throws InvalidProtocolBufferException {
        if (key.startsWith("s")) {
            Window second = Window.of(WindowState.parseFrom(state));
            open.get(0).put(second.startMs, second);
            saved.add(second.startMs);
        } else if (key.equals("l")) {
            for (WindowState each : LongWindowsState.parseFrom(state).getWindowsList()) {
                Window window = Window.of(each);
                open.get(levelOf(window.lengthMs)).put(window.startMs, window);
            }
        } else {
            FramesState kept = FramesState.parseFrom(state);
            closedUntilMs = kept.getClosedUntilMs();
            frames.load(kept);
        }
    }

    private static int levelOf(long lengthMs) {
        return Arrays.binarySearch(LENGTHS, lengthMs);
    }
}
