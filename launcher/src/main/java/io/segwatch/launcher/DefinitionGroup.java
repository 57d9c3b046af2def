package io.segwatch.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** What the commands for cameras, queries and rules have in common. */
abstract class DefinitionGroup implements Runnable {
    private final String path;

    @Mixin
    private ApiClient api;

    @Spec
    private CommandSpec spec;

    DefinitionGroup(String path) {
        this.path = path;
    }

    final ApiClient api() {
        return api;
    }

    /** The id that the definition was given. */
    final String add(JsonNode definition) throws IOException, InterruptedException {
        return api.post(path, definition).path("id").asText();
    }

    @Override
    public final void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    @Command(name = "list", description = "List them, as JSON lines.", mixinStandardHelpOptions = true)
    static final class Listing implements Callable<Integer> {
        @ParentCommand
        private DefinitionGroup parent;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() throws Exception {
            for (JsonNode definition : parent.api.get(parent.path)) {
                spec.commandLine().getOut().println(definition);
            }
            return CommandLine.ExitCode.OK;
        }
    }

    @Command(name = "remove", description = "Remove the one with this id.", mixinStandardHelpOptions = true)
    static final class Remove implements Callable<Integer> {
        @ParentCommand
        private DefinitionGroup parent;

        @Parameters(paramLabel = "ID")
        private String id;

        @Override
        public Integer call() throws Exception {
            parent.api.delete(parent.path + "/" + id);
            return CommandLine.ExitCode.OK;
        }
    }
}
