package io.segwatch.topology.camera;

import io.segwatch.v1.Area;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/** One open window: what each series has shown in it so far. */
final class Window {
    /** The share of one query in one version of a zone. */
    record Series(String zone, int zoneVersion, String query) {}

    /** One series' values in the window. */
    static final class Cell {
        int count;
        double min = Double.POSITIVE_INFINITY;
        double max = Double.NEGATIVE_INFINITY;
        double sum;
        double last;
        long lastAtMs = Long.MIN_VALUE;
        double peak;

        void add(long atMs, double share, double peakProbability) {
            count++;
            min = Math.min(min, share);
            max = Math.max(max, share);
            sum += share;
            peak = Math.max(peak, peakProbability);
            if (atMs >= lastAtMs) {
                last = share;
                lastAtMs = atMs;
            }
        }

        void merge(Cell other) {
            count += other.count;
            min = Math.min(min, other.min);
            max = Math.max(max, other.max);
            sum += other.sum;
            peak = Math.max(peak, other.peak);
            if (other.lastAtMs >= lastAtMs) {
                last = other.last;
                lastAtMs = other.lastAtMs;
            }
        }
    }

    final long startMs;
    final long lengthMs;
    final Map<Series, Cell> cells = new LinkedHashMap<>();
    /** Frames that the camera published in the parts that have closed. */
    int expected;
    /** Parts that have closed and had a frame; the others are reckoned from the frame rate. */
    int parts;

    double fps;

    Window(long startMs, long lengthMs) {
        this.startMs = startMs;
        this.lengthMs = lengthMs;
    }

    long endMs() {
        return startMs + lengthMs;
    }

    Cell cell(Series series) {
        return cells.computeIfAbsent(series, any -> new Cell());
    }

    /** Takes over a closed part of this window. */
    void merge(Window part, int partExpected) {
        parts++;
        expected += partExpected;
        fps = part.fps;
        part.cells.forEach((series, cell) -> cell(series).merge(cell));
    }

    void publish(String camera, int framesExpected, boolean last, Consumer<Area> out) {
        cells.forEach((series, cell) -> out.accept(Area.newBuilder()
                .setCamera(camera)
                .setZone(series.zone())
                .setZoneVersion(series.zoneVersion())
                .setQuery(series.query())
                .setWindowStartMs(startMs)
                .setWindowMs(lengthMs)
                .setMin(cell.min)
                .setMean(cell.sum / cell.count)
                .setMax(cell.max)
                .setLast(cell.last)
                .setFramesSeen(cell.count)
                .setFramesExpected(Math.max(cell.count, framesExpected))
                .setFinal(last)
                .setPeakProbability(cell.peak)
                .build()));
    }

    /** Layout: start, length, expected, parts, fps, number of series; for each its names and its numbers. */
    void write(DataOutput out) throws IOException {
        out.writeLong(startMs);
        out.writeLong(lengthMs);
        out.writeInt(expected);
        out.writeInt(parts);
        out.writeDouble(fps);
        out.writeInt(cells.size());
        for (Map.Entry<Series, Cell> entry : cells.entrySet()) {
            out.writeUTF(entry.getKey().zone());
            out.writeInt(entry.getKey().zoneVersion());
            out.writeUTF(entry.getKey().query());
            Cell cell = entry.getValue();
            out.writeInt(cell.count);
            out.writeDouble(cell.min);
            out.writeDouble(cell.max);
            out.writeDouble(cell.sum);
            out.writeDouble(cell.last);
            out.writeLong(cell.lastAtMs);
            out.writeDouble(cell.peak);
        }
    }

    static Window read(DataInput in) throws IOException {
        Window window = new Window(in.readLong(), in.readLong());
        window.expected = in.readInt();
        window.parts = in.readInt();
        window.fps = in.readDouble();
        int series = in.readInt();
        for (int i = 0; i < series; i++) {
            Cell cell = window.cell(new Series(in.readUTF(), in.readInt(), in.readUTF()));
            cell.count = in.readInt();
            cell.min = in.readDouble();
            cell.max = in.readDouble();
            cell.sum = in.readDouble();
            cell.last = in.readDouble();
            cell.lastAtMs = in.readLong();
            cell.peak = in.readDouble();
        }
        return window;
    }
}
