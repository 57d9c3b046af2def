package io.segwatch.contracts;

import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Names and phrases that people type. What cannot be seen, a zero-width space or a mark that turns the direction of
 * writing, makes two texts differ that look the same, or one look like another, and is refused.
 */
public final class VisibleText {
    /** Letters and signs that Unicode counts as such and that show nothing. */
    private static final String BLANK = "\u115f\u1160\u2800\u3164\uffa0\ufffd";
    /** Join letters in Persian, in Indian scripts and in emoji. */
    private static final String JOINERS = "\u200c\u200d";

    /** What decoders put in the place of bytes that they cannot read. */
    private static final int LOST = 0xfffd;

    private VisibleText() {}

    /** As it is kept: composed (NFC), without space around it, and with one space between words. */
    public static String normalized(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFC)
                .replaceAll("[\\p{IsWhite_Space}\\u00a0&&[^\\n\\r]]+", " ")
                .strip();
    }

    /**
     * What a text means, however it is typed: in lower case, and with one form for letters that Unicode has in several
     * widths and shapes (NFKC), so that PERSON, full-width letters and a ligature are what they look like.
     */
    public static String meaning(String text) {
        return normalized(Normalizer.normalize(text, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT));
    }

    static boolean same(String one, String other) {
        return meaning(one).equals(meaning(other));
    }

    /** What a person could not see in the text, with the remedy; empty when there is nothing of the kind. */
    static Optional<String> problem(String text) {
        OptionalInt hidden = text.codePoints().filter(VisibleText::isHidden).findFirst();
        if (hidden.isEmpty()) {
            return Optional.empty();
        }
        int at = text.codePointCount(0, text.indexOf(Character.toString(hidden.getAsInt()))) + 1;
        if (hidden.getAsInt() == LOST) {
            return Optional.of(
                    "has at character " + at + " one that was lost in a wrong encoding; give it in UTF-8, on a"
                            + " command line with LC_ALL=C.UTF-8");
        }
        String kind = Character.getType(hidden.getAsInt()) == Character.CONTROL ? "a control" : "an invisible";
        return Optional.of(String.format(
                Locale.ROOT, "has %s character (U+%04X) at character %d; remove it", kind, hidden.getAsInt(), at));
    }

    /** For a text that is shown and not kept: without what could not be seen, line breaks as spaces. */
    public static String shown(String text) {
        String flat = text.replaceAll("[\\n\\r]+", " ");
        StringBuilder shown = new StringBuilder(flat.length());
        flat.codePoints().filter(c -> !isHidden(c)).forEach(shown::appendCodePoint);
        return normalized(shown.toString());
    }

    private static boolean isHidden(int c) {
        if (JOINERS.indexOf(c) >= 0) {
            return false;
        }
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.UNASSIGNED,
                    Character.PRIVATE_USE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> true;
            default -> BLANK.indexOf(c) >= 0;
        };
    }

    /** Whether there is anything to see in the text besides space and joiners. */
    static boolean isBlank(String text) {
        return normalized(text).codePoints().allMatch(c -> JOINERS.indexOf(c) >= 0);
    }
}
