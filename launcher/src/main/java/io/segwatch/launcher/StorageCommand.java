package io.segwatch.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import io.segwatch.config.MemorySize;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What a running Segwatch keeps. */
@Command(
        name = "storage",
        description = {
            "What is kept, for how long, how much of it, and what it will come to at the rate of the last day.",
            "For admins. Exit code: 0, and 1 when the disk will not hold it."
        },
        mixinStandardHelpOptions = true)
final class StorageCommand implements Callable<Integer> {
    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm").withZone(ZoneId.systemDefault());
    private static final Map<String, String> NAMES = Map.of(
            "frames", "frames",
            "features", "search vectors",
            "thumbnails", "thumbnails",
            "evidence", "evidence, clips",
            "observations", "observations",
            "audit", "audit",
            "failures", "failures",
            "internal", "Kafka and state");

    @Mixin
    private ApiClient api;

    @Spec
    private CommandSpec spec;

    @Option(names = "--topics", description = "Each topic of a kind, too.")
    private boolean topics;

    @Option(names = "--json", description = "As GET /api/storage answers.")
    private boolean asJson;

    @Override
    public Integer call() throws Exception {
        JsonNode storage = api.get("/api/storage");
        PrintWriter out = spec.commandLine().getOut();
        JsonNode disk = storage.path("disk");
        boolean holds = disk.path("holdsForecast").asBoolean(true);
        if (asJson) {
            out.println(storage);
            return holds ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
        }
        row(out, "kind", "holds", "a day", "may hold", "records", "oldest");
        for (JsonNode kind : storage.path("kinds")) {
            held(
                    out,
                    NAMES.getOrDefault(
                            kind.path("kind").asText(), kind.path("kind").asText()),
                    kind);
            out.println("    " + sentence(kind));
            if (topics) {
                for (JsonNode topic : kind.path("topics")) {
                    held(out, "  " + topic.path("topic").asText(), topic);
                    out.println("      " + sentence(topic));
                }
            }
        }
        held(out, "in total", storage.path("total"));
        int copies = storage.path("copies").asInt(1);
        if (copies > 1) {
            out.println("Bytes are of one copy; Kafka keeps up to " + copies + ".");
        }
        out.println();
        tell(out, disk);
        storage.path("remarks").forEach(remark -> out.println("Note: " + remark.asText()));
        return holds ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }

    private static void held(PrintWriter out, String name, JsonNode held) {
        row(
                out,
                name,
                size(held, "bytes"),
                size(held, "bytesPerDay"),
                size(held, "allowedBytes"),
                String.format(Locale.ROOT, "%,d", held.path("records").asLong()),
                held.has("oldestMs")
                        ? MINUTE.format(
                                Instant.ofEpochMilli(held.path("oldestMs").asLong()))
                        : "-");
    }

    private static void row(PrintWriter out, String... cells) {
        out.printf("%-28s %10s %10s %10s %12s  %s%n", (Object[]) cells);
    }

    private static String size(JsonNode held, String name) {
        return held.has(name) ? MemorySize.rounded(held.path(name).asLong()) : "-";
    }

    /** Which bound ends it first, and what it comes to. */
    static String sentence(JsonNode held) {
        String will = "comes to " + size(held, "willHoldBytes");
        long in = held.path("limitInMs").asLong(-1);
        return switch (held.path("limit").asText()) {
            case "TIME" ->
                "ends by time, after " + kept(held) + (in > 0 ? ", for the first time in " + span(in) : "") + "; "
                        + will;
            case "SIZE" ->
                "ends by size: only " + span(held.path("keepsMs").asLong()) + " of " + kept(held) + " fit"
                        + (in > 0 ? ", full in " + span(in) : "") + "; " + will;
            case "NONE" -> "kept for ever, the newest of each key";
            default ->
                "kept " + kept(held)
                        + (held.path("records").asLong() == 0
                                ? "; nothing has come in"
                                : "; at what rate it comes in is not known yet");
        };
    }

    private static String kept(JsonNode held) {
        long least = held.path("keptMs").asLong();
        long most = held.path("longestKeptMs").asLong(least);
        return least == most ? span(least) : span(least) + " to " + span(most);
    }

    /** In one unit, for a person. */
    private static String span(long ms) {
        Duration time = Duration.ofMillis(ms);
        if (time.toHours() < 1) {
            return Math.max(1, time.toMinutes()) + " min";
        }
        return time.toHours() < 48 ? time.toHours() + " h" : time.toDays() + " days";
    }

    private static void tell(PrintWriter out, JsonNode disk) {
        if (!disk.has("roomBytes")) {
            out.println("All topics may come to " + size(disk, "allowedBytes")
                    + " in all copies; how large the disk is, Kafka does not tell.");
            return;
        }
        String room = size(disk, "roomBytes") + " (" + size(disk, "freeBytes") + " free, " + size(disk, "usedBytes")
                + " taken by topics)";
        if (!disk.path("holdsForecast").asBoolean()) {
            out.println("THE DISK WILL BE FULL: at this rate topics come to " + size(disk, "willHoldBytes")
                    + ", and there is room for " + room + ". Kafka ends when its disk is full. Lower"
                    + " segwatch.retention.*.size of what takes most, or use a larger disk.");
        } else if (!disk.path("holdsAllowed").asBoolean()) {
            out.println("The disk is smaller than what topics may hold: " + size(disk, "allowedBytes")
                    + ", with room for " + room + ". At this rate they come to " + size(disk, "willHoldBytes")
                    + ". Lower segwatch.retention.*.size.");
        } else {
            out.println("The disk has room for all that topics may hold, " + size(disk, "allowedBytes") + ": " + room
                    + ".");
        }
    }
}
