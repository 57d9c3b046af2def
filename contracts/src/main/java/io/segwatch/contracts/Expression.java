package io.segwatch.contracts;

import io.segwatch.v1.Rule;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A rule's condition over several queries, for example {@code person > 2 % and not forklift > 1 % and dwell 30 s}.
 *
 * <pre>
 * condition = conjunction { "or" conjunction }
 * conjunction = term { "and" term }
 * term = "not" term | "(" condition ")" | "dwell" number ("ms" | "s" | "min" | "h") | value [ comparison value ]
 * comparison = ">" | ">=" | "<" | "<="
 * value = product { "+" product }
 * product = factor { ("*" | "/") factor }
 * factor = ["-"] number [ "%" ] | query | ("peak" | "change") "(" query ")"
 * query = the query's id, in quotes where it is also a word of this language
 * </pre>
 *
 * <p>A query stands for its share of the rule's zone, 0..1, {@code peak(query)} for its highest probability in the
 * frame, {@code change(query)} for how far its share is from the usual for this hour, in standard deviations. A query
 * alone, without a comparison, is compared with the rule's own enter and exit. {@code dwell} may stand once, joined by
 * {@code and} at the outermost level; it takes the place of the rule's own dwell.
 */
public final class Expression {
    /** A part that holds or does not. */
    public sealed interface Condition permits Any, All, Not, Compare, Present {}

    public record Any(List<Condition> of) implements Condition {}

    public record All(List<Condition> of) implements Condition {}

    public record Not(Condition of) implements Condition {}

    /** {@code left > right}, or {@code left < right} when {@code less}; equality counts when {@code orEqual}. */
    public record Compare(Value left, boolean less, boolean orEqual, Value right) implements Condition {}

    /** The query's measure, against the rule's own thresholds. */
    public record Present(Measure measure) implements Condition {}

    /** A part that has a number. */
    public sealed interface Value permits Sum, Product, Quotient, Constant, Measure {}

    public record Sum(Value left, Value right) implements Value {}

    public record Product(Value left, Value right) implements Value {}

    public record Quotient(Value left, Value right) implements Value {}

    public record Constant(double value) implements Value {}

    /** What of a query is looked at; as in a rule's own measure. */
    public record Measure(String query, Rule.Measure of) implements Value {}

    /** Says what is wrong, at which character (from 1), and what to write instead. */
    public static final class Malformed extends IllegalArgumentException {
        private static final long serialVersionUID = 1;

        Malformed(int position, String message) {
            super("character " + (position + 1) + ": " + message);
        }
    }

    private final Condition condition;
    private final OptionalLong dwellMs;
    private final Set<String> queries;

    Expression(Condition condition, OptionalLong dwellMs, Set<String> queries) {
        this.condition = condition;
        this.dwellMs = dwellMs;
        this.queries = queries;
    }

    /**
     * Reads an expression of at most {@link Definitions#MAX_EXPRESSION} characters.
     *
     * @throws Malformed with the position and the remedy
     */
    public static Expression parse(String text) {
        if (text.length() > Definitions.MAX_EXPRESSION) {
            throw new Malformed(
                    Definitions.MAX_EXPRESSION,
                    "the expression is longer than " + Definitions.MAX_EXPRESSION + " characters");
        }
        return new ExpressionParser(text).whole();
    }

    /**
     * Ids of the queries that a rule looks at: its own, or its expression's in alphabetical order.
     *
     * @throws Malformed when the rule's expression cannot be read
     */
    public static Set<String> queriesOf(Rule rule) {
        return rule.getExpression().isEmpty()
                ? Set.of(rule.getQuery())
                : parse(rule.getExpression()).queries();
    }

    public Condition condition() {
        return condition;
    }

    public OptionalLong dwellMs() {
        return dwellMs;
    }

    /** Ids of the queries it needs, in alphabetical order. */
    public Set<String> queries() {
        return queries;
    }
}
