package io.segwatch.topology.stream;

import io.prometheus.client.Counter;
import io.prometheus.client.Gauge;

final class StreamMetrics {
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

    private StreamMetrics() {}
}
