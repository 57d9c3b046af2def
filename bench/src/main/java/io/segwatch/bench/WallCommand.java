package io.segwatch.bench;

import io.segwatch.bench.wall.WallMeasures;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What the live wall costs its viewer, and what many viewers cost each other. */
@Command(
        name = "wall",
        description =
                "What the live wall sends and takes, in headless Chromium, and what many viewers cost each other.",
        mixinStandardHelpOptions = true)
final class WallCommand implements Callable<Integer> {
    private enum Measure {
        TILES,
        PAGE,
        VIEWERS
    }

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "MEASURE",
            description = "Of ${COMPLETION-CANDIDATES}; default all.")
    private Set<Measure> only = EnumSet.allOf(Measure.class);

    @Option(
            names = "--seconds",
            defaultValue = "30",
            description = "Measured of tiles and viewers, each (${DEFAULT-VALUE}).")
    private int seconds;

    @Option(
            names = "--minutes",
            defaultValue = "10",
            description = "That the page with 36 cameras is open (${DEFAULT-VALUE}).")
    private double minutes;

    @Option(names = "--viewers", defaultValue = "200", description = "Of one camera (${DEFAULT-VALUE}).")
    private int viewers;

    @Option(
            names = "--chromium",
            paramLabel = "FILE",
            defaultValue = "/usr/bin/chromium",
            description = "The browser (${DEFAULT-VALUE}).")
    private Path chromium;

    @Option(names = "--footage", paramLabel = "FILE", description = "A video; default the demo's clip.")
    private Path footage;

    @Option(
            names = "--model",
            paramLabel = "DIR",
            defaultValue = "models/default",
            description = "Default: ${DEFAULT-VALUE}.")
    private Path model;

    @Option(names = "--folder", paramLabel = "DIR", description = "For data and logs, kept; default a temporary one.")
    private Path folder;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        if (seconds < 1 || seconds > 3_600 || minutes <= 0 || minutes > 1_440 || viewers < 2 || viewers > 2_000) {
            throw new ParameterException(
                    spec.commandLine(), "--seconds must be 1..3600, --minutes up to 1440, --viewers 2..2000");
        }
        Path clip = footage == null ? Footage.file() : footage;
        if (!Files.isReadable(clip)) {
            throw new ParameterException(spec.commandLine(), Footage.missing());
        }
        if (!Files.isExecutable(chromium)) {
            throw new ParameterException(
                    spec.commandLine(), chromium + " is no program: install Chromium, or name it with --chromium");
        }
        Path data = folder == null ? Files.createTempDirectory("segwatch-wall") : folder;
        spec.commandLine().getOut().println("This machine: " + Yardstick.measure(model) + ".");
        spec.commandLine().getOut().flush();
        Duration shortly = Duration.ofSeconds(seconds);
        try (WallMeasures measures = new WallMeasures(
                data, clip, chromium, viewers, spec.commandLine().getOut())) {
            if (only.contains(Measure.TILES)) {
                measures.tiles(shortly);
            }
            if (only.contains(Measure.PAGE)) {
                measures.page(Duration.ofMillis((long) (minutes * 60_000)));
            }
            if (only.contains(Measure.VIEWERS)) {
                measures.viewers(viewers, shortly);
            }
            return measures.holds() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
        }
    }
}
