package io.segwatch.bench;

import io.segwatch.bench.results.BenchMeasure;
import io.segwatch.bench.results.BenchMeasure.Conditions;
import io.segwatch.bench.results.KeptResults;
import io.segwatch.bench.results.WorkFolder;
import io.segwatch.bench.service.ServiceMeasure;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench/RESULTS.md}, its chart and its JSON, by one command. */
@Command(
        name = "results",
        description = "Measures what bench/RESULTS.md tells, and writes it.",
        mixinStandardHelpOptions = true)
final class ResultsCommand implements Callable<Integer> {
    /** In the order of the page. */
    private static final List<BenchMeasure> MEASURES = List.of(
            new ServiceMeasure(),
            new EncoderMeasure(),
            new SharingMeasure(),
            new CamerasMeasure(),
            new DecodingMeasure(),
            new AdaptiveMeasure(),
            new TopologyMeasure(),
            new GpuMeasure());

    @Option(names = "--only", split = ",", paramLabel = "NAME", description = "Measure these; others stay as they are.")
    private List<String> only;

    @Option(names = "--quick", description = "Shorter and fewer runs, to see that all works.")
    private boolean quick;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "bench",
            description = "Where RESULTS.md, results.json and results.svg are kept (${DEFAULT-VALUE}).")
    private Path out;

    @Option(names = "--footage", paramLabel = "FILE", description = "A video; default the demo's clip.")
    private Path footage;

    @Option(
            names = "--model",
            paramLabel = "DIR",
            defaultValue = "models/default",
            description = "Model directory (${DEFAULT-VALUE}).")
    private Path model;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<String> names = MEASURES.stream().map(BenchMeasure::name).toList();
        if (only != null && !names.containsAll(only)) {
            throw new ParameterException(spec.commandLine(), "--only takes " + String.join(", ", names) + ".");
        }
        if (footage != null) {
            System.setProperty(Footage.PROPERTY, footage.toAbsolutePath().toString());
        }
        if (!Footage.isThere()) {
            throw new ParameterException(spec.commandLine(), Footage.missing());
        }
        PrintWriter progress = spec.commandLine().getOut();
        Files.createDirectories(out);
        KeptResults results = new KeptResults(out, progress);
        for (BenchMeasure measure : MEASURES) {
            if (only == null || only.contains(measure.name())) {
                run(measure, results);
                // Written after each, so that a run which is stopped has not been for nothing.
                results.write(names);
            }
        }
        return 0;
    }

    private void run(BenchMeasure measure, KeptResults results) throws IOException, InterruptedException {
        try (WorkFolder work = WorkFolder.create("results")) {
            results.measure(
                    measure,
                    new Conditions(
                            quick,
                            Path.of("").toAbsolutePath(),
                            model.toAbsolutePath(),
                            Footage.file().toAbsolutePath(),
                            work.path()));
        }
    }
}
