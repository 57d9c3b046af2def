package io.segwatch.topology.camera;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.segwatch.contracts.Expression;
import io.segwatch.contracts.Expression.Measure;
import io.segwatch.contracts.RuleText;
import io.segwatch.topology.state.CameraState.RuleState;
import io.segwatch.v1.Rule;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/** A rule compiled for one camera. For one thread. */
final class CompiledRule {
    /** Where a number lies among the signals, and what it is. */
    private record Named(int place, Rule.Measure of) {}

    final Rule rule;
    /** The rule serialised: once, because it is written with each frame, as is its zone's name. */
    final ByteString definition;

    final ByteString zoneNameBytes;
    final String zoneName;
    final long dwellMs;
    final ArmedSchedule armed;
    /** A hash of the rule without its name: when it differs, the rule has been changed. */
    final int fingerprint;

    private final CompiledCondition condition;
    private final CompiledCondition.Number value;
    /** Names for people, and where their numbers are. */
    private final Map<String, Named> signals = new TreeMap<>();

    /** The places of those numbers. */
    private final int[] places;

    /** Where the share lies that is shown beside a z-score; -1 for other rules. */
    private final int share;

    /**
     * @param rule valid, on a zone that the camera has
     * @param signalOf gives a measure its place among the signals
     * @param nameOf a query's text
     */
    CompiledRule(Rule rule, String zoneName, ToIntFunction<Measure> signalOf, Function<String, String> nameOf) {
        this.rule = rule;
        this.definition = rule.toByteString();
        this.zoneNameBytes = ByteString.copyFromUtf8(zoneName);
        this.zoneName = zoneName;
        this.armed = new ArmedSchedule(rule.getSchedule());
        this.fingerprint = rule.toBuilder().clearName().build().toByteString().hashCode();
        ToIntFunction<Measure> place = measure -> {
            // A rule on another measure than the share means it wherever a query stands alone.
            Rule.Measure of = measure.of() == Rule.Measure.SHARE ? rule.getMeasure() : measure.of();
            int signal = signalOf.applyAsInt(new Measure(measure.query(), of));
            signals.put(label(nameOf.apply(measure.query()), of), new Named(signal, of));
            return signal;
        };
        var thresholds = new CompiledCondition.Thresholds(rule.getEnter(), rule.getExit(), rule.getBelow());
        if (rule.getExpression().isEmpty()) {
            Measure measure = new Measure(rule.getQuery(), rule.getMeasure());
            this.condition = CompiledCondition.of(new Expression.Present(measure), thresholds, place, false);
            this.value = CompiledCondition.number(measure, place);
            this.dwellMs = rule.getDwellMs();
            this.share = rule.getMeasure() == Rule.Measure.CHANGE
                    ? signalOf.applyAsInt(new Measure(rule.getQuery(), Rule.Measure.SHARE))
                    : -1;
        } else {
            Expression expression = Expression.parse(rule.getExpression());
            this.condition = CompiledCondition.of(expression.condition(), thresholds, place, false);
            this.value = CompiledCondition.number(leading(expression.condition()), place);
            this.dwellMs = expression.dwellMs().orElse(rule.getDwellMs());
            this.share = -1;
        }
        this.places = signals.values().stream().mapToInt(Named::place).toArray();
    }

    /** A rule as it was saved, good for closing its alert: it has no signals of the current plan. */
    static CompiledRule of(RuleState state) throws InvalidProtocolBufferException {
        return new CompiledRule(Rule.parseFrom(state.getRule()), state.getZoneName(), measure -> 0, name -> name);
    }

    /** An expression may use a query in more than one way. */
    private String label(String name, Rule.Measure of) {
        if (rule.getExpression().isEmpty() || of == Rule.Measure.SHARE) {
            return name;
        }
        return (of == Rule.Measure.CHANGE ? "change of " : of == Rule.Measure.DRIFT ? "drift of " : "peak of ") + name;
    }

    boolean holds(double[] values, boolean held) {
        return condition.holds(values, held);
    }

    /**
     * The place among the signals of the one number that opens the rule once it has come to the threshold; -1 where
     * more decides.
     */
    int decidingPlace() {
        boolean met = rule.getExpression().isEmpty() && (rule.getN() == 0 || rule.getK() > 0);
        return met ? places[0] : -1;
    }

    /** The number that the alert shows: of an expression, the left side of its first comparison. */
    double value(double[] values) {
        return value.of(values);
    }

    /** How much further a peak must be for an update: drift creeps for days. */
    double minPeakIncrease() {
        return rule.getMeasure() == Rule.Measure.DRIFT ? 0.1 : 0;
    }

    /** False when the frame did not answer one of the rule's queries. */
    boolean answered(double[] values) {
        for (int place : places) {
            if (Double.isNaN(values[place])) {
                return false;
            }
        }
        return true;
    }

    /** For example "person covers 7.2 % of Door". */
    String describe(double[] values) {
        StringBuilder text = new StringBuilder();
        signals.forEach((name, signal) -> {
            text.append(text.isEmpty() ? "" : ", ").append(name).append(' ');
            text.append(
                    rule.getExpression().isEmpty()
                            ? sentence(signal, values)
                            : RuleText.number(values[signal.place()], signal.of()));
        });
        return rule.getExpression().isEmpty() ? text.toString() : text + " in " + zoneName;
    }

    private String sentence(Named signal, double[] values) {
        double number = values[signal.place()];
        return switch (signal.of()) {
            case PEAK_PROBABILITY -> "has a peak confidence of " + RuleText.number(number, signal.of());
            case CHANGE ->
                "covers " + RuleText.number(values[share], Rule.Measure.SHARE) + " of " + zoneName + ", "
                        + RuleText.number(Math.abs(number), signal.of()) + (number < 0 ? " below" : " above")
                        + " its hourly baseline";
            case DRIFT -> "is " + RuleText.number(number, signal.of()) + " away from its accepted baseline";
            default -> "covers " + RuleText.number(number, signal.of()) + " of " + zoneName;
        };
    }

    /** For example "(trigger above 5.0 %)" or, for absence, "(clear above 3.0 %)". */
    String threshold(boolean entering) {
        if (!rule.getExpression().isEmpty()) {
            return (entering ? "meets \"" : "no longer meets \"") + rule.getExpression() + '"';
        }
        String side = entering == rule.getBelow() ? " below " : " above ";
        return (entering ? "(trigger" : "(clear") + side + number(entering ? rule.getEnter() : rule.getExit()) + ")";
    }

    /** The rule's number, in the unit of its measure; an expression's may be anything. */
    String number(double number) {
        return rule.getExpression().isEmpty()
                ? RuleText.number(number, rule.getMeasure())
                : String.format(Locale.ROOT, "%.3f", number);
    }

    private static Expression.Value leading(Expression.Condition condition) {
        if (condition instanceof Expression.Not not) {
            return leading(not.of());
        }
        if (condition instanceof Expression.All all) {
            return leading(all.of().get(0));
        }
        if (condition instanceof Expression.Any any) {
            return leading(any.of().get(0));
        }
        if (condition instanceof Expression.Compare compare) {
            return compare.left();
        }
        return ((Expression.Present) condition).measure();
    }
}
