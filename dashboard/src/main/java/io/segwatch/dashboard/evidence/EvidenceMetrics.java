package io.segwatch.dashboard.evidence;

import io.prometheus.client.Counter;
import io.prometheus.client.Histogram;

/** What is counted of pictures and videos of alerts. */
final class EvidenceMetrics {
    static final Counter PICTURES = Counter.build(
                    "segwatch_evidence_total", "Frames of alerts that were kept, by moment: open, peak, end")
            .labelNames("moment")
            .register();
    static final Counter CLIPS = Counter.build(
                    "segwatch_clips_total",
                    "Videos of alerts: made; missing, where Kafka had no frames of the time; failed; moved, where"
                            + " another process had the alert by then; dropped, where too many waited")
            .labelNames("outcome")
            .register();
    static final Histogram CLIP_SECONDS = Histogram.build(
                    "segwatch_clip_seconds", "Time that the video of an alert took to make")
            .buckets(0.25, 0.5, 1, 2, 4, 8, 16)
            .register();

    private EvidenceMetrics() {}
}
