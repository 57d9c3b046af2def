package io.segwatch.inference.search;

import io.segwatch.v1.FrameId;
import io.segwatch.v1.SearchMoment;

/**
 * What a search saw in one kept frame.
 *
 * @param atMs event time
 * @param validMs for how long it stands
 * @param share of the zone, 0..1
 * @param probability the highest of its cells, 0..1
 */
record Sighting(String camera, long atMs, long validMs, long epoch, long sequence, double share, float probability) {
    /** A moment of this frame alone. */
    SearchMoment.Builder moment() {
        return SearchMoment.newBuilder()
                .setCamera(camera)
                .setFromMs(atMs)
                .setToMs(atMs + validMs)
                .setFrames(1)
                .setPeakFrame(
                        FrameId.newBuilder().setCamera(camera).setEpoch(epoch).setSequence(sequence))
                .setPeakAtMs(atMs)
                .setPeakShare(share)
                .setPeakProbability(probability);
    }
}
