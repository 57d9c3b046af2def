package io.segwatch.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** What programs show to a running Segwatch. */
@Command(
        name = "token",
        description = "Create, list and revoke tokens of programs.",
        mixinStandardHelpOptions = true,
        subcommands = {TokenCommand.Create.class, TokenCommand.Listing.class, TokenCommand.Revoke.class})
final class TokenCommand implements Runnable {
    @Mixin
    private ApiClient api;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    @Command(
            name = "create",
            description = "Make a token, and print it: it is shown this once.",
            mixinStandardHelpOptions = true)
    static final class Create implements Callable<Integer> {
        @ParentCommand
        private TokenCommand parent;

        @Spec
        private CommandSpec spec;

        @Parameters(paramLabel = "NAME", description = "What it is for, in the list.")
        private String name;

        @Option(names = "--role", description = "viewer, operator or admin. Default: viewer.")
        private UserCommand.GivenRole role = UserCommand.GivenRole.VIEWER;

        @Option(names = "--camera", description = "May see this camera; may be given again. Default: its account's.")
        private List<String> cameras = List.of();

        @Option(names = "--days", defaultValue = "90", description = "Until it expires, 1 to 366. Default: 90.")
        private int days;

        @Option(names = "--user", description = "Whose it is, by an admin. Default: of who asks.")
        private String user;

        @Override
        public Integer call() throws Exception {
            JsonNodeFactory nodes = JsonNodeFactory.instance;
            Map<String, JsonNode> body = new TreeMap<>(Map.of(
                    "name", nodes.textNode(name),
                    "role", nodes.textNode(role.name()),
                    "cameras", UserCommand.cameras(cameras),
                    "expiresAtMs",
                            nodes.numberNode(System.currentTimeMillis()
                                    + Duration.ofDays(days).toMillis()
                                    - 60_000)));
            if (user != null) {
                body.put("user", nodes.textNode(user));
            }
            JsonNode made = parent.api.send("POST", "/api/tokens", body);
            spec.commandLine().getErr().println("Token " + name + "; it is shown this once:");
            spec.commandLine().getOut().println(made.path("token").asText());
            return CommandLine.ExitCode.OK;
        }
    }

    @Command(name = "list", description = "List them.", mixinStandardHelpOptions = true)
    static final class Listing implements Callable<Integer> {
        @ParentCommand
        private TokenCommand parent;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() throws Exception {
            PrintWriter out = spec.commandLine().getOut();
            JsonNode tokens = parent.api.get("/api/tokens").path("tokens");
            if (tokens.isEmpty()) {
                out.println("No token yet. Make one: ./segwatch token create NAME");
            }
            for (JsonNode token : tokens) {
                out.printf(
                        "%s  %-16s %-8s %s, until %s, %s  (%s)%n",
                        token.path("id").asText(),
                        token.path("user").asText(),
                        token.path("role").asText(),
                        UserCommand.camerasOf(token),
                        day(token.path("expiresAtMs").asLong()),
                        token.path("lastUsedAtMs").asLong() == 0
                                ? "never used"
                                : "used " + day(token.path("lastUsedAtMs").asLong()),
                        token.path("name").asText());
            }
            return CommandLine.ExitCode.OK;
        }
    }

    static String day(long ms) {
        return Instant.ofEpochMilli(ms).toString().substring(0, 16) + "Z";
    }

    @Command(name = "revoke", description = "Revoke the one with this id.", mixinStandardHelpOptions = true)
    static final class Revoke implements Callable<Integer> {
        @ParentCommand
        private TokenCommand parent;

        @Spec
        private CommandSpec spec;

        @Parameters(paramLabel = "ID")
        private String id;

        @Override
        public Integer call() throws Exception {
            parent.api.delete("/api/tokens/" + ApiClient.segment(id));
            spec.commandLine().getOut().println("Revoked token " + id);
            return CommandLine.ExitCode.OK;
        }
    }
}
