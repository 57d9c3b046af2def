package io.segwatch.dashboard.live;

import io.segwatch.v1.Area;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The newest windows of each series, for the charts. Bounded as a whole: the series with the oldest last change loses
 * windows first. Threadsafe.
 */
final class RecentAreas {
    /** A quarter of an hour of windows of 1 s. */
    static final int MAX_PER_SERIES = 900;

    private record Series(String camera, String zone, String query, long windowMs) {}

    private final int limit;
    // In the order of the last change.
    private final Map<Series, TreeMap<Long, Area>> bySeries = new LinkedHashMap<>();
    private int size;

    RecentAreas(int limit) {
        this.limit = limit;
    }

    synchronized void add(Area area) {
        Series series = new Series(area.getCamera(), area.getZone(), area.getQuery(), area.getWindowMs());
        TreeMap<Long, Area> windows = bySeries.remove(series);
        if (windows == null) {
            windows = new TreeMap<>();
        }
        bySeries.put(series, windows);
        if (windows.put(area.getWindowStartMs(), area) == null) {
            size++;
        }
        if (windows.size() > MAX_PER_SERIES) {
            windows.pollFirstEntry();
            size--;
        }
        while (size > limit) {
            var stalest = bySeries.entrySet().iterator().next();
            stalest.getValue().pollFirstEntry();
            size--;
            if (stalest.getValue().isEmpty()) {
                bySeries.remove(stalest.getKey());
            }
        }
    }

    /** Drops windows of a camera that start before this moment. */
    synchronized void remove(String camera, long beforeMs) {
        bySeries.forEach((series, windows) -> {
            if (series.camera.equals(camera)) {
                var old = windows.headMap(beforeMs);
                size -= old.size();
                old.clear();
            }
        });
        bySeries.values().removeIf(TreeMap::isEmpty);
    }

    /** Series by series, each in the order of time. */
    synchronized List<Area> find(Live.AreaFilter filter) {
        List<Area> found = new ArrayList<>();
        bySeries.forEach((series, windows) -> {
            if (matches(filter, series)) {
                Collection<Area> span = windows.subMap(filter.fromMs(), true, filter.toMs(), true)
                        .values();
                found.addAll(span);
            }
        });
        return found;
    }

    private static boolean matches(Live.AreaFilter filter, Series series) {
        return (filter.camera().isEmpty() || filter.camera().equals(series.camera))
                && filter.zone().equals(series.zone)
                && (filter.query().isEmpty() || filter.query().equals(series.query))
                && (filter.windowMs() == 0 || filter.windowMs() == series.windowMs);
    }
}
