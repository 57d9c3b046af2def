package io.segwatch.bench;

import com.sun.management.OperatingSystemMXBean;
import io.segwatch.inference.model.ImageBatch;
import io.segwatch.inference.model.InputGeometry;
import io.segwatch.inference.model.NetworkSettings;
import io.segwatch.inference.model.SegmentationModel;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Encoders by ONNX Runtime and by OpenVINO, on a frame of the clip, in turn. */
final class EncoderTimes {
    /** The first runs of each choose algorithms and take memory. */
    private static final int WARM_UP = 3;

    private static final OperatingSystemMXBean PROCESS =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private EncoderTimes() {}

    /**
     * What a model took on a provider.
     *
     * @param wallMs median of its runs
     * @param cpuMs of all threads, likewise
     */
    record Times(String name, double wallMs, double cpuMs) {}

    /**
     * Each model by ONNX Runtime and then by OpenVINO.
     *
     * @param openVino folder of its library
     * @param threads 0 for one a core
     */
    static List<Times> measure(List<Path> models, Path openVino, int threads, int rounds) {
        List<Candidate> candidates = new ArrayList<>();
        try {
            for (Path model : models) {
                for (String provider : List.of("cpu", "openvino")) {
                    candidates.add(
                            new Candidate(model, new NetworkSettings(provider, threads, openVino, null), rounds));
                }
            }
            return inTurn(candidates, rounds);
        } finally {
            candidates.forEach(Candidate::close);
        }
    }

    /** One model by ONNX Runtime alone, on a thread for each core. */
    static Times onnxRuntime(Path model, int rounds) {
        try (Candidate candidate = new Candidate(model, NetworkSettings.of("cpu", 0), rounds)) {
            return inTurn(List.of(candidate), rounds).get(0);
        }
    }

    private static List<Times> inTurn(List<Candidate> candidates, int rounds) {
        for (int round = -WARM_UP; round < rounds; round++) {
            for (Candidate candidate : candidates) {
                candidate.run(round);
            }
        }
        return candidates.stream().map(Candidate::times).toList();
    }

    private static double median(long... values) {
        long[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    /** A model on a provider, with a frame of the clip. */
    private static final class Candidate implements AutoCloseable {
        private final SegmentationModel model;
        private final ImageBatch batch;
        private final String name;
        private final long[] wall;
        private final long[] cpu;

        Candidate(Path folder, NetworkSettings settings, int rounds) {
            this.model = SegmentationModel.load(folder, settings);
            int[] frame = Footage.size();
            InputGeometry size = model.description().input().geometry(frame[0], frame[1]);
            ByteBuffer rgb = Footage.rgb(size.inputWidth(), size.inputHeight());
            this.batch = model.batch(1, size.inputWidth(), size.inputHeight());
            batch.pixels(0).put(rgb);
            this.name = model.description().id() + ", "
                    + (model.provider().equals("CPU") ? "ONNX Runtime" : "OpenVINO " + model.providerReason());
            this.wall = new long[rounds];
            this.cpu = new long[rounds];
        }

        /** @param round below 0 to warm up */
        void run(int round) {
            long began = System.nanoTime();
            long used = PROCESS.getProcessCpuTime();
            model.encode(batch);
            if (round >= 0) {
                cpu[round] = PROCESS.getProcessCpuTime() - used;
                wall[round] = System.nanoTime() - began;
            }
        }

        Times times() {
            return new Times(name, median(wall) / 1e6, median(cpu) / 1e6);
        }

        @Override
        public void close() {
            batch.close();
            model.close();
        }
    }
}
