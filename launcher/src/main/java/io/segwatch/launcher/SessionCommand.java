package io.segwatch.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Browsers that have logged in. */
@Command(
        name = "session",
        description = "List and end the log-ins of browsers: one's own, and for an admin everybody's.",
        mixinStandardHelpOptions = true,
        subcommands = {SessionCommand.Listing.class, SessionCommand.End.class})
final class SessionCommand implements Runnable {
    @Mixin
    private ApiClient api;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    @Command(name = "list", description = "List them.", mixinStandardHelpOptions = true)
    static final class Listing implements Callable<Integer> {
        @ParentCommand
        private SessionCommand parent;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() throws Exception {
            PrintWriter out = spec.commandLine().getOut();
            JsonNode sessions = parent.api.get("/api/sessions").path("sessions");
            if (sessions.isEmpty()) {
                out.println("Nobody is logged in on a page.");
            }
            for (JsonNode session : sessions) {
                out.printf(
                        "%s  %-16s from %s, since %s, used %s  (%s)%n",
                        session.path("id").asText(),
                        session.path("user").asText(),
                        session.path("address").asText(),
                        TokenCommand.day(session.path("createdAtMs").asLong()),
                        TokenCommand.day(session.path("lastUsedAtMs").asLong()),
                        session.path("agent").asText());
            }
            return CommandLine.ExitCode.OK;
        }
    }

    @Command(name = "end", description = "End the one with this id.", mixinStandardHelpOptions = true)
    static final class End implements Callable<Integer> {
        @ParentCommand
        private SessionCommand parent;

        @Spec
        private CommandSpec spec;

        @Parameters(paramLabel = "ID")
        private String id;

        @Override
        public Integer call() throws Exception {
            parent.api.delete("/api/sessions/" + ApiClient.segment(id));
            spec.commandLine().getOut().println("Ended session " + id);
            return CommandLine.ExitCode.OK;
        }
    }
}
