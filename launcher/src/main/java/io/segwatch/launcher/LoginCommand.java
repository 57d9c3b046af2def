package io.segwatch.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Logs in once, so that the other commands need no token. */
@Command(
        name = "login",
        description = {
            "Log in with an account's name and password, which is asked for or read from the input.",
            "A token of 30 days is kept in ~/.config/segwatch/tokens.json, for this server. $SEGWATCH_DASHBOARD_TOKEN wins."
        },
        mixinStandardHelpOptions = true)
final class LoginCommand implements Callable<Integer> {
    @Mixin
    private ApiClient api;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "NAME", description = "Of the account.")
    private String name;

    @Override
    public Integer call() throws Exception {
        String password = TypedPassword.read("Password of " + name);
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        JsonNode made = api.send(
                "POST",
                "/api/login",
                Map.of(
                        "name", nodes.textNode(name),
                        "password", nodes.textNode(password),
                        "client", nodes.textNode("segwatch login of " + System.getProperty("user.name"))));
        KeptTokens kept = KeptTokens.own();
        kept.keep(api.server(), made.path("token").asText());
        spec.commandLine()
                .getOut()
                .println("Logged in at " + api.server() + " as "
                        + made.path("user").asText() + " (" + made.path("role").asText() + "); the token is in "
                        + kept.file());
        return CommandLine.ExitCode.OK;
    }

    /** Ends what {@link LoginCommand} began. */
    @Command(
            name = "logout",
            description = "End the log-in of this server, and forget its token.",
            mixinStandardHelpOptions = true)
    static final class Logout implements Callable<Integer> {
        @Mixin
        private ApiClient api;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() throws Exception {
            KeptTokens kept = KeptTokens.own();
            boolean loggedIn = kept.find(api.server()).isPresent();
            if (loggedIn) {
                try {
                    api.send("DELETE", "/api/login", Map.of());
                } finally {
                    // Also when the server has forgotten it already.
                    kept.forget(api.server());
                }
            }
            spec.commandLine()
                    .getOut()
                    .println((loggedIn ? "Logged out of " : "There is no log-in at ") + api.server());
            return CommandLine.ExitCode.OK;
        }
    }
}
