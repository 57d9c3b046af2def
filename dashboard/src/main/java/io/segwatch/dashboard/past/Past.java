package io.segwatch.dashboard.past;

import io.segwatch.kafka.DeadLetters;
import io.segwatch.kafka.Kafka;
import io.segwatch.v1.Area;
import io.segwatch.v1.Observation;
import java.time.ZoneId;
import java.util.List;

/**
 * The past in numbers, in bounded memory. Threadsafe; answers take up to some tens of milliseconds, and never block.
 */
public final class Past implements AutoCloseable {
    /** Whether what is known of a camera at a moment, event time, was erased. */
    public interface Hidden {
        boolean test(String camera, long atMs);
    }

    /**
     * What is asked for.
     *
     * @param zone empty for the whole frame
     * @param query empty for all
     * @param fromMs event time
     * @param toMs event time, after {@code fromMs}, not included
     * @param points most steps of the answer, 1 or more
     */
    public record Span(String camera, String zone, String query, long fromMs, long toMs, int points) {}

    /**
     * Mean share of a query by hour of the week, Monday's first hour is 0; NaN where no frame was seen.
     *
     * @param hours how many hours each mean is of
     */
    public record Week(String query, float[] means, int[] hours) {
        static final int HOURS = 7 * 24;
    }

    /**
     * Where a query was seen: the share of the frames' time that each cell was covered, 0..1, row by row.
     *
     * @param sinceMs beginning of the hour that the first frame is of
     * @param frames how many it is of, one a second at most
     */
    public record Places(String query, long sinceMs, int frames, int columns, int rows, float[] shares) {}

    private final AreaHistory areas;
    private final HeatMaps heatMaps = new HeatMaps();
    private volatile HistoryReader reader;

    /** @param records most windows that are kept */
    public Past(int records) {
        this.areas = new AreaHistory(records);
    }

    /** Begins to read back what Kafka has; returns at once. */
    public void start(Kafka kafka, DeadLetters deadLetters, Hidden hidden) {
        HistoryReader started = new HistoryReader(kafka, deadLetters, area -> {
            if (!hidden.test(area.getCamera(), area.getWindowStartMs())) {
                areas.add(area);
            }
        });
        reader = started;
        started.start();
    }

    public void onArea(Area area) {
        areas.add(area);
    }

    public void onObservation(Observation observation) {
        heatMaps.add(observation);
    }

    /** Nothing of this camera from before this moment is known any more. */
    public void erased(String camera, long beforeMs) {
        areas.remove(camera, beforeMs);
        heatMaps.remove(camera, beforeMs);
    }

    /** The longest windows that still fill the steps; what is older than these are kept comes from longer ones. */
    public Columns columns(Span span) {
        return areas.columns(span);
    }

    /** From windows of an hour that start within the span; one query after the other. */
    public List<Week> weeks(Span span, ZoneId zone) {
        return areas.weeks(span, zone);
    }

    /**
     * From observations that came since this process started, of the last day at most.
     *
     * @param query empty for all
     * @param fromMs event time; the whole hour that it is in counts
     */
    public List<Places> places(String camera, String query, long fromMs) {
        return heatMaps.places(camera, query, fromMs);
    }

    /** Whether Kafka has been read back to the end; before that, what is older may be missing. */
    public boolean isComplete() {
        HistoryReader started = reader;
        return started != null && started.isDone();
    }

    /** False once the past could not be read. */
    public boolean alive() {
        HistoryReader started = reader;
        return started == null || started.alive();
    }

    @Override
    public void close() {
        HistoryReader started = reader;
        if (started != null) {
            started.close();
        }
    }
}
