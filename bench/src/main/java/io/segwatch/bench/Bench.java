package io.segwatch.bench;

import io.segwatch.bench.demo.MeasuredDemoCommand;
import io.segwatch.bench.faults.FaultsCommand;
import io.segwatch.launcher.Segwatch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
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
            MeasuredDemoCommand.class,
            MeasuredSearchCommand.class,
            WallCommand.class,
            FaultsCommand.class
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
        List<String> properties = new ArrayList<>();
        properties.add("-D" + FramePath.MODEL + "=" + model.toAbsolutePath());
        if (footage != null) {
            System.setProperty(Footage.PROPERTY, footage.toAbsolutePath().toString());
            properties.add("-D" + Footage.PROPERTY + "=" + footage.toAbsolutePath());
        }
        if (!Footage.isThere()) {
            throw new ParameterException(spec.commandLine(), Footage.missing());
        }
        Figures figures = new Figures();
        for (int round = 0; round < rounds; round++) {
            // All of them in every round, so that a busy spell of the machine does not fall on one alone.
            figures.add(new Runner(new OptionsBuilder()
                            .include("io\\.segwatch\\.bench\\..*")
                            .mode(Mode.SampleTime)
                            .timeUnit(TimeUnit.MICROSECONDS)
                            .forks(1)
                            .warmupIterations(2)
                            .warmupTime(TimeValue.seconds(2))
                            .measurementIterations(2)
                            .measurementTime(TimeValue.milliseconds(seconds * 500L))
                            .jvmArgsAppend(properties.toArray(String[]::new))
                            .addProfiler(GCProfiler.class)
                            .resultFormat(ResultFormatType.JSON)
                            .result("bench/target/round-" + round + ".json")
                            .shouldFailOnError(true)
                            .build())
                    .run());
        }
        figures.print(spec.commandLine().getOut());
        return figures.holds() ? 0 : 1;
    }
}
