package io.segwatch.inference.worker;

import io.prometheus.client.Counter;
import io.prometheus.client.Gauge;
import io.prometheus.client.Histogram;

/** The role's Prometheus metrics. */
final class InferenceMetrics {
    static final Counter ENCODED = Counter.build(
                    "segwatch_inference_frames_encoded_total", "Frames run through the image encoder")
            .register();
    static final Counter SKIPPED = Counter.build(
                    "segwatch_inference_frames_skipped_total", "Frames left out because newer ones were there")
            .register();
    static final Counter REUSED = Counter.build(
                    "segwatch_inference_frames_reused_total", "Frames answered from the encoding of an earlier one")
            .register();
    static final Counter OBSERVATIONS = Counter.build("segwatch_inference_observations_total", "Observations sent")
            .labelNames("kind")
            .register();
    static final Counter PROMPTS = Counter.build("segwatch_inference_prompts_total", "Prompts answered")
            .labelNames("result")
            .register();
    static final Counter ERRORS = Counter.build("segwatch_inference_errors_total", "Frames and sends that failed")
            .labelNames("kind")
            .register();
    static final Histogram ENCODER_SECONDS = Histogram.build(
                    "segwatch_inference_encoder_seconds", "Time of one run of the image encoder")
            .buckets(.005, .01, .02, .04, .06, .08, .1, .15, .2, .3, .5, 1, 2)
            .register();
    static final Histogram SCORING_SECONDS = Histogram.build(
                    "segwatch_inference_scoring_seconds", "Time of scoring one frame's queries")
            .buckets(.0005, .001, .002, .004, .008, .016, .032, .064, .128)
            .register();
    static final Histogram BATCH_FRAMES = Histogram.build(
                    "segwatch_inference_batch_frames", "Frames in one run of the image encoder")
            .buckets(1, 2, 4, 8, 16, 32)
            .register();
    static final Histogram LATENCY_SECONDS = Histogram.build(
                    "segwatch_inference_capture_to_observation_seconds", "From capture to observation")
            .buckets(.05, .1, .15, .2, .3, .4, .6, .8, 1, 2, 5, 10)
            .register();
    static final Gauge QUERIES =
            Gauge.build("segwatch_inference_queries", "Queries that are scored").register();
    static final Gauge HISTORY_BYTES = Gauge.build("segwatch_inference_ring_bytes", "Memory of cached encodings")
            .register();

    static final Counter COMPARED = Counter.build(
                    "segwatch_inference_candidate_frames_total",
                    "Frames that the candidate model encoded only to be compared, by what became of them")
            .labelNames("result")
            .register();
    static final Gauge DIFFERENCE = Gauge.build(
                    "segwatch_inference_candidate_difference",
                    "Mean absolute difference of a share between the running and the candidate model, 0..1")
            .labelNames("camera", "zone", "query")
            .register();

    private InferenceMetrics() {}
}
