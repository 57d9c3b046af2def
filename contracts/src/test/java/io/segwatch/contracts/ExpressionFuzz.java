package io.segwatch.contracts;

import io.segwatch.v1.Rule;
import java.nio.charset.StandardCharsets;

/** Expressions of rules. */
public final class ExpressionFuzz {
    private ExpressionFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        String text = new String(data, StandardCharsets.UTF_8);
        try {
            Expression expression = Expression.parse(text);
            expression.queries().forEach(query -> {
                if (!Definitions.isId(query)) {
                    throw new AssertionError(query + " is no query's id");
                }
            });
            expression.dwellMs().ifPresent(dwell -> {
                if (dwell < 0 || dwell > Definitions.MAX_DURATION_MS) {
                    throw new AssertionError("a dwell of " + dwell + " ms");
                }
            });
            if (!expression
                    .queries()
                    .equals(Expression.queriesOf(
                            Rule.newBuilder().setExpression(text).build()))) {
                throw new AssertionError("other queries the second time");
            }
        } catch (Expression.Malformed e) {
            if (e.getMessage().length() > 300) {
                throw new AssertionError("a reason of " + e.getMessage().length() + " characters", e);
            }
        }
    }
}
