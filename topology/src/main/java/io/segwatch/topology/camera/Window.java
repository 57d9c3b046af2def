package io.segwatch.topology.camera;

import io.segwatch.topology.state.CameraState.SeriesWindow;
import io.segwatch.topology.state.CameraState.WindowState;
import io.segwatch.v1.Area;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/** One open window: what each series has shown in it so far. */
final class Window {
    /** The share of one query in one version of a zone. */
    record SeriesKey(String zone, int zoneVersion, String query) {}

    final long startMs;
    final long lengthMs;
    private final Map<SeriesKey, SeriesWindow.Builder> series = new LinkedHashMap<>();
    /** Frames that the camera published in the parts that have closed. */
    int expected;
    /** Parts that have closed and had a frame; the others are reckoned from the frame rate. */
    int parts;

    double fps;
    /** That observed its first frame. */
    private String model = "";

    private boolean mixedModels;

    Window(long startMs, long lengthMs) {
        this.startMs = startMs;
        this.lengthMs = lengthMs;
    }

    long endMs() {
        return startMs + lengthMs;
    }

    /** Counts a frame's share, 0..1, and highest probability. */
    void add(SeriesKey key, long atMs, double share, double peakProbability) {
        SeriesWindow.Builder values = series.get(key);
        if (values == null) {
            values = SeriesWindow.newBuilder()
                    .setZone(key.zone())
                    .setZoneVersion(key.zoneVersion())
                    .setQuery(key.query())
                    .setMin(share)
                    .setMax(share)
                    .setLastAtMs(atMs);
            series.put(key, values);
        }
        values.setCount(values.getCount() + 1)
                .setMin(Math.min(values.getMin(), share))
                .setMax(Math.max(values.getMax(), share))
                .setSum(values.getSum() + share)
                .setPeakProbability(Math.max(values.getPeakProbability(), peakProbability));
        if (atMs >= values.getLastAtMs()) {
            values.setLast(share).setLastAtMs(atMs);
        }
    }

    /** A frame of it is of this model; empty where that is not known. */
    void observedBy(String frameModel) {
        if (model.isEmpty()) {
            model = frameModel;
        } else if (!frameModel.isEmpty() && !frameModel.equals(model)) {
            mixedModels = true;
        }
    }

    /** Takes over a closed part of this window. */
    void merge(Window part, int partExpected) {
        observedBy(part.model);
        mixedModels |= part.mixedModels;
        parts++;
        expected += partExpected;
        fps = part.fps;
        part.series.forEach((key, other) -> {
            SeriesWindow.Builder values = series.get(key);
            if (values == null) {
                series.put(key, other.clone());
                return;
            }
            values.setCount(values.getCount() + other.getCount())
                    .setMin(Math.min(values.getMin(), other.getMin()))
                    .setMax(Math.max(values.getMax(), other.getMax()))
                    .setSum(values.getSum() + other.getSum())
                    .setPeakProbability(Math.max(values.getPeakProbability(), other.getPeakProbability()));
            if (other.getLastAtMs() >= values.getLastAtMs()) {
                values.setLast(other.getLast()).setLastAtMs(other.getLastAtMs());
            }
        });
    }

    void publish(String camera, int framesExpected, boolean last, Consumer<Area> out) {
        series.forEach((key, values) -> out.accept(Area.newBuilder()
                .setCamera(camera)
                .setZone(key.zone())
                .setZoneVersion(key.zoneVersion())
                .setQuery(key.query())
                .setWindowStartMs(startMs)
                .setWindowMs(lengthMs)
                .setMin(values.getMin())
                .setMean(values.getSum() / values.getCount())
                .setMax(values.getMax())
                .setLast(values.getLast())
                .setFramesSeen(values.getCount())
                .setFramesExpected(Math.max(values.getCount(), framesExpected))
                .setFinal(last)
                .setPeakProbability(values.getPeakProbability())
                .setMixedModels(mixedModels)
                .build()));
    }

    WindowState toState() {
        WindowState.Builder state = WindowState.newBuilder()
                .setStartMs(startMs)
                .setLengthMs(lengthMs)
                .setExpected(expected)
                .setParts(parts)
                .setFps(fps)
                .setModel(model)
                .setMixedModels(mixedModels);
        series.values().forEach(values -> state.addSeries(values.build()));
        return state.build();
    }

    static Window of(WindowState state) {
        Window window = new Window(state.getStartMs(), state.getLengthMs());
        window.expected = state.getExpected();
        window.parts = state.getParts();
        window.fps = state.getFps();
        window.model = state.getModel();
        window.mixedModels = state.getMixedModels();
        for (SeriesWindow values : state.getSeriesList()) {
            window.series.put(
                    new SeriesKey(values.getZone(), values.getZoneVersion(), values.getQuery()), values.toBuilder());
        }
        return window;
    }
}
