package io.segwatch.bench;

import com.sun.management.OperatingSystemMXBean;
import io.segwatch.inference.model.ImageBatch;
import io.segwatch.inference.model.InputGeometry;
import io.segwatch.inference.model.NetworkSettings;
import io.segwatch.inference.model.SegmentationModel;
import io.segwatch.inference.openvino.OpenVino;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench/run encoder}. */
@Command(
        name = "encoder",
        description = "The encoder by ONNX Runtime and by OpenVINO, in turn in one run.",
        mixinStandardHelpOptions = true)
final class EncoderCommand implements Callable<Integer> {
    private static final OperatingSystemMXBean PROCESS =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--model",
            split = ",",
            paramLabel = "DIR",
            defaultValue = "models/default",
            description = "Model directories, the one compared with first (${DEFAULT-VALUE}).")
    private List<Path> models;

    @Option(names = "--openvino", paramLabel = "DIR", description = "OpenVINO's folder. Default: the user's cache.")
    private Path openVino;

    @Option(names = "--threads", defaultValue = "0", description = "0 for one a core (${DEFAULT-VALUE}).")
    private int threads;

    @Option(names = "--rounds", defaultValue = "100", description = "Runs of each (${DEFAULT-VALUE}).")
    private int rounds;

    @Override
    public Integer call() {
        Path library = openVino == null ? OpenVino.defaultFolder() : openVino;
        if (rounds < 1) {
            throw new ParameterException(spec.commandLine(), "--rounds must be 1 or more");
        }
        if (!Footage.isThere()) {
            throw new ParameterException(spec.commandLine(), Footage.missing());
        }
        if (!OpenVino.isIn(library)) {
            throw new ParameterException(
                    spec.commandLine(), "No OpenVINO in " + library + ": run ./segwatch openvino once.");
        }
        List<Candidate> candidates = new ArrayList<>();
        try {
            for (Path model : models) {
                for (String provider : List.of("cpu", "openvino")) {
                    candidates.add(new Candidate(model, new NetworkSettings(provider, threads, library, null), rounds));
                }
            }
            // The first runs of each choose algorithms and take memory.
            for (int round = -3; round < rounds; round++) {
                for (Candidate candidate : candidates) {
                    candidate.run(round);
                }
            }
            print(candidates);
        } finally {
            candidates.forEach(Candidate::close);
        }
        return ExitCode.OK;
    }

    private void print(List<Candidate> candidates) {
        PrintWriter out = spec.commandLine().getOut();
        Candidate first = candidates.get(0);
        out.println("| encoder | ms, median | ratio | CPU ms, median | ratio |\n|---|---|---|---|---|");
        for (Candidate candidate : candidates) {
            out.println(String.format(
                    Locale.ROOT,
                    "| %s | %.1f | %.2f | %.1f | %.2f |",
                    candidate.name,
                    median(candidate.wall) / 1e6,
                    median(candidate.wall) / median(first.wall),
                    median(candidate.cpu) / 1e6,
                    median(candidate.cpu) / median(first.cpu)));
        }
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

        @Override
        public void close() {
            batch.close();
            model.close();
        }
    }
}
