package io.segwatch.contracts;

import io.segwatch.v1.Rule;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

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

        private Malformed(int position, String message) {
            super("character " + (position + 1) + ": " + message);
        }
    }

    private final Condition condition;
    private final OptionalLong dwellMs;
    private final Set<String> queries;

    private Expression(Condition condition, OptionalLong dwellMs, Set<String> queries) {
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
        return new Parser(text).whole();
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

    private static final class Parser {
        private static final Set<String> WORDS = Set.of("and", "or", "not", "dwell", "peak");
        private static final int MAX_DEPTH = 32;
        private static final String EXAMPLE = "write for example person > 2 % and not forklift > 1 %";

        private final List<Token> tokens;
        private final Set<String> queries = new TreeSet<>();
        private OptionalLong dwellMs = OptionalLong.empty();
        private int next;
        private int depth;

        Parser(String text) {
            this.tokens = Token.all(text);
        }

        Expression whole() {
            if (peek().end()) {
                throw new Malformed(0, "the expression is empty; " + EXAMPLE);
            }
            Condition condition = outermost();
            if (!peek().end()) {
                throw new Malformed(
                        peek().at(), "'" + peek().text() + "' was not expected here; join conditions with and, or");
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
                    throw new Malformed(
                            dwellAt, "dwell needs a condition beside it; write person > 2 % and dwell 30 s");
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
            Token token = peek();
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
            Token token = peek();
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
            Token token = peek();
            if (token.end()) {
                throw new Malformed(token.at(), "the expression ends too early; a query or a number should follow");
            }
            if (!token.quoted() && (!token.word() || WORDS.contains(token.text()))) {
                throw new Malformed(token.at(), "'" + token.text() + "' where a query's id should stand; " + EXAMPLE);
            }
            next++;
            queries.add(token.text());
            return token.text();
        }

        private double number() {
            Token token = peek();
            next++;
            return Double.parseDouble(token.text());
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
            if (count * unit > Definitions.MAX_DURATION_MS) {
                throw new Malformed(at, "dwell is longer than a day");
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

        private Token peek() {
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

    /** A word, number or sign; the last one of a text is empty. */
    private record Token(String text, int at, boolean quoted) {
        private static final String SIGNS = "()<>+*/%";

        static List<Token> all(String text) {
            List<Token> tokens = new ArrayList<>();
            int at = 0;
            while (at < text.length()) {
                char c = text.charAt(at);
                int end = at + 1;
                if (Character.isWhitespace(c)) {
                    at = end;
                    continue;
                }
                if (c == '"' || c == '\'') {
                    end = text.indexOf(c, at + 1);
                    if (end <= at + 1) {
                        throw new Malformed(at, "a query in quotes is empty or not closed; write \"person\"");
                    }
                    tokens.add(new Token(text.substring(at + 1, end), at, true));
                    at = end + 1;
                    continue;
                }
                if (isWord(c)) {
                    while (end < text.length() && isWord(text.charAt(end))) {
                        end++;
                    }
                } else if (SIGNS.indexOf(c) < 0) {
                    throw new Malformed(
                            at, "'" + c + "' has no meaning here; use query ids, numbers, %, <, >, and, or, not");
                } else if ((c == '<' || c == '>') && end < text.length() && text.charAt(end) == '=') {
                    end++;
                }
                addWord(tokens, text.substring(at, end).toLowerCase(Locale.ROOT), at);
                at = end;
            }
            tokens.add(new Token("", text.length(), false));
            return tokens;
        }

        /** "30s" and "5min" are a number and a unit. */
        private static void addWord(List<Token> tokens, String word, int at) {
            int digits = 0;
            while (digits < word.length() && "0123456789.".indexOf(word.charAt(digits)) >= 0) {
                digits++;
            }
            if (digits > 0 && Set.of("ms", "s", "min", "h").contains(word.substring(digits))) {
                tokens.add(new Token(word.substring(0, digits), at, false));
                tokens.add(new Token(word.substring(digits), at + digits, false));
            } else {
                tokens.add(new Token(word, at, false));
            }
        }

        private static boolean isWord(char c) {
            return c == '-' || c == '.' || c == '_' || Character.isLetterOrDigit(c);
        }

        boolean end() {
            return text.isEmpty();
        }

        boolean is(String other) {
            return !quoted && text.equals(other);
        }

        boolean number() {
            return !quoted && text.matches("-?[0-9]+(\\.[0-9]+)?");
        }

        boolean word() {
            return !end() && isWord(text.charAt(0)) && !number();
        }
    }
}
