package io.segwatch.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Queries of a running Segwatch. */
@Command(
        name = "query",
        description = "Add, list and remove queries of a running Segwatch.",
        mixinStandardHelpOptions = true,
        subcommands = {QueryCommand.Add.class, DefinitionGroup.Listing.class, DefinitionGroup.Remove.class})
final class QueryCommand extends DefinitionGroup {
    QueryCommand() {
        super("query", "queries", "\"delivery van\"");
    }

    @Override
    String line(JsonNode query, JsonNode status) {
        return String.format(
                "%-20s %s%s%s%s%s",
                query.path("id").asText(),
                query.path("text").asText(),
                words("; or ", query.path("synonyms")),
                words("; not ", query.path("negatives")),
                words("; only on ", query.path("cameras")),
                query.path("disabled").asBoolean() ? "; paused" : "");
    }

    /** The texts of an array, or nothing where it is empty. */
    static String words(String before, JsonNode several) {
        return several.isEmpty()
                ? ""
                : StreamSupport.stream(several.spliterator(), false)
                        .map(JsonNode::asText)
                        .collect(Collectors.joining(", ", before, ""));
    }

    @Command(name = "add", description = "Look for something from now on.", mixinStandardHelpOptions = true)
    static final class Add implements Callable<Integer> {
        @ParentCommand
        private QueryCommand parent;

        @Spec
        private CommandSpec spec;

        @Parameters(paramLabel = "TEXT", description = "What to look for, in plain words.")
        private String text;

        @Option(names = "--id", description = "Default: made from the text.")
        private String id;

        @Option(names = "--synonym", description = "Another word for it; may be given again.")
        private List<String> synonyms = List.of();

        @Option(names = "--negative", description = "A word for what must not be taken for it; may be given again.")
        private List<String> negatives = List.of();

        @Option(names = "--camera", description = "Only on this camera; may be given again. Default: all.")
        private List<String> cameras = List.of();

        @Override
        public Integer call() throws Exception {
            ObjectNode query = JsonNodeFactory.instance.objectNode();
            query.put("text", text);
            if (id != null) {
                query.put("id", id);
            }
            synonyms.forEach(query.putArray("synonyms")::add);
            negatives.forEach(query.putArray("negatives")::add);
            cameras.forEach(query.putArray("cameras")::add);
            spec.commandLine().getOut().println("Added query " + parent.add(query));
            return CommandLine.ExitCode.OK;
        }
    }
}
