package io.segwatch.bench.scale;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.segwatch.bench.results.WorkFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What many cameras need and how old their frames get, simulated from measured times and compared with what runs. */
@Command(
        name = "scale",
        description = "What 10 to a million cameras need, simulated from measured times and compared with what runs.",
        mixinStandardHelpOptions = true)
public final class ScaleCommand implements Callable<Integer> {
    private static final ObjectMapper json = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    /** @param costs as they were found from the points */
    record Measurements(Costs costs, List<MeasuredPoint> points) {}

    @Option(
            names = "--measurements",
            paramLabel = "FILE",
            defaultValue = "bench/scale.json",
            description = "What was measured; read, and written by --measure (${DEFAULT-VALUE}).")
    private Path file;

    @Option(
            names = "--measure",
            split = ",",
            paramLabel = "CAMERAS",
            description =
                    "Run so many cameras here first, for example 1,2,4,8,16; the most must be more than it can serve.")
    private List<Integer> measured = List.of();

    @Option(names = "--clip", paramLabel = "FILE", description = "What they show; needed by --measure.")
    private Path clip;

    @Option(
            names = "--seconds",
            defaultValue = "30",
            description = "Measured, and simulated, of each (${DEFAULT-VALUE}).")
    private int seconds;

    @Option(names = "--fps", defaultValue = "10", description = "Frames a second of a camera (${DEFAULT-VALUE}).")
    private double fps;

    @Option(names = "--gpu-fps", defaultValue = "600", description = "Frames a second of a GPU (${DEFAULT-VALUE}).")
    private double gpuFps;

    @Option(names = "--core-month", defaultValue = "15", description = "Price of a core (${DEFAULT-VALUE}).")
    private double core;

    @Option(names = "--gpu-month", defaultValue = "400", description = "Price of a GPU (${DEFAULT-VALUE}).")
    private double gpu;

    @Option(names = "--disk-month", defaultValue = "0.05", description = "Price of a GB of disk (${DEFAULT-VALUE}).")
    private double disk;

    @Option(names = "--traffic", defaultValue = "0.01", description = "Price of a GB between sites (${DEFAULT-VALUE}).")
    private double traffic;

    @Option(names = "--pictures", paramLabel = "DIR", description = "Write the pictures of docs/scaling.md here.")
    private Path pictures;

    @Option(names = "--seed", defaultValue = "1", description = "Of what is random (${DEFAULT-VALUE}).")
    private long seed;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (seconds < 5 || seconds > 600 || fps <= 0 || fps > 120 || gpuFps <= 0) {
            throw new ParameterException(
                    spec.commandLine(), "--seconds must be 5..600, --fps up to 120, --gpu-fps above 0");
        }
        if (!measured.isEmpty()) {
            json.writeValue(file.toFile(), measure());
        }
        if (!Files.isReadable(file)) {
            throw new ParameterException(spec.commandLine(), file + " cannot be read: measure first, with --measure");
        }
        Measurements known = json.readValue(file.toFile(), Measurements.class);
        PrintWriter out = spec.commandLine().getOut();
        ScaleReport report = new ScaleReport(known, gpuFps, new Prices(core, gpu, disk, traffic), seconds, seed);
        report.print(out);
        out.flush();
        if (pictures != null) {
            Files.createDirectories(pictures);
            report.draw(pictures);
        }
        return 0;
    }

    private Measurements measure() throws IOException, InterruptedException {
        if (clip == null || !Files.isReadable(clip)) {
            throw new ParameterException(spec.commandLine(), "--measure needs --clip, a video that can be read");
        }
        List<MeasuredPoint> points = new ArrayList<>();
        try (WorkFolder folder = WorkFolder.create("scale");
                RunningCameras running = new RunningCameras(folder.path(), clip, Path.of("models/default"), fps)) {
            for (int cameras : measured.stream().sorted().toList()) {
                points.add(running.measure(cameras, seconds));
                spec.commandLine().getErr().println(points.get(points.size() - 1));
            }
        }
        return new Measurements(CostsFound.of(points, fps), points);
    }
}
