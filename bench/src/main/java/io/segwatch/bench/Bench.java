package io.segwatch.bench;

import io.segwatch.bench.demo.MeasuredDemoCommand;
import io.segwatch.bench.faults.FaultsCommand;
import io.segwatch.bench.scale.ScaleCommand;
import io.segwatch.launcher.Segwatch;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.openjdk.jmh.runner.RunnerException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs every benchmark some times over, in turn, and prints what one costs beside another. */
@Command(
        name = "bench/run",
        description = "What one more query, viewer or zone costs, as ratios measured in one run.",
        subcommands = {
            ScoreAlertsCommand.class,
            FeaturesCommand.class,
            EncoderCommand.class,
            AdaptiveCommand.class,
            DecodingCommand.class,
            MeasuredDemoCommand.class,
            MeasuredSearchCommand.class,
            WallCommand.class,
            CamerasCommand.class,
            FaultsCommand.class,
            ResultsCommand.class,
            ScaleCommand.class
        },
        mixinStandardHelpOptions = true)
final class Bench implements Callable<Integer> {
    @Option(
            names = "--rounds",
            defaultValue = "3",
            description = "Times that all benchmarks are run, each in a JVM of its own (${DEFAULT-VALUE}).")
    private int rounds;

    @Option(names = "--seconds", defaultValue = "6", description = "Measured of each, in a round (${DEFAULT-VALUE}).")
    private int seconds;

    @Option(names = "--footage", paramLabel = "FILE", description = "A video or picture; default the demo's clip.")
    private Path footage;

    @Option(
            names = "--model",
            paramLabel = "DIR",
            defaultValue = "models/default",
            description = "Model directory (${DEFAULT-VALUE}).")
    private Path model;

    @Spec
    private CommandSpec spec;

    private Bench() {}

    public static void main(String... arguments) {
        System.exit(Segwatch.execute(Segwatch.commandLine(new Bench()), arguments));
    }

    @Override
    public Integer call() throws RunnerException {
        if (rounds < 1 || rounds > 100 || seconds < 1 || seconds > 600) {
            throw new ParameterException(spec.commandLine(), "--rounds must be 1..100, --seconds 1..600");
        }
        if (footage != null) {
            System.setProperty(Footage.PROPERTY, footage.toAbsolutePath().toString());
        }
        if (!Footage.isThere()) {
            throw new ParameterException(spec.commandLine(), Footage.missing());
        }
        Figures figures = new JmhRounds(rounds, seconds, model, Footage.file(), Path.of("bench", "target"))
                .run("io\\.segwatch\\.bench\\..*");
        figures.print(spec.commandLine().getOut());
        return figures.holds() ? 0 : 1;
    }
}
