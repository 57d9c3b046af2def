package io.segwatch.topology.camera;

import java.util.List;

/**
 * Which rules a frame leaves as they are: the idle ones whose one number stays on its side of the threshold. At most
 * frames those are all, and their numbers lie side by side here: to reach each rule's objects took most of the time.
 * For one thread.
 */
final class QuietRules {
    /** The place among the signals of a rule's number; -1 for a rule that more than that decides. */
    private final int[] places;

    private final double[] enters;
    private final boolean[] below;
    private final boolean[] idle;

    QuietRules(List<CompiledRule> rules) {
        places = new int[rules.size()];
        enters = new double[rules.size()];
        below = new boolean[rules.size()];
        idle = new boolean[rules.size()];
        for (int i = 0; i < places.length; i++) {
            CompiledRule rule = rules.get(i);
            places[i] = rule.decidingPlace();
            enters[i] = rule.rule.getEnter();
            below[i] = rule.rule.getBelow();
        }
    }

    void setIdle(int rule, boolean isIdle) {
        idle[rule] = isIdle;
    }

    /** Time alone moves no idle rule. */
    boolean isIdle(int rule) {
        return idle[rule];
    }

    /** The frame does not move the rule; one that did not answer its query, NaN, does not either. */
    boolean stays(int rule, double[] signals) {
        if (!idle[rule] || places[rule] < 0) {
            return false;
        }
        double value = signals[places[rule]];
        return below[rule] ? !(value <= enters[rule]) : !(value >= enters[rule]);
    }
}
