package io.segwatch.contracts;

import io.segwatch.contracts.Expression.All;
import io.segwatch.contracts.Expression.Any;
import io.segwatch.contracts.Expression.Compare;
import io.segwatch.contracts.Expression.Condition;
import io.segwatch.contracts.Expression.Constant;
import io.segwatch.contracts.Expression.Malformed;
import io.segwatch.contracts.Expression.Measure;
import io.segwatch.contracts.Expression.Not;
import io.segwatch.contracts.Expression.Present;
import io.segwatch.contracts.Expression.Product;
import io.segwatch.contracts.Expression.Quotient;
import io.segwatch.contracts.Expression.Sum;
import io.segwatch.contracts.Expression.Value;
import io.segwatch.v1.Rule;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/** Reads the grammar of {@link Expression} by recursive descent. Used once. */
final class ExpressionParser {
    private static final Set<String> WORDS = Set.of("and", "or", "not", "dwell", "peak");
    private static final int MAX_DEPTH = 32;
    private static final String EXAMPLE = "write for example person > 2 % and not forklift > 1 %";

    private final List<ExpressionToken> tokens;
    private final Set<String> queries = new TreeSet<>();
    private OptionalLong dwellMs = OptionalLong.empty();
    private int next;
    private int depth;

    ExpressionParser(String text) {
        this.tokens = ExpressionToken.all(text);
    }

    Expression whole() {
        if (peek().end()) {
            throw new Malformed(0, "the expression is empty; " + EXAMPLE);
        }
        Condition condition = outermost();
        if (!peek().end()) {
            throw new Malformed(peek().at(), peek().quote() + " was not expected here; join conditions with and, or");
        }
        return new Expression(condition, dwellMs, Collections.unmodifiableSet(queries));
    }

    /** As {@link #condition}, but it may hold a dwell, which is no condition. */
    private Condition outermost() {
        int dwellAt = -1;
        List<Condition> alternatives = new ArrayList<>();
        do {
            List<Condition> parts = new ArrayList<>();
            do {
                if (peek().is("dwell")) {
                    dwellAt = peek().at();
                    dwell();
                } else {
                    parts.add(term());
                }
            } while (take("and"));
            if (!parts.isEmpty()) {
                alternatives.add(parts.size() == 1 ? parts.get(0) : new All(parts));
            } else {
                throw new Malformed(dwellAt, "dwell needs a condition beside it; write person > 2 % and dwell 30 s");
            }
        } while (take("or"));
        if (dwellAt >= 0 && alternatives.size() > 1) {
            throw new Malformed(dwellAt, "dwell holds for the whole rule; put the or in parentheses");
        }
        return alternatives.size() == 1 ? alternatives.get(0) : new Any(alternatives);
    }

    private Condition condition() {
        List<Condition> alternatives = new ArrayList<>();
        do {
            List<Condition> parts = new ArrayList<>();
            do {
                parts.add(term());
            } while (take("and"));
            alternatives.add(parts.size() == 1 ? parts.get(0) : new All(parts));
        } while (take("or"));
        return alternatives.size() == 1 ? alternatives.get(0) : new Any(alternatives);
    }

    private Condition term() {
        ExpressionToken token = peek();
        // Bounds the stack: a thousand opening parentheses are within the length.
        if (++depth > MAX_DEPTH) {
            throw new Malformed(token.at(), "nested more than " + MAX_DEPTH + " deep");
        }
        try {
            if (take("not")) {
                return new Not(term());
            }
            if (take("(")) {
                Condition inner = condition();
                expect(")", "close the parenthesis");
                return inner;
            }
            if (token.is("dwell")) {
                throw new Malformed(token.at(), "dwell holds for the whole rule; write it last, after an and");
            }
            return comparison();
        } finally {
            depth--;
        }
    }

    private Condition comparison() {
        int at = peek().at();
        Value left = sum();
        String operator = peek().text();
        if (!peek().quoted() && Set.of(">", ">=", "<", "<=").contains(operator)) {
            next++;
            Value right = sum();
            if (!mentionsQuery(left) && !mentionsQuery(right)) {
                throw new Malformed(at, "a comparison needs a query; " + EXAMPLE);
            }
            return new Compare(left, operator.startsWith("<"), operator.endsWith("="), right);
        }
        if (left instanceof Measure measure) {
            return new Present(measure);
        }
        throw new Malformed(peek().at(), "a comparison is missing; " + EXAMPLE);
    }

    private Value sum() {
        Value value = product();
        while (take("+")) {
            value = new Sum(value, product());
        }
        return value;
    }

    private Value product() {
        Value value = factor();
        while (peek().is("*") || peek().is("/")) {
            boolean times = peek().is("*");
            next++;
            Value right = factor();
            value = times ? new Product(value, right) : new Quotient(value, right);
        }
        return value;
    }

    private Value factor() {
        ExpressionToken token = peek();
        if (token.number()) {
            double number = number();
            return new Constant(take("%") ? number / 100 : number);
        }
        if (take("peak")) {
            return measure("peak", Rule.Measure.PEAK_PROBABILITY);
        }
        // A query may be called so too.
        if (token.is("change") && tokens.get(next + 1).is("(")) {
            next++;
            return measure("change", Rule.Measure.CHANGE);
        }
        return new Measure(query(), Rule.Measure.SHARE);
    }

    private Measure measure(String word, Rule.Measure of) {
        String remedy = "write " + word + "(query)";
        expect("(", remedy);
        Measure measure = new Measure(query(), of);
        expect(")", remedy);
        return measure;
    }

    private String query() {
        ExpressionToken token = peek();
        if (token.end()) {
            throw new Malformed(token.at(), "the expression ends too early; a query or a number should follow");
        }
        if (!token.quoted() && (!token.word() || WORDS.contains(token.text()))) {
            throw new Malformed(token.at(), token.quote() + " where a query's id should stand; " + EXAMPLE);
        }
        if (!Definitions.isId(token.text())) {
            throw new Malformed(
                    token.at(),
                    "no query's id can stand here; ids are 1 to 63 of a-z, 0-9 and '-', for example person");
        }
        next++;
        queries.add(token.text());
        return token.text();
    }

    private double number() {
        ExpressionToken token = peek();
        next++;
        double number = Double.parseDouble(token.text());
        if (Double.isInfinite(number)) {
            throw new Malformed(token.at(), "the number is too large");
        }
        return number;
    }

    private void dwell() {
        int at = peek().at();
        next++;
        if (dwellMs.isPresent()) {
            throw new Malformed(at, "dwell is given twice; keep one");
        }
        if (!peek().number()) {
            throw new Malformed(peek().at(), "dwell needs a duration; write dwell 30 s");
        }
        double count = number();
        long unit = switch (peek().text()) {
            case "ms" -> 1;
            case "s" -> 1_000;
            case "min" -> 60_000;
            case "h" -> 3_600_000;
            default -> throw new Malformed(peek().at(), "the duration's unit is missing; it is ms, s, min or h");
        };
        next++;
        if (count < 0 || count * unit > Definitions.MAX_DURATION_MS) {
            throw new Malformed(at, count < 0 ? "dwell is negative" : "dwell is longer than a day");
        }
        dwellMs = OptionalLong.of(Math.round(count * unit));
    }

    private void expect(String text, String remedy) {
        if (!take(text)) {
            throw new Malformed(peek().at(), "'" + text + "' is missing; " + remedy);
        }
    }

    private boolean take(String text) {
        if (peek().is(text)) {
            next++;
            return true;
        }
        return false;
    }

    private ExpressionToken peek() {
        return tokens.get(next);
    }

    private static boolean mentionsQuery(Value value) {
        if (value instanceof Sum sum) {
            return mentionsQuery(sum.left()) || mentionsQuery(sum.right());
        }
        if (value instanceof Product product) {
            return mentionsQuery(product.left()) || mentionsQuery(product.right());
        }
        if (value instanceof Quotient quotient) {
            return mentionsQuery(quotient.left()) || mentionsQuery(quotient.right());
        }
        return value instanceof Measure;
    }
}
