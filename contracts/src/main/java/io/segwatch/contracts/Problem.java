package io.segwatch.contracts;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What is wrong with an input.
 *
 * @param field as the person wrote it, for example {@code zones[0].rings}
 * @param message what is wrong and what to do about it
 */
public record Problem(String field, String message) {

    /** All problems on one line. */
    public static String describe(List<Problem> problems) {
        return problems.stream().map(Problem::toString).collect(Collectors.joining("; "));
    }

    @Override
    public String toString() {
        return field + ": " + message;
    }
}
