package io.segwatch.topology;

import io.segwatch.topology.camera.DefinitionSnapshot;
import io.segwatch.v1.Area;
import io.segwatch.v1.Camera;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;

/**
 * The share of each zone by query, of the last ten seconds, for Prometheus: at most so many series in this process,
 * first come, first shown. A series goes with its camera, zone or query, and when nothing new has come of it for a
 * minute, for an old value would look like a present one. Threadsafe: every task has its cameras.
 */
final class ShareGauges {
    private static final long WINDOW_MS = 10_000;
    private static final long STALE_MS = 60_000;

    private record Series(String camera, String zone, String query) {}

    private final int most;
    /** By series, when it was last set. */
    private final Map<Series, Long> shown = new HashMap<>();

    /** @param most series that are shown; 0 for none */
    ShareGauges(int most) {
        this.most = most;
    }

    /**
     * Shows a window of ten seconds that has closed, of what is defined; others are not looked at.
     *
     * @param nowMs wall clock
     */
    synchronized void closed(Area area, DefinitionSnapshot definitions, long nowMs) {
        Series series = new Series(area.getCamera(), area.getZone(), area.getQuery());
        if (most == 0 || area.getWindowMs() != WINDOW_MS || !area.getFinal() || !isDefined(series, definitions)) {
            return;
        }
        if (!shown.containsKey(series) && shown.size() >= most) {
            TopologyMetrics.SHARES_LEFT_OUT.inc();
            return;
        }
        shown.put(series, nowMs);
        TopologyMetrics.SHARE.labels(series.camera, series.zone, series.query).set(area.getMean());
    }

    /** Takes away what is not defined any more, and what is old. */
    synchronized void clean(DefinitionSnapshot definitions, long nowMs) {
        for (Iterator<Map.Entry<Series, Long>> all = shown.entrySet().iterator(); all.hasNext(); ) {
            Map.Entry<Series, Long> one = all.next();
            if (nowMs - one.getValue() > STALE_MS || !isDefined(one.getKey(), definitions)) {
                all.remove();
                hide(one.getKey());
            }
        }
    }

    /** Another process has the camera now. */
    synchronized void left(String camera) {
        shown.keySet().removeIf(series -> {
            boolean gone = series.camera.equals(camera);
            if (gone) {
                hide(series);
            }
            return gone;
        });
    }

    private static void hide(Series series) {
        TopologyMetrics.SHARE.remove(series.camera, series.zone, series.query);
    }

    private static boolean isDefined(Series series, DefinitionSnapshot definitions) {
        Camera camera = definitions.cameras().get(series.camera);
        return camera != null
                && definitions.queries().containsKey(series.query)
                && (series.zone.isEmpty()
                        || camera.getZonesList().stream()
                                .anyMatch(zone -> zone.getId().equals(series.zone)));
    }
}
