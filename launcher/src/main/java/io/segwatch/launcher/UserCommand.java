package io.segwatch.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.PrintWriter;
import java.util.ArrayList;
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

/** Accounts of a running Segwatch. */
@Command(
        name = "user",
        description = {
            "Add, list, change and remove accounts of a running Segwatch.",
            "The first must be an admin; from then on everybody logs in."
        },
        mixinStandardHelpOptions = true,
        subcommands = {UserCommand.Add.class, UserCommand.Listing.class, UserCommand.Set.class, UserCommand.Remove.class
        })
final class UserCommand implements Runnable {
    private static final JsonNodeFactory nodes = JsonNodeFactory.instance;

    /** What an account or a token may do. */
    enum GivenRole {
        VIEWER,
        OPERATOR,
        ADMIN
    }

    @Mixin
    private ApiClient api;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    static ArrayNode cameras(List<String> cameras) {
        ArrayNode array = nodes.arrayNode();
        cameras.forEach(array::add);
        return array;
    }

    static String camerasOf(JsonNode answer) {
        List<String> cameras = new ArrayList<>();
        answer.path("cameras").forEach(camera -> cameras.add(camera.asText()));
        return cameras.isEmpty() ? "all cameras" : "only " + String.join(", ", cameras);
    }

    @Command(
            name = "add",
            description = "Add an account; its password is asked for, or read from the input.",
            mixinStandardHelpOptions = true)
    static final class Add implements Callable<Integer> {
        @ParentCommand
        private UserCommand parent;

        @Spec
        private CommandSpec spec;

        @Parameters(paramLabel = "NAME", description = "Of a-z, 0-9 and ._@+-.")
        private String name;

        @Option(names = "--role", description = "viewer, operator or admin. Default: viewer.")
        private GivenRole role = GivenRole.VIEWER;

        @Option(names = "--camera", description = "May see this camera; may be given again. Default: all.")
        private List<String> cameras = List.of();

        @Override
        public Integer call() throws Exception {
            String password = TypedPassword.read("Password for " + name + ", 10 characters or more");
            parent.api.send(
                    "POST",
                    "/api/users",
                    Map.of(
                            "name", nodes.textNode(name),
                            "role", nodes.textNode(role.name()),
                            "cameras", cameras(cameras),
                            "password", nodes.textNode(password)));
            spec.commandLine().getOut().println("Added user " + name + " (" + role + ")");
            return CommandLine.ExitCode.OK;
        }
    }

    @Command(name = "list", description = "List them.", mixinStandardHelpOptions = true)
    static final class Listing implements Callable<Integer> {
        @ParentCommand
        private UserCommand parent;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() throws Exception {
            PrintWriter out = spec.commandLine().getOut();
            JsonNode users = parent.api.get("/api/users").path("users");
            if (users.isEmpty()) {
                out.println("No user yet: nobody is told from another. Add one: ./segwatch user add NAME --role admin");
            }
            for (JsonNode user : users) {
                out.printf(
                        "%-20s %-8s %s, %d sessions, %d tokens%s%n",
                        user.path("name").asText(),
                        user.path("role").asText(),
                        camerasOf(user),
                        user.path("sessions").asInt(),
                        user.path("tokens").asInt(),
                        user.path("disabled").asBoolean() ? ", disabled" : "");
            }
            return CommandLine.ExitCode.OK;
        }
    }

    @Command(name = "set", description = "Change an account. All its sessions end.", mixinStandardHelpOptions = true)
    static final class Set implements Callable<Integer> {
        @ParentCommand
        private UserCommand parent;

        @Spec
        private CommandSpec spec;

        @Parameters(paramLabel = "NAME")
        private String name;

        @Option(names = "--role", description = "viewer, operator or admin.")
        private GivenRole role;

        @Option(names = "--camera", description = "May see this camera and no other; may be given again.")
        private List<String> cameras = List.of();

        @Option(names = "--all-cameras", description = "May see all cameras.")
        private boolean allCameras;

        @Option(names = "--disable", description = "May no longer log in.")
        private boolean disable;

        @Option(names = "--enable", description = "May log in again.")
        private boolean enable;

        @Option(names = "--password", description = "Give it another password, which is asked for.")
        private boolean password;

        @Override
        public Integer call() throws Exception {
            Map<String, JsonNode> change = new TreeMap<>();
            if (role != null) {
                change.put("role", nodes.textNode(role.name()));
            }
            if (allCameras || !cameras.isEmpty()) {
                change.put("cameras", cameras(cameras));
            }
            if (disable || enable) {
                change.put("disabled", nodes.booleanNode(disable));
            }
            if (password) {
                change.put("password", nodes.textNode(TypedPassword.read("New password of " + name)));
            }
            if (change.isEmpty() || disable && enable || allCameras && !cameras.isEmpty()) {
                throw new CommandLine.ParameterException(
                        spec.commandLine(),
                        "Say what to change: --role, --camera or --all-cameras, --disable or --enable, --password");
            }
            parent.api.send("PUT", "/api/users/" + ApiClient.segment(name), change);
            spec.commandLine().getOut().println("Changed user " + name + "; its sessions are over");
            return CommandLine.ExitCode.OK;
        }
    }

    @Command(
            name = "remove",
            description = "Remove an account with its sessions and tokens.",
            mixinStandardHelpOptions = true)
    static final class Remove implements Callable<Integer> {
        @ParentCommand
        private UserCommand parent;

        @Spec
        private CommandSpec spec;

        @Parameters(paramLabel = "NAME")
        private String name;

        @Override
        public Integer call() throws Exception {
            parent.api.delete("/api/users/" + ApiClient.segment(name));
            spec.commandLine().getOut().println("Removed user " + name);
            return CommandLine.ExitCode.OK;
        }
    }
}
