package io.segwatch.topology.camera;

import io.segwatch.contracts.Expression;
import io.segwatch.v1.Rule;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The rules of one camera and the signals that they use. For one thread. */
final class RulePlan {
    private final List<CompiledRule> rules = new ArrayList<>();
    private final Map<Signal, Integer> signals = new LinkedHashMap<>();

    /**
     * @param rules valid ones ({@link io.segwatch.contracts.Definitions}); those that are disabled, for other cameras,
     *     on a zone that this camera has not or of which nothing is left, are left out
     * @param nameOf a query's text, for people
     */
    RulePlan(String camera, Zones zones, Collection<Rule> rules, Function<String, String> nameOf) {
        rules.stream()
                .filter(rule -> !rule.getDisabled())
                .filter(rule ->
                        rule.getCamerasCount() == 0 || rule.getCamerasList().contains(camera))
                .filter(rule -> zones.indexOf(rule.getZone()) >= 0)
                .filter(rule -> !zones.isEmpty(zones.indexOf(rule.getZone())))
                .sorted(Comparator.comparing(Rule::getId))
                .forEach(rule -> add(rule, zones, nameOf));
    }

    private void add(Rule rule, Zones zones, Function<String, String> nameOf) {
        int zone = zones.indexOf(rule.getZone());
        rules.add(new CompiledRule(
                rule, zones.measured().get(zone).name(), measure -> place(zone, rule, measure), nameOf));
    }

    private int place(int zone, Rule rule, Expression.Measure measure) {
        Signal signal = switch (measure.of()) {
            case SHARE -> new Signal(zone, measure.query(), Rule.Measure.SHARE, rule.getMinComponent());
            case CHANGE -> new Signal(zone, measure.query(), Rule.Measure.CHANGE, 0);
            // They are the whole frame's, so zones share them.
            default -> new Signal(0, measure.query(), measure.of(), 0);
        };
        return signals.computeIfAbsent(signal, any -> signals.size());
    }

    /** What {@link RuleEngine#frame} takes, in its order; a number is NaN when the frame did not answer the query. */
    List<Signal> signals() {
        return List.copyOf(signals.keySet());
    }

    /** What the alert of the first rule would show for these signals; NaN where a query was not answered. */
    double value(double[] numbers) {
        CompiledRule first = rules.get(0);
        return first.answered(numbers) ? first.value(numbers) : Double.NaN;
    }

    List<CompiledRule> rules() {
        return rules;
    }
}
