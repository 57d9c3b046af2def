package io.segwatch.bench;

import io.segwatch.bench.alerts.AlertScore;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures how right the default rule's alerts are, on generated scenes whose truth is known. */
@Command(
        name = "alerts",
        description = "How right are the alerts? Scores the default rule, and a bare threshold, on generated scenes.",
        mixinStandardHelpOptions = true)
final class ScoreAlertsCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--scenes",
            defaultValue = "10",
            description = "Scenes of each condition, ten minutes each. Default: ${DEFAULT-VALUE}.")
    private int scenes;

    @Option(names = "--seed", defaultValue = "1", description = "Other seeds make other scenes.")
    private long seed;

    @Option(
            names = "--require",
            paramLabel = "SHARE",
            defaultValue = "0.98",
            description = "Fails when the default rule's precision or recall over all is less: ${DEFAULT-VALUE}.")
    private double required;

    @Override
    public Integer call() {
        List<AlertScore.Row> rows = AlertScore.run(scenes, seed);
        print(rows, spec.commandLine().getOut());
        AlertScore.Score all = rows.get(rows.size() - 1).rule();
        return Math.min(all.precision(), all.recall()) >= required
                ? CommandLine.ExitCode.OK
                : CommandLine.ExitCode.SOFTWARE;
    }

    /** As a Markdown table, ready for the documents. */
    private static void print(List<AlertScore.Row> rows, PrintWriter out) {
        out.println("| condition | due | alerts | precision | recall | delay, s | bare: alerts | precision | recall |");
        out.println("|---|--:|--:|--:|--:|--:|--:|--:|--:|");
        for (AlertScore.Row row : rows) {
            out.printf(
                    "| %-14s | %3d | %3d | %.3f | %.3f | %.1f | %5d | %.3f | %.3f |%n",
                    row.condition(),
                    row.rule().due(),
                    row.rule().opened(),
                    row.rule().precision(),
                    row.rule().recall(),
                    row.rule().medianDelayMs() / 1_000.0,
                    row.bareThreshold().opened(),
                    row.bareThreshold().precision(),
                    row.bareThreshold().recall());
        }
    }
}
