package io.segwatch.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
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
import picocli.CommandLine.Spec;

/** Acknowledges alerts of a running Segwatch. */
@Command(
        name = "ack",
        description = "Acknowledge alerts, so that others know that somebody has dealt with them.",
        mixinStandardHelpOptions = true)
final class AckCommand implements Callable<Integer> {
    @Mixin
    private ApiClient api;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "ALERT", arity = "1..200", description = "Ids of alerts, as in GET /api/alerts.")
    private List<String> alerts;

    @Option(names = "--note", description = "What there is to say about them, up to 500 characters.")
    private String note;

    @Option(names = "--undo", description = "Takes the acknowledgement back.")
    private boolean undo;

    @Override
    public Integer call() throws Exception {
        ArrayNode ids = JsonNodeFactory.instance.arrayNode();
        alerts.forEach(ids::add);
        Map<String, JsonNode> body = new HashMap<>(Map.of("alerts", ids, "acknowledged", BooleanNode.valueOf(!undo)));
        if (note != null) {
            body.put("note", TextNode.valueOf(note));
        }
        api.send("POST", "/api/alert-reviews", body);
        spec.commandLine().getOut().println((undo ? "Taken back: " : "Acknowledged: ") + String.join(", ", alerts));
        return CommandLine.ExitCode.OK;
    }
}
