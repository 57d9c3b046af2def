package io.segwatch.bench;

import io.segwatch.inference.openvino.OpenVino;
import java.io.PrintWriter;
import java.nio.file.Path;
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
        List<EncoderTimes.Times> all = EncoderTimes.measure(models, library, threads, rounds);
        EncoderTimes.Times first = all.get(0);
        PrintWriter out = spec.commandLine().getOut();
        out.println("| encoder | ms, median | ratio | CPU ms, median | ratio |\n|---|---|---|---|---|");
        for (EncoderTimes.Times one : all) {
            out.println(String.format(
                    Locale.ROOT,
                    "| %s | %.1f | %.2f | %.1f | %.2f |",
                    one.name(),
                    one.wallMs(),
                    one.wallMs() / first.wallMs(),
                    one.cpuMs(),
                    one.cpuMs() / first.cpuMs()));
        }
        return ExitCode.OK;
    }
}
