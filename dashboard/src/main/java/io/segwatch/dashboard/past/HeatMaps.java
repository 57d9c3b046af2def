package io.segwatch.dashboard.past;

import io.segwatch.contracts.Rle;
import io.segwatch.v1.Mask;
import io.segwatch.v1.Observation;
import io.segwatch.v1.QueryMask;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where in the picture each query was seen: how much of each cell of a coarse grid its masks covered, hour by hour of
 * the last day, from a frame a second at most. Bounded: the query that was seen longest ago makes room. Threadsafe.
 */
final class HeatMaps {
    static final int COLUMNS = 32;
    static final int ROWS = 18;
    private static final int CELLS = COLUMNS * ROWS;
    private static final long HOUR_MS = 3_600_000;
    private static final int HOURS = 24;
    private static final int MAX_GRIDS = 4_096;
    private static final int MAX_CAMERAS = 10_000;
    private static final long EVERY_MS = 1_000;

    private record Key(String camera, String query) {}

    private static final class Grid {
        /** Sums of the covered parts of the cells, row by row. */
        final float[] covered = new float[CELLS];

        int frames;
    }

    // In the order of the last change.
    private final Map<Key, TreeMap<Long, Grid>> grids = new LinkedHashMap<>();
    private final Map<String, Long> lastMs = new HashMap<>();
    private int size;

    synchronized void add(Observation observation) {
        String camera = observation.getFrame().getCamera();
        long atMs = observation.getCapturedAtMs();
        Long last = lastMs.get(camera);
        boolean soon = last != null && Math.abs(atMs - last) < EVERY_MS;
        if (soon || observation.getBackfill() || last == null && lastMs.size() >= MAX_CAMERAS) {
            return;
        }
        lastMs.put(camera, atMs);
        for (QueryMask query : observation.getQueriesList()) {
            add(new Key(camera, query.getQuery()), atMs / HOUR_MS, query.getMask());
        }
    }

    private void add(Key key, long hour, Mask mask) {
        float[] covered;
        try {
            covered = covered(mask);
        } catch (IllegalArgumentException malformed) {
            return;
        }
        TreeMap<Long, Grid> hours = grids.remove(key);
        hours = hours == null ? new TreeMap<>() : hours;
        grids.put(key, hours);
        Grid grid = hours.get(hour);
        if (grid == null) {
            grid = new Grid();
            hours.put(hour, grid);
            size++;
            makeRoom(hours);
        }
        grid.frames++;
        for (int cell = 0; cell < CELLS; cell++) {
            grid.covered[cell] += covered[cell];
        }
    }

    private void makeRoom(TreeMap<Long, Grid> hours) {
        while (hours.size() > HOURS) {
            hours.pollFirstEntry();
            size--;
        }
        while (size > MAX_GRIDS) {
            Iterator<TreeMap<Long, Grid>> quietest = grids.values().iterator();
            TreeMap<Long, Grid> loses = quietest.next();
            loses.pollFirstEntry();
            size--;
            if (loses.isEmpty()) {
                quietest.remove();
            }
        }
    }

    /** The part of each cell that the mask covers, 0..1, row by row. */
    static float[] covered(Mask mask) {
        float[] covered = new float[CELLS];
        int width = mask.getWidth();
        int height = mask.getHeight();
        if (width == 0 || height == 0) {
            return covered;
        }
        Rle.forEachRun(mask, (from, to) -> {
            for (int at = from; at < to; ) {
                int column = at / height * COLUMNS / width;
                int row = at % height * ROWS / height;
                // The cell ends with its row of cells, or with the column of the mask.
                int cellEnd = at / height * height + ((row + 1) * height + ROWS - 1) / ROWS;
                int end = Math.min(to, cellEnd);
                covered[row * COLUMNS + column] += end - at;
                at = end;
            }
        });
        for (int cell = 0; cell < CELLS; cell++) {
            int pixels = part(cell % COLUMNS, COLUMNS, width) * part(cell / COLUMNS, ROWS, height);
            covered[cell] = pixels == 0 ? 0 : covered[cell] / pixels;
        }
        return covered;
    }

    /** How many of {@code pixels} fall to this one of {@code cells}. */
    private static int part(int cell, int cells, int pixels) {
        return ((cell + 1) * pixels + cells - 1) / cells - (cell * pixels + cells - 1) / cells;
    }

    synchronized List<Past.Places> places(String camera, String query, long fromMs) {
        List<Past.Places> found = new ArrayList<>();
        grids.forEach((key, hours) -> {
            if (key.camera.equals(camera) && (query.isEmpty() || query.equals(key.query))) {
                Map<Long, Grid> span = hours.tailMap(fromMs / HOUR_MS, true);
                int frames =
                        span.values().stream().mapToInt(grid -> grid.frames).sum();
                float[] shares = new float[CELLS];
                span.values().forEach(grid -> {
                    for (int cell = 0; cell < CELLS; cell++) {
                        shares[cell] += grid.covered[cell] / frames;
                    }
                });
                if (frames > 0) {
                    long sinceMs = span.keySet().iterator().next() * HOUR_MS;
                    found.add(new Past.Places(key.query, sinceMs, frames, COLUMNS, ROWS, shares));
                }
            }
        });
        return found;
    }

    synchronized void remove(String camera, long beforeMs) {
        // An hour that has only partly to go goes whole.
        grids.forEach((key, hours) -> {
            if (key.camera.equals(camera)) {
                Map<Long, Grid> old = hours.headMap(beforeMs / HOUR_MS, true);
                size -= old.size();
                old.clear();
            }
        });
        grids.values().removeIf(TreeMap::isEmpty);
    }
}
