package io.segwatch.launcher;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.List;
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

/**
 * What the commands for cameras, queries, rules and webhooks have in common.
 *
 * @param <D> the definition
 * @param <S> what is known of its state
 */
abstract class DefinitionCommand<D extends Message, S extends Message> implements Runnable {
    private final String kind;
    private final String plural;
    private final String example;
    private final D definition;
    private final S status;

    @Mixin
    private ApiClient api;

    @Spec
    private CommandSpec spec;

    /**
     * Names the kind.
     *
     * @param kind in the singular, as in the contracts
     * @param plural as in the API's paths
     * @param example what to add the first one with
     * @param definition an empty one
     * @param status an empty one
     */
    DefinitionCommand(String kind, String plural, String example, D definition, S status) {
        this.kind = kind;
        this.plural = plural;
        this.example = example;
        this.definition = definition;
        this.status = status;
    }

    /** One line for a person; {@code status} is empty where none is known. */
    abstract String line(D definition, S status);

    /** Where the states of these definitions are read; empty for a kind that has none. */
    String statusPath() {
        return "";
    }

    final ApiClient api() {
        return api;
    }

    /** Adds the definition; the id that it was given. */
    final String add(Message added) throws IOException, InterruptedException {
        return add(added, Map.of());
    }

    /** Adds the definition with secrets that it does not hold; the id that it was given. */
    final String add(Message added, Map<String, String> secrets) throws IOException, InterruptedException {
        String id = idOf(api.post(path(), added, secrets, definition));
        note(spec.commandLine().getErr());
        return id;
    }

    /** Says what the answer to the last change holds against it. */
    final void note(PrintWriter err) {
        api.warnings().forEach(warning -> err.println("Note: " + warning));
    }

    @Override
    public final void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    final String path() {
        return "/api/" + plural;
    }

    private void list(PrintWriter out) throws IOException, InterruptedException {
        List<D> definitions = api.list(path(), plural, definition);
        if (definitions.isEmpty()) {
            out.println("No " + kind + " yet. Add one: ./segwatch " + kind + " add " + example);
        }
        Map<String, S> statuses = new HashMap<>();
        if (!statusPath().isEmpty()) {
            api.list(statusPath(), plural, status).forEach(known -> statuses.put(idOf(known), known));
        }
        for (D defined : definitions) {
            out.println(
                    line(defined, statuses.getOrDefault(idOf(defined), status)).stripTrailing());
        }
    }

    /** Field 1 of a definition is its id, and of a status the id of what it is the status of. */
    private static String idOf(Message message) {
        FieldDescriptor id = message.getDescriptorForType().findFieldByNumber(1);
        return (String) message.getField(id);
    }

    @Command(name = "list", description = "List them with their state.", mixinStandardHelpOptions = true)
    static final class Listing implements Callable<Integer> {
        @ParentCommand
        private DefinitionCommand<?, ?> parent;

        @Spec
        private CommandSpec spec;

        @Option(names = "--json", description = "As they are defined, one JSON object a line.")
        private boolean asJson;

        @Override
        public Integer call() throws Exception {
            PrintWriter out = spec.commandLine().getOut();
            if (asJson) {
                parent.api.get(parent.path()).path(parent.plural).forEach(out::println);
            } else {
                parent.list(out);
            }
            return CommandLine.ExitCode.OK;
        }
    }

    @Command(name = "remove", description = "Remove the one with this id.", mixinStandardHelpOptions = true)
    static final class Remove implements Callable<Integer> {
        @ParentCommand
        private DefinitionCommand<?, ?> parent;

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
