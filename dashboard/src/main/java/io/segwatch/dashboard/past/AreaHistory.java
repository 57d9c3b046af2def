package io.segwatch.dashboard.past;

import io.segwatch.v1.Area;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Windows of all series in memory. Each length of window has a bound of its own, so that many short ones leave the long
 * ones alone; within a length the series that has been quiet longest loses windows first. Threadsafe.
 */
final class AreaHistory {
    /** What one length of window may take: most windows of one series, and its part of all windows, in eighths. */
    private enum Length {
        SECOND(1_000, 3_600, 1),
        TEN_SECONDS(10_000, 8_640, 1),
        MINUTE(60_000, 20_160, 4),
        HOUR(3_600_000, 9_600, 2);

        final long ms;
        final int perSeries;
        final int eighths;

        Length(long ms, int perSeries, int eighths) {
            this.ms = ms;
            this.perSeries = perSeries;
            this.eighths = eighths;
        }
    }

    private record Series(String camera, String zone, String query) {}

    /** All windows of a length, the series in the order of their last change. */
    private static final class Level {
        final Length length;
        final int limit;
        final Map<Series, SeriesColumns> bySeries = new LinkedHashMap<>();
        int size;

        Level(Length length, int records) {
            this.length = length;
            this.limit = Math.max(1, records / 8 * length.eighths);
        }
    }

    private final List<Level> levels;

    /** @param records most windows of all lengths and series */
    AreaHistory(int records) {
        this.levels = Arrays.stream(Length.values())
                .map(length -> new Level(length, records))
                .toList();
    }

    /** How far back windows of a minute and of an hour are kept, milliseconds. */
    static long minutesBackMs() {
        return Length.MINUTE.ms * Length.MINUTE.perSeries;
    }

    static long hoursBackMs() {
        return Length.HOUR.ms * Length.HOUR.perSeries;
    }

    synchronized void add(Area area) {
        levels.stream()
                .filter(level -> level.length.ms == area.getWindowMs())
                .findFirst()
                .ifPresent(level -> add(level, area));
    }

    private static void add(Level level, Area area) {
        Series series = new Series(area.getCamera(), area.getZone(), area.getQuery());
        SeriesColumns columns = level.bySeries.remove(series);
        columns = columns == null ? new SeriesColumns() : columns;
        level.bySeries.put(series, columns);
        if (columns.put(area.getWindowStartMs(), (float) area.getMean(), (float) area.getMax(), area.getFramesSeen())) {
            level.size++;
        }
        if (columns.size() > level.length.perSeries) {
            columns.removeOldest();
            level.size--;
        }
        while (level.size > level.limit) {
            var quietest = level.bySeries.entrySet().iterator().next();
            quietest.getValue().removeOldest();
            level.size--;
            if (quietest.getValue().size() == 0) {
                level.bySeries.remove(quietest.getKey());
            }
        }
    }

    /** Drops windows of a camera that start before this moment. */
    synchronized void remove(String camera, long beforeMs) {
        for (Level level : levels) {
            level.bySeries.forEach((series, columns) -> {
                if (series.camera.equals(camera)) {
                    level.size -= columns.removeBefore(beforeMs);
                }
            });
            level.bySeries.values().removeIf(columns -> columns.size() == 0);
        }
    }

    /** What {@code span} asks for; a query of which there is nothing at all is not in it. */
    synchronized Columns columns(Past.Span span) {
        TreeMap<String, List<SeriesColumns>> found = byQuery(span);
        long asked = Math.max(1, span.toMs() - span.fromMs());
        int points = Math.max(1, Math.min(span.points(), Columns.MAX_VALUES / Math.max(1, found.size())));
        long wanted = (asked + points - 1) / points;
        int first = 0;
        while (first + 1 < levels.size() && levels.get(first + 1).length.ms <= wanted) {
            first++;
        }
        long windowMs = levels.get(first).length.ms;
        long stepMs = (wanted + windowMs - 1) / windowMs * windowMs;
        long fromMs = Math.floorDiv(span.fromMs(), stepMs) * stepMs;
        int count = (int) ((span.toMs() - fromMs + stepMs - 1) / stepMs);
        Columns columns = new Columns(windowMs, fromMs, stepMs, count, new ArrayList<>(), oldest(found), newest(found));
        for (Map.Entry<String, List<SeriesColumns>> query : found.entrySet()) {
            columns.queries().add(column(query.getKey(), columns, first, query.getValue()));
        }
        return columns;
    }

    /** By query its windows, a list with a place for each length; null where there are none. */
    private TreeMap<String, List<SeriesColumns>> byQuery(Past.Span span) {
        TreeMap<String, List<SeriesColumns>> found = new TreeMap<>();
        for (int level = 0; level < levels.size(); level++) {
            for (Map.Entry<Series, SeriesColumns> one :
                    levels.get(level).bySeries.entrySet()) {
                Series series = one.getKey();
                if (series.camera.equals(span.camera())
                        && series.zone.equals(span.zone())
                        && (span.query().isEmpty() || series.query.equals(span.query()))) {
                    found.computeIfAbsent(
                                    series.query,
                                    any -> new ArrayList<>(Arrays.asList(new SeriesColumns[levels.size()])))
                            .set(level, one.getValue());
                }
            }
        }
        return found;
    }

    /** From short windows where there are any; what lies before the first of them comes from the next longer ones. */
    private Columns.Column column(String query, Columns columns, int first, List<SeriesColumns> byLength) {
        Columns.Column column = new Columns.Column(query, columns.count());
        long untilMs = columns.toMs();
        SeriesColumns shorter = new SeriesColumns();
        for (int level = first; level < levels.size() && untilMs > columns.fromMs(); level++) {
            SeriesColumns windows = byLength.get(level);
            if (windows != null && windows.size() > 0) {
                long lengthMs = levels.get(level).length.ms;
                // A long window may begin before what is asked for.
                for (int i = windows.firstFrom(columns.fromMs() - lengthMs + 1);
                        i < windows.size() && windows.start(i) < untilMs;
                        i++) {
                    if (windows.start(i) + lengthMs <= untilMs || !hasAll(shorter, windows, i, lengthMs)) {
                        column.add(columns, windows, i, lengthMs, untilMs);
                    }
                }
                untilMs = Math.min(untilMs, windows.start(0));
                shorter = windows;
            }
        }
        column.finish();
        return column;
    }

    /** Whether short windows have all frames of a long one: then nothing was seen in it before the first of them. */
    private static boolean hasAll(SeriesColumns shorter, SeriesColumns windows, int window, long lengthMs) {
        long startMs = windows.start(window);
        long frames = 0;
        for (int i = shorter.firstFrom(startMs); i < shorter.size() && shorter.start(i) < startMs + lengthMs; i++) {
            frames += shorter.seen(i);
        }
        return frames > 0 && frames >= windows.seen(window);
    }

    private static long oldest(Map<String, List<SeriesColumns>> found) {
        return found.values().stream()
                .flatMap(List::stream)
                .filter(windows -> windows != null && windows.size() > 0)
                .mapToLong(windows -> windows.start(0))
                .min()
                .orElse(0);
    }

    /** End of the newest window, of the shortest length that there is: a longer one ends in the future. */
    private long newest(Map<String, List<SeriesColumns>> found) {
        for (int level = 0; level < levels.size(); level++) {
            long newest = 0;
            for (List<SeriesColumns> byLength : found.values()) {
                SeriesColumns windows = byLength.get(level);
                if (windows != null && windows.size() > 0) {
                    newest = Math.max(newest, windows.start(windows.size() - 1) + levels.get(level).length.ms);
                }
            }
            if (newest > 0) {
                return newest;
            }
        }
        return 0;
    }

    /** Means by hour of the week, from windows of an hour. */
    synchronized List<Past.Week> weeks(Past.Span span, ZoneId zone) {
        List<Past.Week> weeks = new ArrayList<>();
        byQuery(span).forEach((query, byLength) -> {
            SeriesColumns hours = byLength.get(Length.HOUR.ordinal());
            if (hours != null) {
                weeks.add(week(query, hours, span, zone));
            }
        });
        return weeks;
    }

    private static Past.Week week(String query, SeriesColumns hours, Past.Span span, ZoneId zone) {
        double[] sums = new double[Past.Week.HOURS];
        long[] frames = new long[Past.Week.HOURS];
        int[] counts = new int[Past.Week.HOURS];
        for (int i = hours.firstFrom(span.fromMs()); i < hours.size() && hours.start(i) < span.toMs(); i++) {
            if (hours.seen(i) > 0) {
                ZonedDateTime at = Instant.ofEpochMilli(hours.start(i)).atZone(zone);
                int hour = (at.getDayOfWeek().getValue() - 1) * 24 + at.getHour();
                sums[hour] += (double) hours.mean(i) * hours.seen(i);
                frames[hour] += hours.seen(i);
                counts[hour]++;
            }
        }
        float[] means = new float[Past.Week.HOURS];
        for (int hour = 0; hour < means.length; hour++) {
            means[hour] = frames[hour] == 0 ? Float.NaN : (float) (sums[hour] / frames[hour]);
        }
        return new Past.Week(query, means, counts);
    }
}
