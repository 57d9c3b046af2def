package io.segwatch.bench;

import io.segwatch.bench.faults.Deployment;
import io.segwatch.bench.results.WorkFolder;
import io.segwatch.bench.wall.ServedCameras;
import io.segwatch.contracts.Topic;
import io.segwatch.v1.Query;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures how old frames become, and whether each camera gets its share, however many share one worker. */
@Command(
        name = "cameras",
        description = "Age of frames and fairness with some numbers of cameras before one worker, which are offered the"
                + " same frames a second together; exit code 1 when a camera is served less than 0.9 of another.",
        mixinStandardHelpOptions = true)
final class CamerasCommand implements Callable<Integer> {
    private static final double LEAST_FAIRNESS = 0.9;
    /** Of fewer, one more or less is too large a part. */
    private static final int FEWEST_FRAMES = 10;

    @Spec
    private CommandSpec spec;

    @Option(names = "--cameras", split = ",", defaultValue = "1,4,16,64", description = "${DEFAULT-VALUE}.")
    private List<Integer> cameras;

    @Option(
            names = "--budget",
            split = ",",
            defaultValue = "10,60",
            description =
                    "Frames a second of all cameras together: one that a worker keeps up with, and one that it does"
                            + " not (${DEFAULT-VALUE}).")
    private List<Double> budgets;

    @Option(names = "--seconds", defaultValue = "60", description = "Measured of each, at least (${DEFAULT-VALUE}).")
    private int seconds;

    @Option(names = "--adaptive", description = "With segwatch.inference.adaptive=on.")
    private boolean adaptive;

    @Option(names = "--footage", paramLabel = "FILE", description = "A video; default the demo's clip.")
    private Path footage;

    @Override
    public Integer call() throws Exception {
        if (seconds < 1
                || cameras.stream().anyMatch(count -> count < 1 || count > 64)
                || budgets.stream().anyMatch(fps -> fps < 0.1 || fps > 1_000)) {
            throw new ParameterException(
                    spec.commandLine(), "--cameras must be 1..64, --budget 0.1..1000, --seconds 1 or more");
        }
        Path clip = footage == null ? Footage.file() : footage;
        if (!Files.isReadable(clip)) {
            throw new ParameterException(spec.commandLine(), Footage.missing());
        }
        Map<String, String> settings = Map.of("segwatch.inference.adaptive", adaptive ? "on" : "off");
        try (WorkFolder home = WorkFolder.create("cameras");
                Deployment deployment = deploy(home.path(), settings)) {
            return measure(
                    new ServedCameras(deployment, clip), spec.commandLine().getOut());
        }
    }

    /** A broker and one inference worker, with three queries. */
    static Deployment deploy(Path home, Map<String, String> settings) throws IOException, InterruptedException {
        Deployment deployment =
                new Deployment(home, home.resolve("data"), List.of("-Xmx640m", "-XX:+UseSerialGC"), settings);
        try {
            deployment.start("inference");
            for (String word : List.of("person", "car", "bicycle")) {
                deployment.define(
                        Topic.QUERIES,
                        word,
                        Query.newBuilder().setId(word).setText(word).build());
            }
            return deployment;
        } catch (IOException | InterruptedException | RuntimeException e) {
            deployment.close();
            throw e;
        }
    }

    private int measure(ServedCameras served, PrintWriter out) throws Exception {
        boolean holds = true;
        out.println("| cameras | offered fps | observed fps | age p50, ms | p95 | least served over most |");
        out.println("|---|---|---|---|---|---|");
        for (double budget : budgets) {
            for (int count : cameras) {
                long enough = Math.max(seconds, Math.round(2 * FEWEST_FRAMES * count / budget));
                ServedCameras.Served one = served.measure(count, budget, Duration.ofSeconds(enough));
                out.printf(
                        Locale.ROOT,
                        "| %d | %s | %.1f | %.0f | %.0f | %.2f |%n",
                        count,
                        one.offered(),
                        one.observed(),
                        one.p50(),
                        one.p95(),
                        one.fairness());
                out.flush();
                holds &= one.fairness() >= LEAST_FAIRNESS;
            }
        }
        return holds ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }
}
