package io.segwatch.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.segwatch.contracts.DefaultRule;
import io.segwatch.v1.Rule;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Alert rules of a running Segwatch. */
@Command(
        name = "rule",
        description = "Add, list and remove alert rules of a running Segwatch.",
        mixinStandardHelpOptions = true,
        subcommands = {RuleCommand.Add.class, DefinitionGroup.Listing.class, DefinitionGroup.Remove.class})
final class RuleCommand extends DefinitionGroup {
    RuleCommand() {
        super("rule", "rules", "--query person --enter 5% --dwell 3");
    }

    @Override
    String line(JsonNode rule, JsonNode status) {
        boolean expressed = !rule.path("expression").asText().isEmpty();
        boolean deviations = rule.path("measure").asText().equals("CHANGE");
        String zone = rule.path("zone").asText();
        return String.format(
                "%-20s %s%s%s for %.1f s%s",
                rule.path("id").asText(),
                expressed ? rule.path("expression").asText() : compared(rule, deviations),
                zone.isEmpty() ? "" : " in " + zone,
                QueryCommand.words(" on ", rule.path("cameras")),
                rule.path("dwellMs").asLong() / 1e3,
                rule.path("disabled").asBoolean() ? "; paused" : "");
    }

    private static String compared(JsonNode rule, boolean deviations) {
        String measure = rule.path("measure").asText();
        return String.format(
                "%s%s %s %s",
                rule.path("query").asText(),
                measure.equals("SHARE") ? "" : " " + measure.toLowerCase(Locale.ROOT),
                rule.path("below").asBoolean() ? "<=" : ">=",
                BacktestCommand.number(rule.path("enter"), deviations));
    }

    @Command(name = "add", description = "Open an alert when a share is crossed.", mixinStandardHelpOptions = true)
    static final class Add implements Callable<Integer> {
        @ParentCommand
        private RuleCommand parent;

        @Spec
        private CommandSpec spec;

        @Mixin
        private RuleOptions rule;

        @Option(names = "--camera", description = "Only on this camera; may be given again. Default: all.")
        private List<String> cameras = List.of();

        @Override
        public Integer call() throws Exception {
            ObjectNode json = rule.toJson();
            cameras.forEach(json.putArray("cameras")::add);
            spec.commandLine().getOut().println("Added rule " + parent.add(json));
            return CommandLine.ExitCode.OK;
        }
    }

    /** A rule as options, for `rule add` and `backtest`. */
    static final class RuleOptions {
        private static final Rule DEFAULTS = DefaultRule.of("");

        @Option(names = "--id", description = "Default: made from the name or the query.")
        private String id;

        @Option(names = "--name")
        private String name;

        @Option(names = "--query", description = "Id of the query.")
        private String query;

        @Option(
                names = "--expression",
                description = "Over several queries: \"person > 2 %% and not forklift > 1 %%\", \"car / person > 2\","
                        + " \"car > 5 %% and dwell 30 s\", \"change(person) > 3\".")
        private String expression;

        @Option(names = "--zone", description = "Id of a zone of the camera. Default: the whole frame.")
        private String zone;

        /** What the rule compares. */
        enum Measure {
            SHARE,
            PEAK_PROBABILITY,
            CHANGE,
            DRIFT
        }

        @Option(
                names = "--measure",
                defaultValue = "SHARE",
                description =
                        "share, peak_probability, change (against the usual for this hour, in standard deviations)"
                                + " or drift. Default: share.")
        private Measure measure;

        @Option(
                names = "--enter",
                paramLabel = "SHARE",
                description =
                        "Opens at this share or above: 5%% or 0.05. Default: 5%%; of a change 3 (-3 with --below).")
        private String enter;

        @Option(
                names = "--exit",
                paramLabel = "SHARE",
                description = "Closes below this share. Default: three fifths of --enter.")
        private String exit;

        @Option(names = "--below", description = "The other way round: opens at or under --enter, closes over --exit.")
        private boolean below;

        @Option(
                names = "--frames",
                paramLabel = "K/N",
                description = "K of the last N frames must meet it. Default: 3/6; 0/0 asks for every frame.")
        private String frames;

        @Option(
                names = "--dwell",
                paramLabel = "SECONDS",
                description = "Must hold this long before the alert opens. Default: 2.")
        private Double dwell;

        @Option(
                names = "--exit-dwell",
                paramLabel = "SECONDS",
                description = "Must be gone this long before it closes. Default: 2.")
        private Double exitDwell;

        @Option(
                names = "--cooldown",
                paramLabel = "SECONDS",
                description = "No new alert this long after one closed. Default: 5.")
        private Double cooldown;

        @Option(
                names = "--min-component",
                paramLabel = "SHARE",
                defaultValue = "0",
                description = "Parts of the mask under this share of the frame do not count.")
        private String minComponent;

        @Option(
                names = "--max-per-hour",
                paramLabel = "ALERTS",
                description = "Further alerts are held back and summed up in a digest. Default: no cap.")
        private int maxPerHour;

        @Option(
                names = "--hours",
                paramLabel = "HOURS",
                description = "Only then: 22:00-06:00, \"Mon-Fri 08:00-18:00\"; may be given again. Default: always.")
        private List<String> hours = List.of();

        @Option(names = "--time-zone", paramLabel = "ZONE", description = "Of --hours. Default: this machine's.")
        private String timeZone;

        ObjectNode toJson() {
            boolean change = measure == Measure.CHANGE;
            String usual = change ? (below ? "-3" : "3") : "5%";
            double enterShare = share("--enter", enter == null ? usual : enter);
            double ratio = DEFAULTS.getExit() / DEFAULTS.getEnter();
            // Less than usual is a number under 0, and closes on the way back to it.
            double usualExit = enterShare * (below && !change ? 1 / ratio : ratio);
            ObjectNode json = JsonNodeFactory.instance.objectNode();
            json.put("measure", measure.name())
                    .put("enter", enterShare)
                    .put("exit", exit == null ? usualExit : share("--exit", exit))
                    .put("below", below)
                    .put("minComponent", share("--min-component", minComponent))
                    .put("maxAlertsPerHour", maxPerHour)
                    .put("dwellMs", ms(dwell, DEFAULTS.getDwellMs()))
                    .put("exitDwellMs", ms(exitDwell, DEFAULTS.getExitDwellMs()))
                    .put("cooldownMs", ms(cooldown, DEFAULTS.getCooldownMs()));
            putFrames(json);
            if (!hours.isEmpty()) {
                ObjectNode schedule = json.putObject("schedule");
                schedule.put(
                        "timeZone", timeZone == null ? ZoneId.systemDefault().getId() : timeZone);
                ArrayNode intervals = schedule.putArray("intervals");
                hours.forEach(text -> Hours.addTo(intervals, text));
            }
            putIfGiven(json, "id", id);
            putIfGiven(json, "name", name);
            putIfGiven(json, "query", query);
            putIfGiven(json, "expression", expression);
            putIfGiven(json, "zone", zone);
            return json;
        }

        private void putFrames(ObjectNode json) {
            String text = frames == null ? DEFAULTS.getK() + "/" + DEFAULTS.getN() : frames;
            if (!text.matches("\\d{1,4}/\\d{1,4}")) {
                throw new IllegalArgumentException("--frames " + text + " is no K/N; give for example 3/6");
            }
            json.put("k", Integer.parseInt(text.substring(0, text.indexOf('/'))))
                    .put("n", Integer.parseInt(text.substring(text.indexOf('/') + 1)));
        }

        private static long ms(Double seconds, long otherwise) {
            return seconds == null ? otherwise : Math.round(seconds * 1_000);
        }

        private static void putIfGiven(ObjectNode json, String field, String value) {
            if (value != null) {
                json.put(field, value);
            }
        }

        private static double share(String option, String text) {
            boolean percent = text.strip().endsWith("%");
            String number = percent ? text.strip().substring(0, text.strip().length() - 1) : text;
            try {
                return Double.parseDouble(number.strip()) / (percent ? 100 : 1);
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(
                        option + " " + text + " is no share; give for example 5% or 0.05", e);
            }
        }
    }
}
