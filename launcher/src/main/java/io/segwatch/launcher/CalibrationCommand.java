package io.segwatch.launcher;

import io.segwatch.v1.AcceptedBaseline;
import io.segwatch.v1.Calibration;
import io.segwatch.v1.Spread;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Calibrations of a running Segwatch: how much each query usually shows, and whether that has drifted. */
@Command(
        name = "calibration",
        description = "How much each query usually shows, whether that has drifted, and accept it as the baseline.",
        mixinStandardHelpOptions = true,
        subcommands = {CalibrationCommand.Listing.class, CalibrationCommand.Accept.class})
final class CalibrationCommand implements Runnable {
    /** Places of the median and of the 99th percentile in {@link Spread}'s quantiles. */
    private static final int MEDIAN = 4;

    private static final int P99 = 8;

    @Mixin
    private ApiClient api;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    @Command(
            name = "list",
            description = "Typical shares, suggested thresholds and drift.",
            mixinStandardHelpOptions = true)
    static final class Listing implements Callable<Integer> {
        @ParentCommand
        private CalibrationCommand parent;

        @Spec
        private CommandSpec spec;

        @Option(names = "--camera", defaultValue = "", description = "Default: all.")
        private String camera;

        @Option(names = "--query", defaultValue = "", description = "Id of the query. Default: all.")
        private String query;

        @Override
        public Integer call() throws Exception {
            PrintWriter out = spec.commandLine().getOut();
            List<Calibration> calibrations = parent.api.list(
                    "/api/calibration?camera=" + encoded(camera) + "&query=" + encoded(query),
                    "calibrations",
                    Calibration.getDefaultInstance());
            if (calibrations.isEmpty()) {
                out.println("Nothing is calibrated yet; it begins after a minute of frames.");
            }
            calibrations.forEach(calibration -> print(calibration, out));
            return CommandLine.ExitCode.OK;
        }

        private static void print(Calibration calibration, PrintWriter out) {
            Spread share = calibration.getShare();
            out.printf(
                    "%s %s%s: median %.1f %%, 99 of 100 frames at most %.1f %%; %s; %s%n",
                    calibration.getCamera(),
                    calibration.getQuery(),
                    calibration.getZone().isEmpty() ? "" : " in " + calibration.getZone(),
                    100 * quantile(share, MEDIAN),
                    100 * quantile(share, P99),
                    suggested(share),
                    drift(calibration));
        }

        private static String suggested(Spread share) {
            return share.getSuggestedEnter() == 0
                    ? "nothing of it was seen, so no thresholds are suggested"
                    : String.format(
                            "suggested --trigger %.1f%% --clear %.1f%%",
                            100 * share.getSuggestedEnter(), 100 * share.getSuggestedExit());
        }

        private static double quantile(Spread spread, int index) {
            return index < spread.getQuantilesCount() ? spread.getQuantiles(index) : 0;
        }

        private static String drift(Calibration calibration) {
            if (!calibration.getDriftKnown()) {
                return "drift not known yet";
            }
            return String.format(
                    "%s, %.1f %% away from its baseline",
                    calibration.getDrifted() ? "drifted" : "steady", 100 * calibration.getDrift());
        }

        private static String encoded(String text) {
            return URLEncoder.encode(text, StandardCharsets.UTF_8);
        }
    }

    @Command(
            name = "accept",
            description = "Accept what the query shows now as its baseline: drift is measured against it from now on.",
            mixinStandardHelpOptions = true)
    static final class Accept implements Callable<Integer> {
        @ParentCommand
        private CalibrationCommand parent;

        @Spec
        private CommandSpec spec;

        @Option(names = "--camera", required = true)
        private String camera;

        @Option(names = "--query", required = true, description = "Id of the query.")
        private String query;

        @Override
        public Integer call() throws Exception {
            AcceptedBaseline baseline = AcceptedBaseline.newBuilder()
                    .setCamera(camera)
                    .setQuery(query)
                    .build();
            parent.api.post("/api/calibration/baseline", baseline, AcceptedBaseline.getDefaultInstance());
            spec.commandLine()
                    .getOut()
                    .println("Accepted; it takes effect within a minute of frames of " + camera + ".");
            return CommandLine.ExitCode.OK;
        }
    }
}
