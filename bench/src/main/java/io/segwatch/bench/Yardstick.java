package io.segwatch.bench;

import java.nio.file.Path;
import java.util.Locale;

/**
 * What one encoding of a frame of the clip takes here and now, on a thread for each core: times of machines of
 * different speed are compared by how many encodings they are.
 *
 * @param wallSeconds the median of some runs
 * @param cpuSeconds of all threads, likewise
 */
record Yardstick(double wallSeconds, double cpuSeconds) {
    private static final int RUNS = 15;

    static Yardstick measure(Path model) {
        EncoderTimes.Times times = EncoderTimes.onnxRuntime(model, RUNS);
        return new Yardstick(times.wallMs() / 1e3, times.cpuMs() / 1e3);
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "an encoding of a frame takes %.0f ms here, %.0f ms of CPU",
                1_000 * wallSeconds,
                1_000 * cpuSeconds);
    }
}
