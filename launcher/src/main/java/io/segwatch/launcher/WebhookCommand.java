package io.segwatch.launcher;

import com.google.protobuf.Empty;
import io.segwatch.config.Configuration;
import io.segwatch.contracts.CameraUrl;
import io.segwatch.contracts.Definitions;
import io.segwatch.contracts.WebhookUrl;
import io.segwatch.secrets.Secrets;
import io.segwatch.v1.Alert;
import io.segwatch.v1.Webhook;
import io.segwatch.v1.WebhookReplay;
import io.segwatch.v1.WebhookStatus;
import io.segwatch.v1.WebhookTest;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
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
        description = "Add, list and remove webhooks of a running Segwatch, and post alerts again.",
        mixinStandardHelpOptions = true,
        subcommands = {
            WebhookCommand.Add.class,
            DefinitionCommand.Listing.class,
            WebhookCommand.Rotate.class,
            DefinitionCommand.Remove.class,
            WebhookCommand.Test.class,
            WebhookCommand.Replay.class
        })
final class WebhookCommand extends DefinitionCommand<Webhook, WebhookStatus> {
    WebhookCommand() {
        super(
                "webhook",
                "webhooks",
                "https://example.com/alerts",
                Webhook.getDefaultInstance(),
                WebhookStatus.getDefaultInstance());
    }

    @Override
    String statusPath() {
        return "/api/webhook-status";
    }

    @Override
    String line(Webhook webhook, WebhookStatus status) {
        boolean known = status.getState() != WebhookStatus.State.STATE_UNSPECIFIED;
        return String.format(
                "%-20s %-9s %6s waiting  %s  %s",
                webhook.getId(),
                known ? status.getState() : "UNKNOWN",
                known ? status.getBacklog() : "?",
                CameraUrl.parse(webhook.getUrl()).origin(),
                status.getReason());
    }

    @Command(
            name = "add",
            description =
                    "Post alerts to an address, signed, or to a chat service. Without --secret, one is made where the"
                            + " format is signed, and shown this once.",
            mixinStandardHelpOptions = true)
    static final class Add implements Callable<Integer> {
        @ParentCommand
        private WebhookCommand parent;

        @Spec
        private CommandSpec spec;

        @Parameters(paramLabel = "URL", description = "http:// or https:// address; - reads it from standard input.")
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
                names = "--format",
                description = "structured or binary (CloudEvents, signed), slack, teams (Workflows), discord, ntfy."
                        + " Default: structured.")
        private String format;

        @Option(names = "--binary", description = "As --format binary.")
        private boolean binary;

        @Option(
                names = "--secret",
                interactive = true,
                arity = "0..1",
                description = "whsec_ and 24 to 64 bytes in base64. Asked for when no value is given.")
        private char[] secret;

        @Override
        public Integer call() throws Exception {
            Webhook.Format format = format();
            Map<String, String> secrets = new HashMap<>();
            String address = SecretInput.address(url);
            if (url.equals(address) && holdsSecret(address, format)) {
                SecretInput.warn(
                        spec, "A secret part of the address", "give - as the address and write it to standard input");
            }
            if (secret != null) {
                SecretInput.warn(spec, "--secret", secret);
                secrets.put("secret", new String(secret));
            } else if (Definitions.isSigned(format)) {
                secrets.put("secret", Secrets.random());
            }
            Webhook webhook = Webhook.newBuilder()
                    .setUrl(address)
                    .setFormat(format)
                    .setId(id == null ? "" : id)
                    .setName(name == null ? "" : name)
                    .addAllRules(rules)
                    .addAllCameras(cameras)
                    .addAllStates(states.stream().map(Add::state).toList())
                    .build();
            var out = spec.commandLine().getOut();
            out.println("Added webhook " + parent.add(webhook, secrets));
            if (secret == null && !secrets.isEmpty()) {
                out.println("Its secret, which is not shown again: " + secrets.get("secret"));
            }
            return CommandLine.ExitCode.OK;
        }

        private static boolean holdsSecret(String address, Webhook.Format format) {
            try {
                return !WebhookUrl.parse(address, format).secrets().isEmpty();
            } catch (IllegalArgumentException e) {
                // Told by the dashboard, by its field.
                return false;
            }
        }

        private Webhook.Format format() {
            if (format != null && binary) {
                throw new IllegalArgumentException("--binary is --format binary; give one of the two");
            }
            String name = format == null ? (binary ? "binary" : "structured") : format;
            return Stream.of(Webhook.Format.values())
                    .filter(one -> one != Webhook.Format.UNRECOGNIZED)
                    .filter(one -> one.name().equals(name.strip().toUpperCase(Locale.ROOT)))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(
                            "--format " + name + " is none; give structured, binary, slack, teams, discord or ntfy"));
        }

        private static Alert.State state(String text) {
            return switch (text.strip().toLowerCase(Locale.ROOT)) {
                case "open" -> Alert.State.OPEN;
                case "update" -> Alert.State.UPDATE;
                case "close" -> Alert.State.CLOSE;
                case "digest" -> Alert.State.DIGEST;
                default ->
                    throw new IllegalArgumentException(
                            "--state " + text + " is no state of an alert; give open, update, close or digest");
            };
        }
    }

    /** What is done with one webhook. */
    abstract static class OnOne implements Callable<Integer> {
        @ParentCommand
        WebhookCommand parent;

        @Spec
        CommandSpec spec;

        @Parameters(paramLabel = "ID")
        String id;
    }

    @Command(
            name = "rotate",
            description = "Give a webhook a new secret, shown this once. Alerts are signed with both for a day.",
            mixinStandardHelpOptions = true)
    static final class Rotate extends OnOne {
        @Override
        public Integer call() throws Exception {
            String secret = Secrets.random();
            parent.api().putSecrets(parent.path() + "/" + id, Map.of("secret", secret));
            spec.commandLine()
                    .getOut()
                    .println("The new secret of " + id + ", which is not shown again: " + secret + "\n"
                            + "Until this time tomorrow alerts are signed with the old one too.");
            return CommandLine.ExitCode.OK;
        }
    }

    @Command(
            name = "test",
            description = "Post a test, which is no alert, and say how it went. Exits with 1 when it was not accepted.",
            mixinStandardHelpOptions = true)
    static final class Test extends OnOne {
        @Override
        public Integer call() throws Exception {
            WebhookTest test = parent.api()
                    .post(
                            parent.path() + "/" + id + "/test",
                            Empty.getDefaultInstance(),
                            WebhookTest.getDefaultInstance());
            String answer = test.getStatus() == 0 ? "no answer" : "answer " + test.getStatus();
            spec.commandLine()
                    .getOut()
                    .println((test.getAccepted() ? "Accepted" : "Not accepted") + " (" + answer + ", "
                            + test.getTookMs() + " ms)" + (test.getReason().isEmpty() ? "" : ": " + test.getReason()));
            return test.getAccepted() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
        }
    }

    @Command(
            name = "replay",
            description = "Post alerts to a webhook again, under the ids that they had.",
            mixinStandardHelpOptions = true)
    static final class Replay extends OnOne {
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
            WebhookReplay replay = WebhookReplay.newBuilder()
                    .setSource(deadLetter ? WebhookReplay.Source.DEAD_LETTER : WebhookReplay.Source.ALERTS)
                    .setFromMs(time("--from", from))
                    .setToMs(time("--to", to))
                    .build();
            WebhookReplay accepted =
                    parent.api().post(parent.path() + "/" + id + "/replay", replay, WebhookReplay.getDefaultInstance());
            spec.commandLine()
                    .getOut()
                    .println("Requested replay " + accepted.getId() + "; ./segwatch webhook list shows what waits");
            return CommandLine.ExitCode.OK;
        }

        private static long time(String option, String text) {
            try {
                return Instant.parse(text).toEpochMilli();
            } catch (DateTimeException | ArithmeticException e) {
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
