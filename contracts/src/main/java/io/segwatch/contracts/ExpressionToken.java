package io.segwatch.contracts;

import io.segwatch.contracts.Expression.Malformed;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** A word, number or sign; the last one of a text is empty. */
record ExpressionToken(String text, int at, boolean quoted) {
    private static final String SIGNS = "()<>+*/%";
    private static final int MAX_QUOTED = 63;

    static List<ExpressionToken> all(String text) {
        List<ExpressionToken> tokens = new ArrayList<>();
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
                tokens.add(new ExpressionToken(text.substring(at + 1, end), at, true));
                at = end + 1;
                continue;
            }
            if (isWord(c)) {
                while (end < text.length() && isWord(text.charAt(end))) {
                    end++;
                }
            } else if (SIGNS.indexOf(c) < 0) {
                throw new Malformed(
                        at,
                        "'" + Character.toString(text.codePointAt(at))
                                + "' has no meaning here; use query ids, numbers, %, <, >, and, or, not");
            } else if ((c == '<' || c == '>') && end < text.length() && text.charAt(end) == '=') {
                end++;
            }
            addWord(tokens, text.substring(at, end).toLowerCase(Locale.ROOT), at);
            at = end;
        }
        tokens.add(new ExpressionToken("", text.length(), false));
        return tokens;
    }

    /** "30s" and "5min" are a number and a unit. */
    private static void addWord(List<ExpressionToken> tokens, String word, int at) {
        int digits = 0;
        while (digits < word.length() && "0123456789.".indexOf(word.charAt(digits)) >= 0) {
            digits++;
        }
        if (digits > 0 && Set.of("ms", "s", "min", "h").contains(word.substring(digits))) {
            tokens.add(new ExpressionToken(word.substring(0, digits), at, false));
            tokens.add(new ExpressionToken(word.substring(digits), at + digits, false));
        } else {
            tokens.add(new ExpressionToken(word, at, false));
        }
    }

    private static boolean isWord(char c) {
        return c == '-' || c == '.' || c == '_' || Character.isLetterOrDigit(c);
    }

    /** As a reason quotes it: cut where it is long. */
    String quote() {
        return text.length() <= MAX_QUOTED
                ? "'" + text + "'"
                : "'" + text.substring(0, text.offsetByCodePoints(0, text.codePointCount(0, MAX_QUOTED - 1))) + "…'";
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
