package io.segwatch.launcher;

import io.segwatch.v1.Query;
import io.segwatch.v1.QueryStatus;
import java.util.List;
import java.util.concurrent.Callable;
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
        subcommands = {QueryCommand.Add.class, DefinitionCommand.Listing.class, DefinitionCommand.Remove.class})
final class QueryCommand extends DefinitionCommand<Query, QueryStatus> {
    QueryCommand() {
        super("query", "queries", "\"delivery van\"", Query.getDefaultInstance(), QueryStatus.getDefaultInstance());
    }

    @Override
    String statusPath() {
        return "/api/query-status";
    }

    @Override
    String line(Query query, QueryStatus status) {
        return String.format(
                "%-20s %s%s%s%s%s%s%s",
                query.getId(),
                query.getText(),
                joined("; or ", query.getSynonymsList()),
                joined("; not ", query.getNegativesList()),
                joined("; only on ", query.getCamerasList()),
                query.getThreshold() == 0 ? "" : String.format("; from %.0f %%", query.getThreshold() * 100),
                query.getDisabled() ? "; paused" : "",
                status.getReason().isEmpty() ? "" : "  (" + status.getReason() + ")");
    }

    private static String joined(String before, List<String> texts) {
        return texts.isEmpty() ? "" : before + String.join(", ", texts);
    }

    @Command(
            name = "add",
            description = "Search the cameras for something from now on.",
            mixinStandardHelpOptions = true)
    static final class Add implements Callable<Integer> {
        @ParentCommand
        private QueryCommand parent;

        @Spec
        private CommandSpec spec;

        @Parameters(paramLabel = "TEXT", description = "What to search for, in plain words.")
        private String text;

        @Option(names = "--id", description = "Default: made from the text.")
        private String id;

        @Option(names = "--synonym", description = "Another word for it; may be given again.")
        private List<String> synonyms = List.of();

        @Option(names = "--negative", description = "A word for what must not be taken for it; may be given again.")
        private List<String> negatives = List.of();

        @Option(
                names = "--threshold",
                description = "Probability from which a pixel counts, 0.05 to 0.95. Default: 0.5.")
        private double threshold;

        @Option(names = "--camera", description = "Only on this camera; may be given again. Default: all.")
        private List<String> cameras = List.of();

        @Override
        public Integer call() throws Exception {
            Query query = Query.newBuilder()
                    .setText(text)
                    .setId(id == null ? "" : id)
                    .addAllSynonyms(synonyms)
                    .addAllNegatives(negatives)
                    .addAllCameras(cameras)
                    .setThreshold(threshold)
                    .build();
            spec.commandLine().getOut().println("Added query " + parent.add(query));
            return CommandLine.ExitCode.OK;
        }
    }
}
