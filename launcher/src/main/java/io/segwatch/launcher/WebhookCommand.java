package io.segwatch.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.segwatch.config.Configuration;
import java.security.SecureRandom;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Webhooks of a running Segwatch. */
@Command(
        name = "webhook",
        description = "Add, list and remove webhooks of a running Segwatch, and have alerts posted again.",
        mixinStandardHelpOptions = true,
        subcommands = {
            WebhookCommand.Add.class,
            DefinitionGroup.Listing.class,
            WebhookCommand.Rotate.class,
            DefinitionGroup.Remove.class,
            WebhookCommand.Replay.class
        })
final class WebhookCommand extends DefinitionGroup {
    private static final int SECRET_BYTES = 32;

    WebhookCommand() {
        super("webhook", "webhooks", "https://example.com/alerts");
    }

    @Override
    String statusPath() {
        return "/api/webhook-status";
    }

    @Override
    String line(JsonNode webhook, JsonNode status) {
        return String.format(
                "%-20s %-9s %6s waiting  %s  %s",
                webhook.path("id").asText(),
                status.path("state").asText("UNKNOWN").replace("STATE_UNSPECIFIED", "UNKNOWN"),
                status.path("backlog").asText("?"),
                webhook.path("url").asText(),
                status.path("reason").asText());
    }

    @Command(
            name = "add",
            description = "Post alerts to an address, signed. Without --secret, one is made and shown this once.",
            mixinStandardHelpOptions = true)
    static final class Add implements Callable<Integer> {
        @ParentCommand
        private WebhookCommand parent;

        @Spec
        private CommandSpec spec;

        @Parameters(paramLabel = "URL", description = "http:// or https:// address.")
        private String url;

        @Option(names = "--id", description = "Default: made from the name or the address.")
        private String id;

        @Option(names = "--name")
        private String name;

        @Option(
                names = "--rule",
                description = "Only alerts of this rule, or drift:QUERY; may be given again. Default: all.")
        private List<String> rules = List.of();

        @Option(names = "--camera", description = "Only alerts of this camera; may be given again. Default: all.")
        private List<String> cameras = List.of();

        @Option(
                names = "--state",
                split = ",",
                description = "Only these of open, update, close, digest. Default: all.")
        private List<String> states = List.of();

        @Option(
                names = "--binary",
                description = "CloudEvents in binary mode (attributes as headers, the alert as body) rather than"
                        + " structured.")
        private boolean binary;

        @Option(
                names = "--secret",
                interactive = true,
                arity = "0..1",
                description = "whsec_ and 24 to 64 bytes in base64. Asked for when no value is given.")
        private char[] secret;

        @Override
        public Integer call() throws Exception {
            String key = secret == null ? newSecret() : new String(secret);
            ObjectNode webhook = JsonNodeFactory.instance.objectNode();
            webhook.put("url", url)
                    .put("format", binary ? "BINARY" : "STRUCTURED")
                    .put("secret", key);
            rules.forEach(webhook.putArray("rules")::add);
            cameras.forEach(webhook.putArray("cameras")::add);
            var wanted = webhook.putArray("states");
            states.forEach(state -> wanted.add(state.strip().toUpperCase(Locale.ROOT)));
            if (id != null) {
                webhook.put("id", id);
            }
            if (name != null) {
                webhook.put("name", name);
            }
            var out = spec.commandLine().getOut();
            out.println("Added webhook " + parent.add(webhook));
            if (secret == null) {
                out.println("Its secret, which is not shown again: " + key);
            }
            return CommandLine.ExitCode.OK;
        }
    }

    private static String newSecret() {
        byte[] bytes = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(bytes);
        return "whsec_" + Base64.getEncoder().encodeToString(bytes);
    }

    @Command(
            name = "rotate",
            description = "Give a webhook a new secret, shown this once. Alerts are signed with both for a day.",
            mixinStandardHelpOptions = true)
    static final class Rotate implements Callable<Integer> {
        @ParentCommand
        private WebhookCommand parent;

        @Spec
        private CommandSpec spec;

        @Parameters(paramLabel = "ID")
        private String id;

        @Override
        public Integer call() throws Exception {
            String secret = newSecret();
            ObjectNode webhook = (ObjectNode) parent.api().get("/api/webhooks/" + id);
            parent.api().put("/api/webhooks/" + id, webhook.put("secret", secret));
            spec.commandLine()
                    .getOut()
                    .println("The new secret of " + id + ", which is not shown again: " + secret + "\n"
                            + "Until this time tomorrow alerts are signed with the old one too.");
            return CommandLine.ExitCode.OK;
        }
    }

    @Command(
            name = "replay",
            description = "Have alerts posted to a webhook again, under the ids that they had.",
            mixinStandardHelpOptions = true)
    static final class Replay implements Callable<Integer> {
        @ParentCommand
        private WebhookCommand parent;

        @Spec
        private CommandSpec spec;

        @Parameters(paramLabel = "ID")
        private String id;

        @Option(
                names = "--dead-letter",
                description = "Those that were given up, rather than all that the alerts topic holds.")
        private boolean deadLetter;

        @Option(
                names = "--from",
                required = true,
                paramLabel = "TIME",
                description = "2026-11-24T10:00:00Z, or how long ago: 2h.")
        private String from;

        @Option(names = "--to", paramLabel = "TIME", description = "As --from. Default: now.")
        private String to = "0s";

        @Override
        public Integer call() throws Exception {
            ObjectNode replay = JsonNodeFactory.instance.objectNode();
            replay.put("source", deadLetter ? "DEAD_LETTER" : "ALERTS")
                    .put("fromMs", time("--from", from))
                    .put("toMs", time("--to", to));
            JsonNode asked = parent.api().post("/api/webhooks/" + id + "/replay", replay);
            spec.commandLine()
                    .getOut()
                    .println("Asked for replay " + asked.path("id").asText()
                            + "; ./segwatch webhook list shows what waits");
            return CommandLine.ExitCode.OK;
        }

        private static long time(String option, String text) {
            try {
                return Instant.parse(text).toEpochMilli();
            } catch (DateTimeException e) {
                return System.currentTimeMillis() - ago(option, text).toMillis();
            }
        }

        private static Duration ago(String option, String text) {
            try {
                return Configuration.duration(text);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        option + " " + text
                                + " is no time; give for example 2026-11-24T10:00:00Z, or 2h for two hours ago",
                        e);
            }
        }
    }
}
