package io.segwatch.bench.scale;

/**
 * What one frame takes, measured or assumed; docs/scaling.md says which.
 *
 * @param fps frames a second of a camera
 * @param ingestMs time of a core from the camera's packet to the JPEG in Kafka
 * @param publishMs from there until a worker can read it: network, batching, the broker
 * @param decodeMs time of the worker's thread to decode a frame
 * @param encodeBatchMs time of the encoder for a batch, whatever it holds; a GPU has much of it here
 * @param encodeFrameMs time of the encoder for each frame of the batch
 * @param scoreMs time of the worker's thread for a frame's scores, masks and observation
 * @param spread coefficient of variation of the encoder's time
 * @param maxBatch frames that a worker takes together
 * @param topologyMs time of a core for an observation
 * @param commitMs time between the topology's transactions
 * @param frameBytes a frame in Kafka
 * @param keptBytesADay what of a camera's day is kept longer than minutes: observations, areas, vectors, thumbnails
 */
record Costs(
        double fps,
        double ingestMs,
        double publishMs,
        double decodeMs,
        double encodeBatchMs,
        double encodeFrameMs,
        double scoreMs,
        double spread,
        int maxBatch,
        double topologyMs,
        double commitMs,
        double frameBytes,
        double keptBytesADay) {

    /** Frames a second that a worker gets through with full batches. */
    double workerFps() {
        return 1_000 / Math.max(encodeBatchMs / maxBatch + encodeFrameMs, decodeMs + scoreMs);
    }
}
