package io.segwatch.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** What the commands for cameras, queries, rules and webhooks have in common. */
abstract class DefinitionGroup implements Runnable {
    private final String kind;
    private final String plural;
    private final String example;

    @Mixin
    private ApiClient api;

    @Spec
    private CommandSpec spec;

    /** The kind in singular and plural, and what to add the first one with. */
    DefinitionGroup(String kind, String plural, String example) {
        this.kind = kind;
        this.plural = plural;
        this.example = example;
    }

    /** One line for a person; {@code status} is an empty node where none is known. */
    abstract String line(JsonNode definition, JsonNode status);

    /** Where the states of these definitions are read; empty for what has none. */
    String statusPath() {
        return "";
    }

    final ApiClient api() {
        return api;
    }

    /** The id that the definition was given. */
    final String add(JsonNode definition) throws IOException, InterruptedException {
        return api.post(path(), definition).path("id").asText();
    }

    @Override
    public final void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    private String path() {
        return "/api/" + plural;
    }

    private Map<String, JsonNode> statuses() throws IOException, InterruptedException {
        Map<String, JsonNode> byId = new HashMap<>();
        if (!statusPath().isEmpty()) {
            for (JsonNode status : api.get(statusPath()).path(plural)) {
                byId.put(status.path(kind).asText(), status);
            }
        }
        return byId;
    }

    @Command(name = "list", description = "List them with their state.", mixinStandardHelpOptions = true)
    static final class Listing implements Callable<Integer> {
        @ParentCommand
        private DefinitionGroup parent;

        @Spec
        private CommandSpec spec;

        @Option(names = "--json", description = "As they are defined, one JSON object a line.")
        private boolean asJson;

        @Override
        public Integer call() throws Exception {
            var out = spec.commandLine().getOut();
            JsonNode definitions = parent.api.get(parent.path()).path(parent.plural);
            if (asJson) {
                definitions.forEach(out::println);
                return CommandLine.ExitCode.OK;
            }
            if (definitions.isEmpty()) {
                out.println(
                        "No " + parent.kind + " yet. Add one: ./segwatch " + parent.kind + " add " + parent.example);
            }
            Map<String, JsonNode> statuses = parent.statuses();
            for (JsonNode definition : definitions) {
                JsonNode status = statuses.getOrDefault(definition.path("id").asText(), MissingNode.getInstance());
                out.println(parent.line(definition, status).stripTrailing());
            }
            return CommandLine.ExitCode.OK;
        }
    }

    @Command(name = "remove", description = "Remove the one with this id.", mixinStandardHelpOptions = true)
    static final class Remove implements Callable<Integer> {
        @ParentCommand
        private DefinitionGroup parent;

        @Spec
        private CommandSpec spec;

        @Parameters(paramLabel = "ID")
        private String id;

        @Override
        public Integer call() throws Exception {
            parent.api.delete(parent.path() + "/" + id);
            spec.commandLine().getOut().println("Removed " + parent.kind + " " + id);
            return CommandLine.ExitCode.OK;
        }
    }
}
