package io.segwatch.bench.scale;

/**
 * What some cameras did in a running Segwatch.
 *
 * @param fps observations a second of a camera, in the mean
 * @param fairness of the camera that was served least, beside the mean
 * @param p50Ms age of the observations, from capture
 * @param ingestMs CPU time of ingest for a frame
 * @param topologyMs CPU time of the topology for an observation
 * @param load load average of the machine at the end
 */
record MeasuredPoint(
        int cameras,
        double fps,
        double fairness,
        double p50Ms,
        double p95Ms,
        double meanMs,
        double ingestMs,
        double topologyMs,
        double load) {}
