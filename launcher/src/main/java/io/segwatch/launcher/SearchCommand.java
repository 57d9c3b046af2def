package io.segwatch.launcher;

import io.segwatch.v1.NearestWord;
import io.segwatch.v1.Query;
import io.segwatch.v1.SearchEnd;
import io.segwatch.v1.SearchEvent;
import io.segwatch.v1.SearchMoment;
import io.segwatch.v1.SearchRequest;
import io.segwatch.v1.UnreadableFeatures;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Looks for words in the past of a running Segwatch; what is found is printed as it is found, newest first. */
@Command(
        name = "search",
        description = "When was it there? Looks for words in the past, also for words that nobody had typed yet.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "For example:",
            "  segwatch search \"white van\" --camera gate --from -24h",
            "  segwatch search smoke --from \"2026-11-27 22:00\" --to \"2026-11-28 06:00\" --negative fog"
        })
final class SearchCommand implements Callable<Integer> {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

    @Spec
    private CommandSpec spec;

    @Mixin
    private ApiClient api;

    @Parameters(paramLabel = "WORDS", description = "What to look for, in plain words.")
    private String words;

    @Option(names = "--camera", paramLabel = "ID", description = "May be given again. Default: all that you may see.")
    private List<String> cameras = List.of();

    @Option(
            names = "--from",
            paramLabel = "TIME",
            defaultValue = "-24h",
            description = "Since when: -24h, -30m, -7d, 2026-11-27, \"2026-11-27 22:00\" or with a zone"
                    + " 2026-11-27T22:00:00Z. Default: -24h.")
    private String from;

    @Option(names = "--to", paramLabel = "TIME", defaultValue = "now", description = "Until when. Default: now.")
    private String to;

    @Option(names = "--zone", paramLabel = "ID", description = "A zone of the one camera. Default: the whole picture.")
    private String zone = "";

    @Option(names = "--synonym", paramLabel = "WORDS", description = "Other words for it; may be given again.")
    private List<String> synonyms = List.of();

    @Option(names = "--negative", paramLabel = "WORDS", description = "What must not be taken for it; again for more.")
    private List<String> negatives = List.of();

    @Option(
            names = "--min-share",
            paramLabel = "SHARE",
            description = "Least part of the picture or zone: 2%% or 0.02. Default: 1%%.")
    private String minShare;

    @Option(names = "--most", paramLabel = "N", description = "Moments to print, 1 to 1000. Default: 200.")
    private int most;

    @Option(names = "--json", description = "One JSON object a line, as POST /api/search answers.")
    private boolean json;

    private boolean onTerminal;
    private boolean progressShown;
    private int failures;
    private long records;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Instant now = Instant.now();
        SearchRequest request = SearchRequest.newBuilder()
                .setQuery(Query.newBuilder()
                        .setText(words)
                        .addAllSynonyms(synonyms)
                        .addAllNegatives(negatives))
                .addAllCameras(cameras)
                .setZone(zone)
                .setFromMs(PastTime.parse("--from", from, now).toEpochMilli())
                .setToMs(PastTime.parse("--to", to, now).toEpochMilli())
                .setMinShare(minShare == null ? 0 : RuleOptions.share("--min-share", minShare))
                .setMostMoments(most)
                .build();
        onTerminal = System.console() != null && !json;
        PrintWriter out = spec.commandLine().getOut();
        boolean[] ended = new boolean[1];
        api.postForLines("/api/search", request, line -> {
            SearchEvent event = ApiClient.read(line, SearchEvent.getDefaultInstance());
            ended[0] |= event.hasEnd() || event.hasFailure();
            if (json) {
                out.println(line);
                failures += event.hasFailure() ? 1 : 0;
            } else {
                tell(event, out);
            }
            out.flush();
        });
        if (!ended[0]) {
            throw new IOException("The dashboard broke off before the search's end; see its log");
        }
        return failures == 0 ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }

    private void tell(SearchEvent event, PrintWriter out) {
        clearProgress();
        switch (event.getEventCase()) {
            case START -> {
                records = event.getStart().getRecords();
                if (event.getStart().getUnknownWordsCount() > 0) {
                    err("Note: the model does not know "
                            + String.join(", ", event.getStart().getUnknownWordsList())
                            + "; what is left of the words is looked for");
                }
                if (event.getStart().getKeptFromMs() == 0) {
                    err("Note: nothing is kept of these cameras' past");
                }
            }
            case PROGRESS -> showProgress(event);
            case MOMENT -> out.println(line(event.getMoment()));
            case END -> end(event.getEnd(), out);
            case FAILURE -> {
                failures++;
                err("segwatch: " + event.getFailure().getDetail());
            }
            default -> {
                // The series is for drawing.
            }
        }
    }

    private static String line(SearchMoment moment) {
        Duration lasted = Duration.ofMillis(moment.getToMs() - moment.getFromMs());
        String above = moment.getAboveUsual() >= 1
                ? String.format(Locale.ROOT, ", %.0f deviations above the usual", moment.getAboveUsual())
                : "";
        return String.format(
                Locale.ROOT,
                "%s  %-12s %6s  %5.1f %%  confidence %2.0f %%%s",
                time(moment.getFromMs()),
                moment.getCamera(),
                lasted(lasted),
                100 * moment.getPeakShare(),
                100 * moment.getPeakProbability(),
                above);
    }

    private static String lasted(Duration lasted) {
        long seconds = Math.max(1, lasted.toSeconds());
        return seconds < 120 ? seconds + " s" : seconds < 7_200 ? seconds / 60 + " min" : seconds / 3_600 + " h";
    }

    private static String time(long ms) {
        return TIME.format(Instant.ofEpochMilli(ms).atZone(ZoneId.systemDefault()));
    }

    private void end(SearchEnd end, PrintWriter out) {
        if (end.getMoments() == 0) {
            out.println("Nothing found in " + end.getFrames() + " frames.");
            if (end.hasBest()) {
                SearchMoment best = end.getBest();
                out.printf(
                        Locale.ROOT,
                        "Likeliest was %s at %s, with confidence %.0f %% and %.1f %% of the picture.%n",
                        best.getCamera(),
                        time(best.getPeakAtMs()),
                        100 * best.getPeakProbability(),
                        100 * best.getPeakShare());
                out.println("The model would sooner call what it saw there: "
                        + end.getNearestList().stream()
                                .map(NearestWord::getWord)
                                .collect(Collectors.joining(", ")));
            }
        } else {
            out.printf(
                    Locale.ROOT,
                    "%d %s in %d frames%s, in %.1f s%n",
                    end.getMoments(),
                    end.getMoments() == 1 ? "moment" : "moments",
                    end.getFrames(),
                    end.getMore() ? "; there are more: give a shorter span or --most" : "",
                    end.getTookMs() / 1_000.0);
        }
        if (end.getSeen() < 0.95) {
            out.printf(Locale.ROOT, "Of %.0f %% of that time nothing is kept.%n", 100 * (1 - end.getSeen()));
        }
        for (UnreadableFeatures unreadable : end.getUnreadableList()) {
            err("Note: " + unreadable.getFrames() + " frames could not be searched. " + unreadable.getReason());
        }
    }

    private void showProgress(SearchEvent event) {
        if (onTerminal) {
            progressShown = true;
            spec.commandLine()
                    .getErr()
                    .printf(
                            Locale.ROOT,
                            "\r%d %% searched, back to %s\033[K",
                            100 * event.getProgress().getRecords() / Math.max(1, records),
                            time(event.getProgress().getReachedMs()));
            spec.commandLine().getErr().flush();
        }
    }

    private void clearProgress() {
        if (progressShown) {
            progressShown = false;
            spec.commandLine().getErr().print("\r\033[K");
            spec.commandLine().getErr().flush();
        }
    }

    private void err(String line) {
        spec.commandLine().getErr().println(line);
    }
}
