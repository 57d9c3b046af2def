package io.segwatch.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import io.segwatch.config.Configuration;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Who did what with a running Segwatch. */
@Command(
        name = "audit",
        description = "Who did what, from where, with what outcome; the newest first. For admins.",
        mixinStandardHelpOptions = true)
final class AuditCommand implements Callable<Integer> {
    @Mixin
    private ApiClient api;

    @Spec
    private CommandSpec spec;

    @Option(names = "--last", paramLabel = "DURATION", defaultValue = "24h", description = "Span, default 24h.")
    private String last;

    @Option(names = "--who", defaultValue = "", description = "Name of an account, token or local.")
    private String who;

    @Option(names = "--camera", defaultValue = "")
    private String camera;

    @Option(names = "--action", defaultValue = "", description = "Part of it, such as camera, login or delete.")
    private String action;

    @Option(names = "--looks", description = "Also who looked at what.")
    private boolean looks;

    @Option(names = "--limit", defaultValue = "200", description = "At most 1000.")
    private int limit;

    @Option(names = "--json", description = "One JSON object a line, with what was before and after.")
    private boolean asJson;

    @Override
    public Integer call() throws Exception {
        Duration span = Configuration.duration(last);
        String path = "/api/audit?fromMs=" + Instant.now().minus(span).toEpochMilli() + "&who=" + encoded(who)
                + "&camera=" + encoded(camera) + "&action=" + encoded(action) + "&looks=" + looks + "&limit=" + limit;
        JsonNode found = api.get(path);
        PrintWriter out = spec.commandLine().getOut();
        for (JsonNode event : found.path("events")) {
            if (asJson) {
                out.println(event);
            } else {
                out.printf(
                        "%s  %-16s %-15s %-18s %s %d%n",
                        Instant.ofEpochMilli(event.path("atMs").asLong()),
                        event.path("who").asText().isEmpty()
                                ? "-"
                                : event.path("who").asText(),
                        event.path("address").asText(),
                        event.path("action").asText(),
                        event.path("object").asText(),
                        event.path("status").asInt());
            }
        }
        if (!found.path("complete").asBoolean(true)) {
            spec.commandLine().getErr().println("Note: there was too much to read in time; give a shorter --last");
        }
        return CommandLine.ExitCode.OK;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
