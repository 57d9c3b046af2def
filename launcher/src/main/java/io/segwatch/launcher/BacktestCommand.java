package io.segwatch.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
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
    @Spec
    private CommandSpec spec;

    @Mixin
    private ApiClient api;

    @Mixin
    private RuleCommand.RuleOptions rule;

    @Option(names = "--camera", required = true)
    private String camera;

    @Option(names = "--last", paramLabel = "MINUTES", defaultValue = "60", description = "Span, default 60 minutes.")
    private long minutes;

    @Override
    public Integer call() throws Exception {
        Instant now = Instant.now();
        ObjectNode request = JsonNodeFactory.instance.objectNode();
        request.put("camera", camera)
                .put("fromMs", now.minus(Duration.ofMinutes(minutes)).toEpochMilli())
                .put("toMs", now.toEpochMilli())
                .set("rule", rule.toJson());
        print(api.post("/api/rules/backtest", request), spec.commandLine().getOut());
        return CommandLine.ExitCode.OK;
    }

    private static void print(JsonNode report, PrintWriter out) {
        int opened = 0;
        for (JsonNode alert : report.path("alerts")) {
            if (alert.path("state").asText().equals("OPEN")) {
                opened++;
            }
            out.printf(
                    "%s  %-6s  %s%n",
                    Instant.ofEpochMilli(alert.path("atMs").asLong()),
                    alert.path("state").asText(),
                    alert.path("reason").asText());
        }
        if (report.path("frames").asLong() == 0) {
            out.println("Nothing of this camera is recorded in that time. See its state: ./segwatch camera list");
            return;
        }
        out.printf(
                "%d %s over %s frames%n",
                opened, opened == 1 ? "alert" : "alerts", report.path("frames").asText());
        if (report.path("unanswered").asLong() > 0) {
            out.printf(
                    "Of %s frames the rule could say nothing: a query was not answered, or the usual for the hour was not"
                            + " known%n",
                    report.path("unanswered").asText());
        }
        // Of a change against the usual, standard deviations; else shares.
        boolean deviations = report.path("histogramTo").asDouble() > 1;
        printHistogram(report.path("histogram"), deviations, out);
        for (JsonNode effect : report.path("effects")) {
            out.printf(
                    "  enter at %s: %d alerts%n",
                    number(effect.path("enter"), deviations),
                    effect.path("opened").asInt());
        }
        out.printf(
                "Suggested: --enter %s --exit %s%n",
                number(report.path("suggestedEnter"), deviations), number(report.path("suggestedExit"), deviations));
    }

    /** A share in per cent, or deviations as they are. */
    static String number(JsonNode value, boolean deviations) {
        return deviations ? String.format("%.1f", value.asDouble()) : String.format("%.1f%%", 100 * value.asDouble());
    }

    /** Frames by the measure's value, in per cent or deviations; bars are logarithmic, for most frames show nothing. */
    private static void printHistogram(JsonNode bins, boolean deviations, PrintWriter out) {
        int used = bins.size();
        while (used > 0 && bins.path(used - 1).asLong() == 0) {
            used--;
        }
        for (int i = 0; i < used; i++) {
            long frames = bins.path(i).asLong();
            int bar = frames == 0 ? 0 : 1 + (int) (4 * Math.log(frames));
            String range = deviations
                    ? String.format("%4.1f-%4.1f", i / 10.0, (i + 1) / 10.0)
                    : String.format("%2d-%3d %%", i, i + 1);
            out.printf("  %s: %8d  %s%n", range, frames, "#".repeat(bar));
        }
    }
}
