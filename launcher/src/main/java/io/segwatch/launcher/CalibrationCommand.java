package io.segwatch.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** What is usual for the queries of a running Segwatch. */
@Command(
        name = "calibration",
        description = "What is usual for each query, whether it has drifted, and that it is as it should be.",
        mixinStandardHelpOptions = true,
        subcommands = {CalibrationCommand.Listing.class, CalibrationCommand.Accept.class})
final class CalibrationCommand implements Runnable {
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
            description = "Usual shares, suggested thresholds and drift.",
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
            JsonNode calibrations = parent.api
                    .get("/api/calibration?camera=" + encoded(camera) + "&query=" + encoded(query))
                    .path("calibrations");
            if (calibrations.isEmpty()) {
                out.println("Nothing is calibrated yet; it begins after a minute of frames.");
            }
            calibrations.forEach(calibration -> print(calibration, out));
            return CommandLine.ExitCode.OK;
        }

        private static void print(JsonNode calibration, PrintWriter out) {
            JsonNode share = calibration.path("share");
            String zone = calibration.path("zone").asText();
            out.printf(
                    "%s %s%s: median %.1f %%, 99 of 100 frames at most %.1f %%; suggested --enter %.1f%% --exit %.1f%%; %s%n",
                    calibration.path("camera").asText(),
                    calibration.path("query").asText(),
                    zone.isEmpty() ? "" : " in " + zone,
                    100 * share.path("quantiles").path(4).asDouble(),
                    100 * share.path("quantiles").path(8).asDouble(),
                    100 * share.path("suggestedEnter").asDouble(),
                    100 * share.path("suggestedExit").asDouble(),
                    drift(calibration));
        }

        private static String drift(JsonNode calibration) {
            if (!calibration.path("driftKnown").asBoolean()) {
                return "drift not known yet";
            }
            return String.format(
                    "%s, %.1f %% away from its baseline",
                    calibration.path("drifted").asBoolean() ? "drifted" : "steady",
                    100 * calibration.path("drift").asDouble());
        }

        private static String encoded(String text) {
            return URLEncoder.encode(text, StandardCharsets.UTF_8);
        }
    }

    @Command(
            name = "accept",
            description = "What the query shows now is as it should be: drift is measured against it from now on.",
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
            ObjectNode baseline =
                    JsonNodeFactory.instance.objectNode().put("camera", camera).put("query", query);
            parent.api.post("/api/calibration/baseline", baseline);
            spec.commandLine()
                    .getOut()
                    .println("Accepted; it takes effect within a minute of frames of " + camera + ".");
            return CommandLine.ExitCode.OK;
        }
    }
}
