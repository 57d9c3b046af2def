package io.segwatch.bench.scale;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/**
 * What became of the frames.
 *
 * @param observedMs age of a frame when its observation is there, from its capture
 * @param toldMs age when its areas and alerts can be read, milliseconds
 * @param observed observations of each camera
 * @param seconds of which this is
 * @param load of each kind of resource, 0..1; of workers the busiest one
 * @param skipped frames that a newer one of their camera replaced
 * @param dropped frames that found a queue full
 */
record Outcome(
        Histogram observedMs,
        Histogram toldMs,
        int[] observed,
        double seconds,
        Map<String, Double> load,
        long skipped,
        long dropped) {

    /** Observations a second of a camera, in the mean. */
    double fps() {
        return Arrays.stream(observed).average().orElse(0) / seconds;
    }

    /** What the camera that was served least got beside the mean, 0..1. */
    double fairness() {
        double mean = Arrays.stream(observed).average().orElse(0);
        return mean == 0 ? 0 : Arrays.stream(observed).min().orElse(0) / mean;
    }

    /** Of the frames that came so far as to be observed or replaced, 0..1. */
    double skippedShare() {
        long seen = Arrays.stream(observed).asLongStream().sum() + skipped + dropped;
        return seen == 0 ? 0 : (double) (skipped + dropped) / seen;
    }

    /** The resource that is used most. */
    String fullest() {
        return new TreeMap<>(load)
                .entrySet().stream()
                        .max(Map.Entry.comparingByValue())
                        .orElseThrow()
                        .getKey();
    }
}
