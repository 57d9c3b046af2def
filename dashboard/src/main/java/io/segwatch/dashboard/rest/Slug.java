package io.segwatch.dashboard.rest;

import java.text.Normalizer;
import java.util.Locale;
import java.util.function.Predicate;

/** Ids made from what a person called a thing. */
final class Slug {
    private static final int MAX_LENGTH = 48;

    private Slug() {}

    /** An id of a-z, 0-9 and '-' that is not taken; {@code fallback} where the name holds no such character. */
    static String of(String name, String fallback, Predicate<String> taken) {
        String plain = Normalizer.normalize(name.substring(0, Math.min(name.length(), 200)), Normalizer.Form.NFD)
                .toLowerCase(Locale.ROOT)
                .replaceAll("\\p{M}", "")
                .replaceAll("[^a-z0-9]+", "-");
        String trimmed = trim(plain);
        String base = trimmed.isEmpty() ? fallback : trimmed;
        String id = base;
        for (int i = 2; taken.test(id); i++) {
            id = base + "-" + i;
        }
        return id;
    }

    private static String trim(String text) {
        String cut = text.startsWith("-") ? text.substring(1) : text;
        cut = cut.substring(0, Math.min(cut.length(), MAX_LENGTH));
        return cut.endsWith("-") ? cut.substring(0, cut.length() - 1) : cut;
    }
}
