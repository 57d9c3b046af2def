package io.segwatch.topology.camera;

import io.segwatch.contracts.Expression;
import io.segwatch.contracts.Expression.Compare;
import io.segwatch.contracts.Expression.Measure;
import io.segwatch.contracts.Expression.Present;
import io.segwatch.contracts.Expression.Value;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * A rule's condition, compiled to be evaluated with each frame. It has hysteresis: while the alert is open, each
 * comparison must be missed by a margin before it fails, so that a value around its threshold opens and closes an alert
 * once.
 */
interface CompiledCondition {
    /** @param held the alert is open, so thresholds are relaxed */
    boolean holds(double[] signals, boolean held);

    /** A number made of signals. */
    interface Number {
        double of(double[] signals);
    }

    /** Thresholds of a query without a comparison of its own. */
    record Thresholds(double enter, double exit, boolean below) {
        boolean met(double value, boolean held) {
            double threshold = held ? exit : enter;
            if (below) {
                return value <= threshold;
            }
            return value >= threshold;
        }

        /** Of explicit comparisons: how far a held threshold lies from the one written; 0.8 without one in the rule. */
        double margin() {
            return enter > 0 && exit > 0 && !below ? exit / enter : 0.8;
        }
    }

    /**
     * @param signalOf where a measure's number lies in the signals
     * @param negated under an odd number of nots, where holding on means the opposite
     */
    static CompiledCondition of(
            Expression.Condition condition, Thresholds thresholds, ToIntFunction<Measure> signalOf, boolean negated) {
        if (condition instanceof Expression.Not not) {
            CompiledCondition inner = of(not.of(), thresholds, signalOf, !negated);
            return (signals, held) -> !inner.holds(signals, held);
        }
        if (condition instanceof Expression.All all) {
            CompiledCondition[] parts = parts(all.of(), thresholds, signalOf, negated);
            return (signals, held) -> {
                for (CompiledCondition part : parts) {
                    if (!part.holds(signals, held)) {
                        return false;
                    }
                }
                return true;
            };
        }
        if (condition instanceof Expression.Any any) {
            CompiledCondition[] parts = parts(any.of(), thresholds, signalOf, negated);
            return (signals, held) -> {
                for (CompiledCondition part : parts) {
                    if (part.holds(signals, held)) {
                        return true;
                    }
                }
                return false;
            };
        }
        if (condition instanceof Compare compare) {
            return compare(compare, thresholds.margin(), signalOf, negated);
        }
        int signal = signalOf.applyAsInt(((Present) condition).measure());
        // "not person": opens while person is under enter's lower neighbour, exit; is held until it comes to enter.
        return (signals, held) -> thresholds.met(signals[signal], held != negated);
    }

    private static CompiledCondition[] parts(
            List<Expression.Condition> conditions,
            Thresholds thresholds,
            ToIntFunction<Measure> signalOf,
            boolean negated) {
        return conditions.stream()
                .map(part -> of(part, thresholds, signalOf, negated))
                .toArray(CompiledCondition[]::new);
    }

    private static CompiledCondition compare(
            Compare compare, double margin, ToIntFunction<Measure> signalOf, boolean negated) {
        Number left = number(compare.left(), signalOf);
        Number right = number(compare.right(), signalOf);
        // While the alert is open, "a > b" becomes "a > b * margin"; under a not, or for "<", the margin lies on the
        // other side.
        double scale = compare.less() != negated ? 1 / margin : margin;
        boolean less = compare.less();
        boolean orEqual = compare.orEqual();
        return (signals, held) -> {
            double a = left.of(signals);
            double b = right.of(signals);
            if (held) {
                // Under zero, further away is the other way.
                b *= b < 0 ? 1 / scale : scale;
            }
            return orEqual && a == b || (less ? a < b : a > b);
        };
    }

    static Number number(Value value, ToIntFunction<Measure> signalOf) {
        if (value instanceof Expression.Sum sum) {
            Number left = number(sum.left(), signalOf);
            Number right = number(sum.right(), signalOf);
            return signals -> left.of(signals) + right.of(signals);
        }
        if (value instanceof Expression.Product product) {
            Number left = number(product.left(), signalOf);
            Number right = number(product.right(), signalOf);
            return signals -> left.of(signals) * right.of(signals);
        }
        if (value instanceof Expression.Quotient quotient) {
            Number left = number(quotient.left(), signalOf);
            Number right = number(quotient.right(), signalOf);
            return signals -> {
                double above = left.of(signals);
                // Nothing of nothing is nothing; something of nothing is without bound.
                return above == 0 ? 0 : above / right.of(signals);
            };
        }
        if (value instanceof Expression.Constant constant) {
            return signals -> constant.value();
        }
        int signal = signalOf.applyAsInt((Measure) value);
        return signals -> signals[signal];
    }
}
