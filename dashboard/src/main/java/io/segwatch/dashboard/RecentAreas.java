package io.segwatch.dashboard;

import io.segwatch.v1.Area;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The newest windows of each series, for the charts. Bounded as a whole: the series that has been quiet longest makes
 * room first. Threadsafe.
 */
final class RecentAreas {
    /** A quarter of an hour of windows of 1 s. */
    static final int MAX_PER_SERIES = 900;

    private record Series(String camera, String zone, String query, long windowMs) {}

    /** What is asked for; an empty or zero part matches everything, but an empty zone is the whole frame. */
    record Wanted(String camera, String zone, String query, long windowMs, long fromMs, long toMs) {
        private boolean matches(Series series) {
            return (camera.isEmpty() || camera.equals(series.camera))
                    && zone.equals(series.zone)
                    && (query.isEmpty() || query.equals(series.query))
                    && (windowMs == 0 || windowMs == series.windowMs);
        }
    }

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
            var quietest = bySeries.entrySet().iterator().next();
            quietest.getValue().pollFirstEntry();
            size--;
            if (quietest.getValue().isEmpty()) {
                bySeries.remove(quietest.getKey());
            }
        }
    }

    /** Series by series, each in the order of time. */
    synchronized List<Area> find(Wanted wanted) {
        List<Area> found = new ArrayList<>();
        bySeries.forEach((series, windows) -> {
            if (wanted.matches(series)) {
                Collection<Area> span = windows.subMap(wanted.fromMs(), true, wanted.toMs(), true)
                        .values();
                found.addAll(span);
            }
        });
        return found;
    }
}
