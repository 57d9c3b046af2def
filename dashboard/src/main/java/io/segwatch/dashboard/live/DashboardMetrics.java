package io.segwatch.dashboard.live;

import io.prometheus.client.Counter;
import io.prometheus.client.Gauge;
import io.prometheus.client.Histogram;

/** The dashboard's metrics, for all dashboards of the process together. */
final class DashboardMetrics {
    /** Seconds, by camera. */
    static final Gauge OBSERVATION_AGE = Gauge.build(
                    "segwatch_dashboard_observation_age_seconds", "From capture until the observation was read")
            .labelNames("camera")
            .register();

    static final Gauge VIEWERS = Gauge.build("segwatch_dashboard_viewers", "Open pages and event streams")
            .register();

    static final Counter FRAMES_SKIPPED = Counter.build(
                    "segwatch_dashboard_frames_skipped_total", "Frames not sent because the viewer was behind")
            .register();

    /** Seconds, over all pages. */
    static final Histogram CAPTURE_TO_PAGE = Histogram.build(
                    "segwatch_dashboard_capture_to_page_seconds",
                    "From the capture of a frame until its viewer has reported it as drawn")
            .buckets(0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 1.5, 2, 5, 10)
            .register();

    static final Counter EVENT_STREAMS_DROPPED = Counter.build(
                    "segwatch_dashboard_event_streams_dropped_total", "Event streams ended because they were too slow")
            .register();

    private DashboardMetrics() {}
}
