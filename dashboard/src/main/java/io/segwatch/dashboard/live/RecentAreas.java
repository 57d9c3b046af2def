package io.segwatch.dashboard.live;

import io.segwatch.v1.Area;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * The newest windows of each series, as programs are told them. Each length of window is bounded apart, for an hour is
 * quiet longest and would go first: within a length the series with the oldest last change loses windows first.
 * Threadsafe.
 */
final class RecentAreas {
    /** A quarter of an hour of windows of 1 s. */
    static final int MAX_PER_SERIES = 900;

    private record Series(String camera, String zone, String query, long windowMs) {}

    /** All windows of a length. */
    private static final class Level {
        final int limit;
        // In the order of the last change.
        final Map<Series, TreeMap<Long, Area>> bySeries = new LinkedHashMap<>();
        int size;

        Level(int limit) {
            this.limit = Math.max(1, limit);
        }
    }

    /** Windows are of 1 s, 10 s, 1 min and 1 h; whatever else a record may say has a place together. */
    private static final List<Long> LENGTHS = List.of(1_000L, 10_000L, 60_000L, 3_600_000L);

    private final List<Level> levels;

    /** @param limit windows of all lengths and series; those of a second may be half of it */
    RecentAreas(int limit) {
        this.levels = IntStream.rangeClosed(0, LENGTHS.size())
                .mapToObj(length -> new Level(length == 0 ? limit / 2 : limit / 8))
                .toList();
    }

    private Level level(long windowMs) {
        int known = LENGTHS.indexOf(windowMs);
        return levels.get(known < 0 ? LENGTHS.size() : known);
    }

    synchronized void add(Area area) {
        Level level = level(area.getWindowMs());
        Series series = new Series(area.getCamera(), area.getZone(), area.getQuery(), area.getWindowMs());
        TreeMap<Long, Area> windows = level.bySeries.remove(series);
        if (windows == null) {
            windows = new TreeMap<>();
        }
        level.bySeries.put(series, windows);
        if (windows.put(area.getWindowStartMs(), area) == null) {
            level.size++;
        }
        if (windows.size() > MAX_PER_SERIES) {
            windows.pollFirstEntry();
            level.size--;
        }
        while (level.size > level.limit) {
            var stalest = level.bySeries.entrySet().iterator().next();
            stalest.getValue().pollFirstEntry();
            level.size--;
            if (stalest.getValue().isEmpty()) {
                level.bySeries.remove(stalest.getKey());
            }
        }
    }

    /** Drops windows of a camera that start before this moment. */
    synchronized void remove(String camera, long beforeMs) {
        for (Level level : levels) {
            level.bySeries.forEach((series, windows) -> {
                if (series.camera.equals(camera)) {
                    var old = windows.headMap(beforeMs);
                    level.size -= old.size();
                    old.clear();
                }
            });
            level.bySeries.values().removeIf(TreeMap::isEmpty);
        }
    }

    /** Series by series, each in the order of time. */
    synchronized List<Area> find(Live.AreaFilter filter) {
        List<Area> found = new ArrayList<>();
        for (Level level : levels) {
            level.bySeries.forEach((series, windows) -> {
                if (matches(filter, series)) {
                    Collection<Area> span = windows.subMap(filter.fromMs(), true, filter.toMs(), true)
                            .values();
                    found.addAll(span);
                }
            });
        }
        return found;
    }

    private static boolean matches(Live.AreaFilter filter, Series series) {
        return (filter.camera().isEmpty() || filter.camera().equals(series.camera))
                && filter.zone().equals(series.zone)
                && (filter.query().isEmpty() || filter.query().equals(series.query))
                && (filter.windowMs() == 0 || filter.windowMs() == series.windowMs);
    }
}
