package io.segwatch.contracts;

import io.segwatch.v1.Rule;

/**
 * What a rule does by default: the same on the page and on the command line. {@code segwatch score-alerts} measures how
 * right the first of them is.
 */
public final class DefaultRule {
    /**
     * The threshold that clears an alert, as a part of the one that triggers it, or the other way round for absence.
     */
    private static final double HYSTERESIS = 0.6;

    private DefaultRule() {}

    /**
     * Triggers when the query covers 5 % of the whole picture in 3 of the last 6 frames, for two seconds on end; clears
     * after two seconds under 3 %.
     *
     * @param query id of the query
     */
    public static Rule of(String query) {
        return of(query, Rule.Measure.SHARE, false);
    }

    /**
     * As {@link #of(String)}, with thresholds that fit the measure.
     *
     * @param query id of the query
     * @param below whether the rule watches for absence
     */
    public static Rule of(String query, Rule.Measure measure, boolean below) {
        return withThresholds(query, measure, below, enter(measure, below));
    }

    /**
     * As {@link #of(String, Rule.Measure, boolean)}, with a threshold to clear that fits the given one to trigger.
     *
     * @param enter in the unit of the measure: a share or probability of 0..1, or standard deviations
     */
    public static Rule withThresholds(String query, Rule.Measure measure, boolean below, double enter) {
        return Rule.newBuilder()
                .setId("default")
                .setQuery(query)
                .setMeasure(measure)
                .setBelow(below)
                .setEnter(enter)
                .setExit(rounded(exit(measure, below, enter)))
                .setK(3)
                .setN(6)
                .setDwellMs(2_000)
                .setExitDwellMs(2_000)
                .setCooldownMs(5_000)
                .build();
    }

    private static double enter(Rule.Measure measure, boolean below) {
        return switch (measure) {
            case PEAK_PROBABILITY -> 0.5;
            case CHANGE -> below ? -3 : 3;
            case DRIFT -> 0.3;
            default -> 0.05;
        };
    }

    private static double exit(Rule.Measure measure, boolean below, double enter) {
        // Less than usual is a number under 0, and clears on its way back to 0.
        boolean upwards = below && measure != Rule.Measure.CHANGE;
        return upwards ? Math.min(1, enter / HYSTERESIS) : enter * HYSTERESIS;
    }

    /** 0.05 * 0.6 is 0.03 for people, and not 0.03 in binary. */
    private static double rounded(double value) {
        return Math.round(value * 1e6) / 1e6;
    }
}
