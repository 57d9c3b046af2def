package io.segwatch.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Mutes a rule or a camera of a running Segwatch. */
@Command(
        name = "mute",
        description = "Tell nobody of what a rule or a camera opens; it is recorded all the same.",
        mixinStandardHelpOptions = true)
final class MuteCommand implements Callable<Integer> {
    /** What can be muted. */
    enum Kind {
        CAMERA,
        RULE
    }

    /** Without one of these, until somebody ends it. */
    static final class Until {
        @Option(names = "--minutes", description = "For so many minutes, 1 to 43200.")
        private Integer minutes;

        @Option(names = "--until-morning", description = "Until the next 07:00 of this machine's time zone.")
        private boolean morning;

        @Option(names = "--end", description = "Ends the mute.")
        private boolean end;
    }

    @Mixin
    private ApiClient api;

    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "KIND", description = "camera or rule")
    private Kind kind;

    @Parameters(index = "1", paramLabel = "ID", description = "Its id.")
    private String id;

    @ArgGroup
    private Until until = new Until();

    @Override
    public Integer call() throws Exception {
        String path = "/api/mutes/" + (kind == Kind.RULE ? "rule/" : "camera/") + ApiClient.segment(id);
        if (until.end) {
            api.send("DELETE", path, Map.of());
            spec.commandLine().getOut().println("Alerts of " + id + " are told again.");
            return CommandLine.ExitCode.OK;
        }
        JsonNode mute = api.send("PUT", path, body());
        long untilMs = mute.path("now").path("untilMs").asLong();
        spec.commandLine()
                .getOut()
                .println(id + " is muted "
                        + (untilMs == 0 ? "until somebody ends it." : "until " + Instant.ofEpochMilli(untilMs) + "."));
        return CommandLine.ExitCode.OK;
    }

    private Map<String, JsonNode> body() {
        if (until.minutes != null) {
            return Map.of("minutes", IntNode.valueOf(until.minutes));
        }
        return Map.of(
                "untilMorning",
                BooleanNode.valueOf(until.morning),
                "timeZone",
                TextNode.valueOf(ZoneId.systemDefault().getId()));
    }
}
