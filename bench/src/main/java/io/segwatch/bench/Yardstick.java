package io.segwatch.bench;

import com.sun.management.OperatingSystemMXBean;
import io.segwatch.inference.model.ImageBatch;
import io.segwatch.inference.model.InputGeometry;
import io.segwatch.inference.model.SegmentationModel;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/**
 * What one encoding of a frame of the clip takes here and now, on a thread for each core: times of machines of
 * different speed are compared by how many encodings they are.
 *
 * @param wallSeconds the median of some runs
 * @param cpuSeconds of all threads, likewise
 */
record Yardstick(double wallSeconds, double cpuSeconds) {
    private static final int WARM_UP = 3;
    private static final int RUNS = 15;
    private static final OperatingSystemMXBean PROCESS =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    static Yardstick measure(Path model) {
        try (SegmentationModel encoder = SegmentationModel.load(model, "cpu", 0)) {
            int[] frame = Footage.size();
            InputGeometry size = encoder.description().input().geometry(frame[0], frame[1]);
            try (ImageBatch batch = encoder.batch(1, size.inputWidth(), size.inputHeight())) {
                batch.pixels(0).put(Footage.rgb(size.inputWidth(), size.inputHeight()));
                return measure(encoder, batch);
            }
        }
    }

    private static Yardstick measure(SegmentationModel encoder, ImageBatch batch) {
        double[] wall = new double[RUNS];
        double[] cpu = new double[RUNS];
        for (int run = -WARM_UP; run < RUNS; run++) {
            long began = System.nanoTime();
            long used = PROCESS.getProcessCpuTime();
            encoder.encode(batch);
            if (run >= 0) {
                cpu[run] = (PROCESS.getProcessCpuTime() - used) / 1e9;
                wall[run] = (System.nanoTime() - began) / 1e9;
            }
        }
        Arrays.sort(wall);
        Arrays.sort(cpu);
        return new Yardstick(wall[RUNS / 2], cpu[RUNS / 2]);
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
