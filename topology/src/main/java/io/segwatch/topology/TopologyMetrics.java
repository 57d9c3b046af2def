package io.segwatch.topology;

import io.prometheus.client.Counter;
import io.prometheus.client.Gauge;
import io.segwatch.v1.Calibration;

/** Metrics of the topology; its dead letters are counted with those of all roles. */
final class TopologyMetrics {
    static final Counter OBSERVATIONS = Counter.build("segwatch_topology_observations_total", "Observations processed")
            .register();

    static final Counter LATE = Counter.build(
                    "segwatch_topology_late_total", "Observations that came after their window had closed")
            .register();

    static final Counter REPEATED = Counter.build(
                    "segwatch_topology_repeated_total", "Observations of a frame that was counted before")
            .register();

    /** By length, seconds. */
    static final Counter WINDOWS = Counter.build(
                    "segwatch_topology_windows_total", "Closed windows, one for each zone and query")
            .labelNames("seconds")
            .register();

    static final Counter ALERTS = Counter.build("segwatch_topology_alerts_total", "Alert events sent")
            .labelNames("rule", "state")
            .register();

    static final Gauge EVENT_TIME_LAG = Gauge.build(
                    "segwatch_topology_event_time_lag_seconds", "Wall clock less event time of the last observation")
            .register();

    /** Of the last observation; the time of its way through ingest and inference makes it a little negative. */
    static final Gauge CLOCK_OFFSET = Gauge.build(
                    "segwatch_topology_clock_offset_seconds",
                    "Capture time of the last observation less the time of its Kafka record")
            .labelNames("camera")
            .register();

    static final Counter CLOCK_RESETS = Counter.build(
                    "segwatch_topology_clock_resets_total",
                    "Event time was ahead of the observations for 10 s and was reset to them")
            .labelNames("camera")
            .register();

    /** Of a query on the whole frame; the measure is share or peak. */
    private static final Gauge DRIFT = Gauge.build(
                    "segwatch_topology_drift", "Jensen-Shannon distance from the accepted baseline, 0 to 1")
            .labelNames("camera", "query", "measure")
            .register();

    /** Of the zone, 0 to 1; an empty zone is the whole picture. */
    static final Gauge SHARE = Gauge.build(
                    "segwatch_topology_share", "Mean share of a zone that a query covered in the last ten seconds")
            .labelNames("camera", "zone", "query")
            .register();

    static final Counter SHARES_LEFT_OUT = Counter.build(
                    "segwatch_topology_shares_left_out_total",
                    "Values of share that were not shown, for segwatch.topology.share-series others were")
            .register();

    private TopologyMetrics() {}

    /**
     * Sets a query's drift on the whole frame from its calibration; removes it while it is not known.
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
            DRIFT.remove(names[0], names[2], "share");
            DRIFT.remove(names[0], names[2], "peak");
        } else {
            DRIFT.labels(names[0], names[2], "share").set(calibration.getShare().getDrift());
            DRIFT.labels(names[0], names[2], "peak")
                    .set(calibration.getPeakProbability().getDrift());
        }
    }
}
