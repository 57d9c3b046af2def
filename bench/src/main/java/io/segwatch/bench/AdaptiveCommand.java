package io.segwatch.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures what adaptive inference saves, and by how much its areas differ. */
@Command(
        name = "adaptive",
        description = "The share of frames that adaptive inference encodes, and how far the zones' areas are from those"
                + " of a worker that encodes every frame.",
        mixinStandardHelpOptions = true)
final class AdaptiveCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--clips", paramLabel = "FOLDER", required = true, description = "Videos to measure on.")
    private Path clips;

    @Option(
            names = "--words",
            split = ",",
            defaultValue = "person,car,road,tree,bottle,floor",
            description = "What to look for (${DEFAULT-VALUE}).")
    private List<String> words;

    @Option(
            names = "--fps",
            defaultValue = "10",
            description = "Frames a second that a camera publishes (${DEFAULT-VALUE}).")
    private double fps;

    @Option(names = "--seconds", defaultValue = "30", description = "Of each clip at most (${DEFAULT-VALUE}).")
    private int seconds;

    @Option(names = "--scenes", defaultValue = "10", description = "Made of the clips' pictures (${DEFAULT-VALUE}).")
    private int scenes;

    @Option(
            names = "--share",
            split = ",",
            defaultValue = "1,0.5",
            description = "Most encodings of all frames (${DEFAULT-VALUE}).")
    private double[] shares;

    @Option(
            names = "--age",
            defaultValue = "1000",
            description = "Of a reused encoding, ms, at most (${DEFAULT-VALUE}).")
    private long ageMs;

    @Option(names = "--model", paramLabel = "DIR", defaultValue = "models/default", description = "${DEFAULT-VALUE}.")
    private Path model;

    @Override
    public Integer call() throws IOException {
        if (fps < 0.1 || fps > 60 || seconds < 1 || scenes < 0) {
            throw new ParameterException(
                    spec.commandLine(), "--fps must be 0.1..60, --seconds 1 or more, --scenes 0 or more");
        }
        PrintWriter out = spec.commandLine().getOut();
        out.println("| on | most encodings | encoded | error, % of a zone: mean | p99 |");
        out.println("|---|---|---|---|---|");
        List<AdaptiveQuality.Errors> all = new ArrayList<>();
        try (AdaptiveQuality measured = new AdaptiveQuality(model, words, shares, ageMs);
                ComposedScenes made = new ComposedScenes();
                Stream<Path> files = Files.list(clips)) {
            for (Path clip : files.filter(FeaturesCommand::isVideo).sorted().toList()) {
                List<AdaptiveQuality.Errors> errors = measured.clip(clip, fps, seconds, made);
                print(clip.getFileName().toString(), errors, out);
                merge(all, errors);
            }
            print("all clips", all, out);
            List<AdaptiveQuality.Errors> ofScenes = new ArrayList<>();
            for (int seed = 0; seed < scenes; seed++) {
                merge(ofScenes, measured.scene(made, seed, fps));
            }
            print(scenes + " scenes made of them", ofScenes, out);
        }
        return 0;
    }

    static void merge(List<AdaptiveQuality.Errors> into, List<AdaptiveQuality.Errors> more) {
        for (int i = 0; i < more.size(); i++) {
            if (into.size() <= i) {
                into.add(new AdaptiveQuality.Errors());
            }
            into.get(i).add(more.get(i));
        }
    }

    private void print(String on, List<AdaptiveQuality.Errors> errors, PrintWriter out) {
        for (int i = 0; i < errors.size(); i++) {
            AdaptiveQuality.Errors one = errors.get(i);
            String most = i < shares.length ? String.format(Locale.ROOT, "%.2f", shares[i]) : "every second frame";
            out.printf(
                    Locale.ROOT,
                    "| %s | %s | %.2f | %.3f | %.2f |%n",
                    on,
                    most,
                    one.encoded(),
                    100 * one.mean(),
                    100 * one.quantile(0.99));
        }
        out.flush();
    }
}
