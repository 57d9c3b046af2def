package io.segwatch.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Another model in a running Segwatch: compared, tried on some cameras, switched to, and rolled back. */
@Command(
        name = "model",
        description = "Compare another model with the one that runs, try it on some cameras, switch to it, go back.",
        mixinStandardHelpOptions = true,
        subcommands = {
            ModelCommand.Status.class,
            ModelCommand.Shadow.class,
            ModelCommand.Canary.class,
            ModelCommand.Switch.class,
            ModelCommand.Rollback.class
        })
final class ModelCommand implements Runnable {
    private static final String PATH = "/api/model-rollout";

    @Mixin
    private ApiClient api;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    private JsonNode step(String state, List<String> cameras, boolean force) throws Exception {
        Map<String, JsonNode> body = new LinkedHashMap<>();
        body.put("state", TextNode.valueOf(state));
        ArrayNode named = JsonNodeFactory.instance.arrayNode();
        cameras.forEach(named::add);
        body.put("cameras", named);
        body.put("force", BooleanNode.valueOf(force));
        return api.send("PUT", PATH, body);
    }

    @Command(
            name = "status",
            description = "Which model runs, which candidate there is, how far its rollout is, how both compare.",
            mixinStandardHelpOptions = true)
    static final class Status implements Callable<Integer> {
        @ParentCommand
        private ModelCommand parent;

        @Spec
        private CommandSpec spec;

        @Option(names = "--json", description = "As the API answers it.")
        private boolean json;

        @Override
        public Integer call() throws Exception {
            JsonNode answer = parent.api.get(PATH);
            PrintWriter out = spec.commandLine().getOut();
            if (json) {
                out.println(answer);
                return CommandLine.ExitCode.OK;
            }
            rollout(answer.path("rollout"), out);
            answer.path("workers").forEach(worker -> worker(worker, out));
            if (answer.path("workers").isEmpty()) {
                out.println("No process with the role inference reports.");
            }
            answer.path("comparisons").forEach(each -> comparison(each, out));
            return CommandLine.ExitCode.OK;
        }

        private static void rollout(JsonNode rollout, PrintWriter out) {
            if (rollout.isMissingNode()) {
                out.println("No rollout. ./segwatch model shadow begins one.");
                return;
            }
            out.printf(
                    "%s: %s since %s, by %s%s%n",
                    rollout.path("model").asText(),
                    rollout.path("state").asText(),
                    Instant.ofEpochMilli(rollout.path("changedAtMs").asLong()),
                    rollout.path("by").asText(),
                    cameras(rollout));
        }

        private static String cameras(JsonNode rollout) {
            return switch (rollout.path("state").asText()) {
                case "SHADOW" -> "; compares " + named(rollout.path("compared"), "all cameras");
                case "CANARY" -> "; observes " + named(rollout.path("canaries"), "no camera that you may see");
                default -> "";
            };
        }

        private static String named(JsonNode cameras, String none) {
            List<String> names = new ArrayList<>();
            cameras.forEach(camera -> names.add(camera.asText()));
            return names.isEmpty() ? none : String.join(", ", names);
        }

        private static void worker(JsonNode worker, PrintWriter out) {
            JsonNode candidate = worker.path("candidate");
            out.printf(
                    "%s runs %s; %s%n",
                    worker.path("worker").asText(), worker.path("model").asText(), told(candidate));
            candidate
                    .path("queries")
                    .forEach(query -> out.printf(
                            "  %s: %s%n",
                            query.path("query").asText(), query.path("reason").asText()));
        }

        private static String told(JsonNode candidate) {
            String fault = candidate.path("fault").asText();
            String model = candidate.path("model").asText();
            if (!fault.isEmpty()) {
                return "candidate " + (model.isEmpty() ? "" : model + " ") + "cannot be used: " + fault;
            }
            if (model.isEmpty()) {
                return "no candidate (segwatch.inference.candidate-model)";
            }
            return "candidate " + model + " ("
                    + candidate.path("fingerprint").asText().substring(0, 12) + ") "
                    + (candidate.path("loaded").asBoolean()
                            ? "is in memory, compared on "
                                    + candidate.path("framesCompared").asLong() + " frames"
                            : "is not in memory");
        }

        private static void comparison(JsonNode each, PrintWriter out) {
            out.printf(
                    "%s %s%s: %d frames, %.1f %%, with the candidate %.1f %%; differ by %.1f %% on average, 95 of 100"
                            + " frames by at most %.1f %%; correlation %s; masks overlap %s%n",
                    each.path("camera").asText(),
                    each.path("query").asText(),
                    each.path("zone").asText().isEmpty()
                            ? ""
                            : " in " + each.path("zone").asText(),
                    each.path("frames").asLong(),
                    100 * each.path("meanShare").asDouble(),
                    100 * each.path("candidateMeanShare").asDouble(),
                    100 * each.path("meanDifference").asDouble(),
                    100 * each.path("p95Difference").asDouble(),
                    each.has("correlation")
                            ? String.format("%.2f", each.path("correlation").asDouble())
                            : "not known",
                    each.path("framesWithMask").asLong() == 0
                            ? "not known"
                            : String.format("%.2f", each.path("iou").asDouble()));
        }
    }

    @Command(
            name = "shadow",
            description = "Begin a rollout of the candidate: some frames are encoded by it too, and areas compared.",
            mixinStandardHelpOptions = true)
    static final class Shadow implements Callable<Integer> {
        @ParentCommand
        private ModelCommand parent;

        @Spec
        private CommandSpec spec;

        @Option(names = "--camera", description = "May be given again. Default: all.")
        private List<String> cameras = new ArrayList<>();

        @Override
        public Integer call() throws Exception {
            JsonNode rollout = parent.step("SHADOW", cameras, false);
            spec.commandLine()
                    .getOut()
                    .println(rollout.path("model").asText()
                            + " is compared with the running model; ./segwatch model status tells how.");
            return CommandLine.ExitCode.OK;
        }
    }

    @Command(
            name = "canary",
            description = "Let the candidate observe these cameras, and no others.",
            mixinStandardHelpOptions = true)
    static final class Canary implements Callable<Integer> {
        @ParentCommand
        private ModelCommand parent;

        @Spec
        private CommandSpec spec;

        @Option(names = "--camera", required = true, description = "May be given again.")
        private List<String> cameras;

        @Override
        public Integer call() throws Exception {
            JsonNode rollout = parent.step("CANARY", cameras, false);
            spec.commandLine()
                    .getOut()
                    .println(rollout.path("model").asText() + " observes " + String.join(", ", cameras) + ".");
            return CommandLine.ExitCode.OK;
        }
    }

    @Command(name = "switch", description = "Let the candidate observe every camera.", mixinStandardHelpOptions = true)
    static final class Switch implements Callable<Integer> {
        @ParentCommand
        private ModelCommand parent;

        @Spec
        private CommandSpec spec;

        @Option(names = "--force", description = "Also when no frame has been compared.")
        private boolean force;

        @Override
        public Integer call() throws Exception {
            JsonNode rollout = parent.step("SWITCHED", List.of(), force);
            spec.commandLine()
                    .getOut()
                    .println(rollout.path("model").asText()
                            + " observes every camera. Set segwatch.inference.model to its directory before the next"
                            + " start; ./segwatch model rollback goes back.");
            return CommandLine.ExitCode.OK;
        }
    }

    @Command(
            name = "rollback",
            description = "Let the candidate observe no camera any more.",
            mixinStandardHelpOptions = true)
    static final class Rollback implements Callable<Integer> {
        @ParentCommand
        private ModelCommand parent;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() throws Exception {
            JsonNode rollout = parent.step("ROLLED_BACK", List.of(), false);
            spec.commandLine()
                    .getOut()
                    .println(rollout.path("model").asText()
                            + " observes no camera any more; the model of segwatch.inference.model does.");
            return CommandLine.ExitCode.OK;
        }
    }
}
