package io.segwatch.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures what the feature log loses, and what it costs. */
@Command(
        name = "features",
        description =
                "What the search finds in kept frames beside what live queries saw in them; with --cost what keeping"
                        + " them costs.",
        mixinStandardHelpOptions = true)
final class FeaturesCommand implements Callable<Integer> {
    private static final double LEAST = 0.95;
    private static final double MOST_COST = 1.05;
    /** Of the least share: beside moments as they are, those are told that nobody would call missed or wrong. */
    private static final double CLOSE = 0.9;

    @Spec
    private CommandSpec spec;

    @Option(names = "--clips", paramLabel = "FOLDER", description = "Videos to measure on.")
    private Path clips;

    @Option(
            names = "--words",
            split = ",",
            defaultValue = "person,car,road,tree,sky,bottle,floor,wall,grass,truck,bicycle,dog,traffic sign,hand",
            description = "What to look for (${DEFAULT-VALUE}).")
    private List<String> words;

    @Option(names = "--frames", defaultValue = "40", description = "Of each clip (${DEFAULT-VALUE}).")
    private int frames;

    @Option(
            names = "--scenes",
            defaultValue = "30",
            description = "Made of the clips' pictures, from a seed each (${DEFAULT-VALUE}).")
    private int scenes;

    @Option(
            names = "--first-seed",
            defaultValue = "0",
            description = "Of the scenes; those from 120 on chose no number of the search (${DEFAULT-VALUE}).")
    private long firstSeed;

    @Option(
            names = "--share",
            defaultValue = "0.02",
            description = "Of the picture, from which a word is there (${DEFAULT-VALUE}).")
    private double share;

    @Option(names = "--cost", description = "The CPU time of a frame with the log beside one without.")
    private boolean cost;

    @Option(names = "--footage", paramLabel = "FILE", description = "With --cost; default the demo's clip.")
    private Path footage;

    @Option(names = "--rounds", defaultValue = "7", description = "With --cost (${DEFAULT-VALUE}).")
    private int rounds;

    @Option(names = "--model", paramLabel = "DIR", defaultValue = "models/default", description = "${DEFAULT-VALUE}.")
    private Path model;

    @Override
    public Integer call() throws IOException {
        if (clips == null && !cost) {
            throw new ParameterException(spec.commandLine(), "Give --clips FOLDER, --cost or both");
        }
        if (frames < 1 || rounds < 1 || scenes < 0) {
            throw new ParameterException(
                    spec.commandLine(), "--frames and --rounds must be 1 or more, --scenes 0 or more");
        }
        boolean holds = clips == null || quality();
        holds &= !cost || cost();
        return holds ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }

    private boolean quality() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        List<ShareSeries> ofClips = new ArrayList<>();
        List<ShareSeries> ofScenes = new ArrayList<>();
        try (FeatureQuality measured = new FeatureQuality(model, words);
                ComposedScenes made = new ComposedScenes();
                Stream<Path> files = Files.list(clips)) {
            for (Path clip : files.filter(FeaturesCommand::isVideo).sorted().toList()) {
                ofClips.add(measured.measure(clip, frames, made));
            }
            if (ofClips.isEmpty()) {
                throw new ParameterException(spec.commandLine(), "--clips " + clips + " holds no video");
            }
            boolean holds = print(ofClips, ofClips.size() + " clips", out);
            printClicks(ofClips, measured, out);
            for (int i = 0; i < scenes; i++) {
                ofScenes.add(measured.measure(made, firstSeed + i));
            }
            holds &= scenes == 0 || print(ofScenes, scenes + " scenes made of them", out);
            printClicks(ofScenes, measured, out);
            out.println("Largest record: " + measured.mostBytes() + " bytes");
            return holds;
        }
    }

    static boolean isVideo(Path file) {
        return file.getFileName().toString().matches("(?i).*\\.(mp4|mkv|avi|mov|webm)");
    }

    /** As a Markdown table, ready for the documents. */
    private boolean print(List<ShareSeries> all, String of, PrintWriter out) {
        ShareSeries.Match ofFrames = ShareSeries.Match.NONE;
        ShareSeries.Match ofMoments = ShareSeries.Match.NONE;
        ShareSeries.Match withTolerance = ShareSeries.Match.NONE;
        List<double[]> everything = new ArrayList<>();
        out.println(of + ", " + all.stream().mapToInt(ShareSeries::frames).sum() + " frames:");
        out.println();
        out.println("| word | correlation | frames | found | right | moments | found | right |");
        out.println("|---|--:|--:|--:|--:|--:|--:|--:|");
        for (int w = 0; w < words.size(); w++) {
            int word = w;
            List<double[]> pairs = new ArrayList<>();
            all.forEach(series -> pairs.addAll(series.pairs(word)));
            everything.addAll(pairs);
            ShareSeries.Match inFrames = sum(all, series -> series.frames(word, share));
            ShareSeries.Match inMoments = sum(all, series -> series.moments(word, share, 1));
            withTolerance = withTolerance.plus(sum(all, series -> series.moments(word, share, CLOSE)));
            ofFrames = ofFrames.plus(inFrames);
            ofMoments = ofMoments.plus(inMoments);
            row(words.get(w), pairs, inFrames, inMoments, out);
        }
        row("all", everything, ofFrames, ofMoments, out);
        out.println();
        out.printf(
                "Moments, where a share of %.0f %% of the least one is close enough: %.1f %% found, %.1f %% right%n%n",
                100 * CLOSE, 100 * withTolerance.recall(), 100 * withTolerance.precision());
        return Math.min(
                        Math.min(ofFrames.recall(), ofFrames.precision()),
                        Math.min(ofMoments.recall(), ofMoments.precision()))
                >= LEAST;
    }

    /**
     * In place of words: a click on each thing that is there, where the most of it is, finds it in the same footage.
     */
    private void printClicks(List<ShareSeries> all, FeatureQuality measured, PrintWriter out) {
        ShareSeries.Match ofFrames = ShareSeries.Match.NONE;
        ShareSeries.Match ofMoments = ShareSeries.Match.NONE;
        int clicks = 0;
        for (ShareSeries series : all) {
            for (int word = 0; word < words.size(); word++) {
                if (series.live(series.most(word), word) >= share) {
                    ShareSeries clicked = measured.clicked(series, word);
                    ofFrames = ofFrames.plus(clicked.frames(0, share));
                    ofMoments = ofMoments.plus(clicked.moments(0, share, 1));
                    clicks++;
                }
            }
        }
        out.printf(
                "By %d clicks instead of words (number, found, right): frames%s; moments%s%n%n",
                clicks, columns(ofFrames), columns(ofMoments));
    }

    private static ShareSeries.Match sum(List<ShareSeries> all, Function<ShareSeries, ShareSeries.Match> match) {
        return all.stream().map(match).reduce(ShareSeries.Match.NONE, ShareSeries.Match::plus);
    }

    private static void row(
            String name,
            List<double[]> pairs,
            ShareSeries.Match inFrames,
            ShareSeries.Match inMoments,
            PrintWriter out) {
        out.printf("| %s | %s |%s|%s|%n", name, correlation(pairs), columns(inFrames), columns(inMoments));
    }

    private static String columns(ShareSeries.Match match) {
        return String.format(
                " %d | %s | %s ",
                match.due(),
                match.due() == 0 ? "" : String.format("%.1f %%", 100 * match.recall()),
                match.told() == 0 ? "" : String.format("%.1f %%", 100 * match.precision()));
    }

    /** Pearson's; of a word that is hardly ever there it says nothing. */
    private static String correlation(List<double[]> pairs) {
        double n = pairs.size();
        double a = pairs.stream().mapToDouble(p -> p[0]).sum() / n;
        double b = pairs.stream().mapToDouble(p -> p[1]).sum() / n;
        double aa = pairs.stream().mapToDouble(p -> (p[0] - a) * (p[0] - a)).sum();
        double bb = pairs.stream().mapToDouble(p -> (p[1] - b) * (p[1] - b)).sum();
        double ab = pairs.stream().mapToDouble(p -> (p[0] - a) * (p[1] - b)).sum();
        return aa / n < 1e-5 ? "" : String.format("%.3f", ab / Math.sqrt(aa * bb));
    }

    private boolean cost() {
        System.setProperty(FramePath.MODEL, model.toAbsolutePath().toString());
        if (footage != null) {
            System.setProperty(Footage.PROPERTY, footage.toAbsolutePath().toString());
        }
        if (!Footage.isThere()) {
            throw new ParameterException(spec.commandLine(), Footage.missing());
        }
        try (FeatureCost measured = new FeatureCost()) {
            FeatureCost.Cost found = measured.measure(rounds);
            spec.commandLine()
                    .getOut()
                    .printf(
                            "CPU of a frame with five queries: %.1f ms. With the feature log at ten frames a second, something"
                                    + " always moving: %.3f times that. Where every frame is kept: %.3f times that.%n",
                            found.frameMs(), found.usual(), found.each());
            return found.usual() <= MOST_COST;
        }
    }
}
