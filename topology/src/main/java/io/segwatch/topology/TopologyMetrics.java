package io.segwatch.topology;

import io.prometheus.client.Counter;
import io.prometheus.client.Gauge;
import io.segwatch.v1.Calibration;

final class TopologyMetrics {
    static final Counter observations = Counter.build("segwatch_topology_observations_total", "Observations processed")
            .register();
    static final Counter late = Counter.build(
                    "segwatch_topology_late_total", "Observations that came after their window had closed")
            .register();
    static final Counter repeated = Counter.build(
                    "segwatch_topology_repeated_total", "Observations of a frame that was counted before")
            .register();
    static final Counter windows = Counter.build(
                    "segwatch_topology_windows_total", "Closed windows, one for each zone and query")
            .labelNames("seconds")
            .register();
    static final Counter alerts = Counter.build("segwatch_topology_alerts_total", "Alert events sent")
            .labelNames("rule", "state")
            .register();
    static final Gauge eventTimeLag = Gauge.build(
                    "segwatch_topology_event_time_lag_seconds", "Wall clock less event time of the last observation")
            .register();

    private static final Gauge drift = Gauge.build(
                    "segwatch_topology_drift", "Jensen-Shannon distance from the accepted baseline, 0 to 1")
            .labelNames("camera", "query", "measure")
            .register();

    private TopologyMetrics() {}

    /**
     * A query's drift on the whole frame, as its calibration tells it; none while it is not known.
     *
     * @param key camera/zone/query
     * @param calibration null when it is gone
     */
    static void drifted(String key, Calibration calibration) {
        String[] names = key.split("/");
        if (!names[1].isEmpty()) {
            return;
        }
        if (calibration == null || !calibration.getDriftKnown()) {
            drift.remove(names[0], names[2], "share");
            drift.remove(names[0], names[2], "peak");
        } else {
            drift.labels(names[0], names[2], "share").set(calibration.getShare().getDrift());
            drift.labels(names[0], names[2], "peak")
                    .set(calibration.getPeakProbability().getDrift());
        }
    }
}
