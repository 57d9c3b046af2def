package io.segwatch.inference.segment;

import io.segwatch.contracts.Definitions;
import io.segwatch.contracts.Problem;
import io.segwatch.v1.Query;
import java.util.ArrayList;
import java.util.List;

/**
 * A query as it is written on the command line or on a line of a file: {@code label}, or {@code label: synonym,
 * synonym}, either followed by {@code | -negative, -negative}. The label is a phrase itself.
 *
 * @param label shown and written with the results
 * @param phrases the label and its synonyms
 * @param negatives words for what must not be taken for it
 */
record QueryLine(String label, List<String> phrases, List<String> negatives) {

    /** @throws IllegalArgumentException saying what is wrong with the line */
    static QueryLine parse(String line) {
        String[] sides = line.split("\\|", -1);
        if (sides.length > 2) {
            throw refusal(line, "has more than one '|'");
        }
        int colon = sides[0].indexOf(':');
        String label = (colon < 0 ? sides[0] : sides[0].substring(0, colon)).strip();
        List<String> synonyms = colon < 0 ? List.of() : words(sides[0].substring(colon + 1));
        List<String> negatives = new ArrayList<>();
        for (String word : sides.length < 2 ? List.<String>of() : words(sides[1])) {
            if (!word.startsWith("-")) {
                throw refusal(line, "has after '|' a word without '-': " + abbreviated(word));
            }
            negatives.add(word.substring(1).strip());
        }
        List<Problem> problems = Definitions.check(Query.newBuilder()
                .setId("q")
                .setText(label)
                .addAllSynonyms(synonyms)
                .addAllNegatives(negatives)
                .build());
        if (!problems.isEmpty()) {
            throw refusal(line, Problem.describe(problems));
        }
        List<String> phrases = new ArrayList<>();
        phrases.add(label);
        phrases.addAll(synonyms);
        return new QueryLine(label, phrases, negatives);
    }

    private static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        for (String word : text.split(",")) {
            if (!word.isBlank()) {
                words.add(word.strip());
            }
        }
        return words;
    }

    private static IllegalArgumentException refusal(String line, String problem) {
        return new IllegalArgumentException("The query \"" + abbreviated(line) + "\" cannot be used: " + problem
                + ". Write for example \"car: van, lorry | -toy car\".");
    }

    private static String abbreviated(String text) {
        return text.length() <= 60 ? text : text.substring(0, 60) + "...";
    }
}
