package io.segwatch.launcher;

import io.segwatch.config.Configuration;
import io.segwatch.contracts.DefaultRule;
import io.segwatch.v1.Rule;
import io.segwatch.v1.Schedule;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** A rule as options, for `rule add` and `backtest`. A picocli mixin. */
final class RuleOptions {
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

    @Option(names = "--zone", description = "Id of a zone of the camera. Default: the whole picture.")
    private String zone;

    @Option(
            names = "--measure",
            defaultValue = "share",
            converter = MeasureName.class,
            description = "share, peak-confidence, change (against the hourly baseline, in standard deviations) or"
                    + " drift. Default: share.")
    private Rule.Measure measure;

    @Option(
            names = {"--trigger", "--enter"},
            paramLabel = "THRESHOLD",
            description =
                    "Trigger above this: 5%% or 0.05. Default: 5%%; of a peak confidence 50%%, of a drift 30%%, of"
                            + " a change 3 (-3 with --absence).")
    private String trigger;

    @Option(
            names = {"--clear", "--exit"},
            paramLabel = "THRESHOLD",
            description = "Clear below this. Default: three fifths of --trigger.")
    private String clear;

    @Option(
            names = {"--absence", "--below"},
            description = "Alert on absence: trigger at or under --trigger, clear over --clear.")
    private boolean absence;

    @Option(
            names = "--frames",
            paramLabel = "K/N",
            description = "K of the last N frames must meet it. Default: 3/6; 0/0 asks for every frame.")
    private String frames;

    @Option(
            names = {"--for", "--dwell"},
            paramLabel = "DURATION",
            description = "Must hold this long before the alert opens: 3s, 500ms. Default: 2s.")
    private String dwell;

    @Option(
            names = {"--clear-after", "--exit-dwell"},
            paramLabel = "DURATION",
            description = "Must be over this long before the alert closes. Default: 2s.")
    private String clearAfter;

    @Option(
            names = "--cooldown",
            paramLabel = "DURATION",
            description = "No new alert this long after one closed. Default: 5s.")
    private String cooldown;

    @Option(
            names = {"--ignore-smaller", "--min-component"},
            paramLabel = "SHARE",
            defaultValue = "0",
            description = "Ignore regions of the mask smaller than this share of the picture.")
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

    /**
     * The rule, with the defaults of {@link DefaultRule} for what was not given.
     *
     * @throws IllegalArgumentException when a value cannot be read, naming the option and an example
     */
    Rule toRule() {
        String about = orEmpty(query);
        Rule defaults = trigger == null
                ? DefaultRule.of(about, measure, absence)
                : DefaultRule.withThresholds(about, measure, absence, share("--trigger", trigger));
        Rule.Builder rule = defaults.toBuilder()
                .setId(orEmpty(id))
                .setName(orEmpty(name))
                .setExpression(orEmpty(expression))
                .setZone(orEmpty(zone))
                .setMinComponent(share("--ignore-smaller", minComponent))
                .setMaxAlertsPerHour(maxPerHour);
        if (clear != null) {
            rule.setExit(share("--clear", clear));
        }
        if (dwell != null) {
            rule.setDwellMs(ms("--for", dwell));
        }
        if (clearAfter != null) {
            rule.setExitDwellMs(ms("--clear-after", clearAfter));
        }
        if (cooldown != null) {
            rule.setCooldownMs(ms("--cooldown", cooldown));
        }
        if (frames != null) {
            setFrames(rule);
        }
        if (!hours.isEmpty()) {
            Schedule.Builder schedule = rule.getScheduleBuilder()
                    .setTimeZone(timeZone == null ? ZoneId.systemDefault().getId() : timeZone);
            hours.forEach(text -> schedule.addIntervals(Hours.parse(text)));
        }
        return rule.build();
    }

    private void setFrames(Rule.Builder rule) {
        if (!frames.matches("\\d{1,4}/\\d{1,4}")) {
            throw new IllegalArgumentException("--frames " + frames + " is no K/N; give for example 3/6");
        }
        String[] numbers = frames.split("/");
        rule.setK(Integer.parseInt(numbers[0])).setN(Integer.parseInt(numbers[1]));
    }

    /** A number without a unit is seconds. */
    private static long ms(String option, String text) {
        try {
            boolean seconds = text.strip().matches("\\d{1,6}(\\.\\d{1,3})?");
            return seconds
                    ? Math.round(Double.parseDouble(text) * 1_000)
                    : Configuration.duration(text).toMillis();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    option + " " + text + " is no duration; give for example 3s, 500ms or 2m", e);
        }
    }

    static double share(String option, String text) {
        boolean percent = text.strip().endsWith("%");
        String number = percent ? text.strip().substring(0, text.strip().length() - 1) : text;
        try {
            return Double.parseDouble(number.strip()) / (percent ? 100 : 1);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(option + " " + text + " is no share; give for example 5% or 0.05", e);
        }
    }

    private static String orEmpty(String text) {
        return text == null ? "" : text;
    }

    /** The measure's name in the contracts, in any case, or what people call it. */
    static final class MeasureName implements ITypeConverter<Rule.Measure> {
        @Override
        public Rule.Measure convert(String text) {
            return switch (text.toLowerCase(Locale.ROOT).replace('-', '_')) {
                case "share" -> Rule.Measure.SHARE;
                case "peak_confidence", "peak_probability" -> Rule.Measure.PEAK_PROBABILITY;
                case "change" -> Rule.Measure.CHANGE;
                case "drift" -> Rule.Measure.DRIFT;
                default ->
                    throw new TypeConversionException(
                            "'" + text + "' is no measure; give share, peak-confidence, change or drift");
            };
        }
    }
}
