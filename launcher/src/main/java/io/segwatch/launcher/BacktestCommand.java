package io.segwatch.launcher;

import io.segwatch.v1.Alert;
import io.segwatch.v1.BacktestReport;
import io.segwatch.v1.BacktestRequest;
import io.segwatch.v1.Query;
import io.segwatch.v1.ThresholdEffect;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Tries a rule on the recorded past of a running Segwatch. */
@Command(
        name = "backtest",
        description = "How often would a rule have fired? Runs it over the recorded observations.",
        mixinStandardHelpOptions = true)
final class BacktestCommand implements Callable<Integer> {
    /** Id of the query that the words are, as it stands in the rule. */
    private static final String WORDS = "words";

    @Spec
    private CommandSpec spec;

    @Mixin
    private ApiClient api;

    @Mixin
    private RuleOptions rule;

    @Option(names = "--camera", required = true)
    private String camera;

    @Option(names = "--last", paramLabel = "MINUTES", defaultValue = "60", description = "Span, default 60 minutes.")
    private long minutes;

    @Option(
            names = "--words",
            description =
                    "Instead of --query: words that no query had then. Answered from the feature log, which keeps a"
                            + " frame every few seconds.")
    private String words;

    @Option(names = "--synonym", paramLabel = "WORDS", description = "Other words for --words; may be given again.")
    private List<String> synonyms = List.of();

    @Option(names = "--negative", paramLabel = "WORDS", description = "What must not be taken for --words.")
    private List<String> negatives = List.of();

    @Override
    public Integer call() throws Exception {
        Instant now = Instant.now();
        BacktestRequest.Builder request = BacktestRequest.newBuilder()
                .setCamera(camera)
                .setFromMs(now.minus(Duration.ofMinutes(minutes)).toEpochMilli())
                .setToMs(now.toEpochMilli())
                .setRule(rule.toRule());
        if (words != null) {
            request.setRule(request.getRule().toBuilder().setQuery(WORDS))
                    .addQueries(Query.newBuilder()
                            .setId(WORDS)
                            .setText(words)
                            .addAllSynonyms(synonyms)
                            .addAllNegatives(negatives));
        }
        print(
                api.post("/api/rules/backtest", request.build(), BacktestReport.getDefaultInstance()),
                spec.commandLine().getOut());
        return CommandLine.ExitCode.OK;
    }

    private static void print(BacktestReport report, PrintWriter out) {
        for (Alert alert : report.getAlertsList()) {
            out.printf("%s  %-6s  %s%n", Instant.ofEpochMilli(alert.getAtMs()), alert.getState(), alert.getReason());
        }
        if (report.getFrames() == 0) {
            out.println("Nothing of this camera is recorded in that time. See its state: ./segwatch camera list");
            return;
        }
        long opened = report.getAlertsList().stream()
                .filter(alert -> alert.getState() == Alert.State.OPEN)
                .count();
        out.printf("%d %s over %d frames%n", opened, opened == 1 ? "alert" : "alerts", report.getFrames());
        if (report.getCoarse()) {
            out.printf("Coarse: from one frame every %.1f s, not from every frame%n", report.getIntervalMs() / 1_000.0);
            report.getUntoldList().forEach(untold -> out.println("Cannot be told: " + untold));
        }
        if (report.getUnanswered() > 0) {
            out.printf(
                    "%d frames did not answer the rule: a query had no result, or the hourly baseline was not known%n",
                    report.getUnanswered());
        }
        // A change is in standard deviations, all else in shares.
        boolean deviations = report.getHistogramTo() > 1;
        printHistogram(report.getHistogramList(), deviations, out);
        for (ThresholdEffect effect : report.getEffectsList()) {
            out.printf("  trigger at %s: %d alerts%n", number(effect.getEnter(), deviations), effect.getOpened());
        }
        if (report.getSuggestedEnter() == 0) {
            out.println("Nothing of it was seen, so no thresholds are suggested. Keep the default ones, or take a time"
                    + " when it was there");
            return;
        }
        out.printf(
                "Suggested: --trigger %s --clear %s%n",
                number(report.getSuggestedEnter(), deviations), number(report.getSuggestedExit(), deviations));
    }

    /** A share in per cent, or deviations as they are. */
    private static String number(double value, boolean deviations) {
        return deviations ? String.format("%.1f", value) : String.format("%.1f%%", 100 * value);
    }

    /** Frames by the measure's value, in per cent or deviations; bars are logarithmic, for most frames show nothing. */
    private static void printHistogram(List<Long> bins, boolean deviations, PrintWriter out) {
        int used = bins.size();
        while (used > 0 && bins.get(used - 1) == 0) {
            used--;
        }
        for (int i = 0; i < used; i++) {
            long frames = bins.get(i);
            int bar = frames == 0 ? 0 : 1 + (int) (4 * Math.log(frames));
            String range = deviations
                    ? String.format("%4.1f-%4.1f", i / 10.0, (i + 1) / 10.0)
                    : String.format("%2d-%3d %%", i, i + 1);
            out.printf("  %s: %8d  %s%n", range, frames, "#".repeat(bar));
        }
    }
}
