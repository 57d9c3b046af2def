package io.segwatch.contracts;

import io.segwatch.v1.Rule;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** A rule in words, the same in the API, on the command line and in alerts; the page has them in its own language. */
public final class RuleText {
    private RuleText() {}

    /**
     * One sentence, for example "person covers 5.0 % or more of Gate for 2 s in 3 of 6 frames, clears under 3.0 %, on
     * all cameras".
     *
     * @param queryName what people call a query, by its id
     * @param zoneName what people call a zone, by its id; not asked for the whole picture
     * @param cameraName what people call a camera, by its id
     */
    public static String sentence(
            Rule rule,
            UnaryOperator<String> queryName,
            UnaryOperator<String> zoneName,
            UnaryOperator<String> cameraName) {
        StringBuilder text = new StringBuilder(condition(rule, queryName, zoneName));
        if (rule.getDwellMs() > 0) {
            text.append(" for ").append(duration(rule.getDwellMs()));
        }
        if (rule.getN() > 0) {
            text.append(" in ")
                    .append(rule.getK())
                    .append(" of ")
                    .append(rule.getN())
                    .append(" frames");
        }
        if (rule.getExpression().isEmpty()) {
            text.append(rule.getBelow() ? ", clears over " : ", clears under ")
                    .append(number(rule.getExit(), rule.getMeasure()));
        }
        List<String> cameras = rule.getCamerasList();
        return text.append(", on ")
                .append(
                        cameras.isEmpty()
                                ? "all cameras"
                                : cameras.stream().map(cameraName).collect(Collectors.joining(", ")))
                .toString();
    }

    private static String condition(Rule rule, UnaryOperator<String> queryName, UnaryOperator<String> zoneName) {
        String where = rule.getZone().isEmpty() ? "the picture" : zoneName.apply(rule.getZone());
        if (!rule.getExpression().isEmpty()) {
            return rule.getExpression() + " in " + where;
        }
        String enter = number(rule.getEnter(), rule.getMeasure()) + (rule.getBelow() ? " or less" : " or more");
        String query = queryName.apply(rule.getQuery());
        return switch (rule.getMeasure()) {
            case PEAK_PROBABILITY -> query + " has a peak confidence of " + enter + " in " + where;
            case CHANGE -> query + " differs from its hourly baseline by " + enter + " in " + where;
            case DRIFT -> query + " drifts by " + enter + " from its accepted baseline in " + where;
            default -> query + " covers " + enter + " of " + where;
        };
    }

    /** A value of a measure with its unit: "5.0 %" or "3.0 standard deviations". */
    public static String number(double value, Rule.Measure measure) {
        return measure == Rule.Measure.CHANGE
                ? String.format(Locale.ROOT, "%.1f standard deviations", value)
                : String.format(Locale.ROOT, "%.1f %%", value * 100);
    }

    /** "250 ms", "2 s", "1.5 min" or "2 h". */
    public static String duration(long ms) {
        if (ms < 1_000) {
            return ms + " ms";
        }
        if (ms < 60_000) {
            return decimal(ms / 1e3) + " s";
        }
        return ms < 3_600_000 ? decimal(ms / 6e4) + " min" : decimal(ms / 3.6e6) + " h";
    }

    private static String decimal(double value) {
        String text = String.format(Locale.ROOT, "%.1f", value);
        return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    }
}
