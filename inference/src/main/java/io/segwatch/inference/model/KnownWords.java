package io.segwatch.inference.model;

import com.fasterxml.jackson.databind.JsonNode;
import io.segwatch.contracts.VisibleText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * Which words of a phrase the text encoder was made for. One that is all unknown tokens, or of letters that its
 * language does not have, gets a vector like any other, and that vector means nothing. Threadsafe if the tokenizer is.
 */
final class KnownWords {
    private final Function<String, String[]> tokens;
    private final String unknownToken;
    private final boolean latinOnly;

    /**
     * Reads what the tokenizer writes for what it does not know.
     *
     * @param tokens of a word, as the tokenizer writes them
     * @param tokenizer of Hugging Face's {@code tokenizer.json}
     * @param latinOnly whether the encoder was trained on a language that is written in Latin letters, and on no other
     */
    KnownWords(Function<String, String[]> tokens, JsonNode tokenizer, boolean latinOnly) {
        this.tokens = tokens;
        JsonNode model = tokenizer.path("model");
        this.unknownToken = model.path("unk_token")
                .asText(model.path("vocab")
                        .path(model.path("unk_id").asInt(-1))
                        .path(0)
                        .asText());
        this.latinOnly = latinOnly;
    }

    /** Words of the phrase that mean nothing to the encoder, in their order. */
    List<String> unknown(String phrase) {
        List<String> unknown = new ArrayList<>();
        for (String word : words(phrase)) {
            if (!isPunctuation(word) && !isKnown(word)) {
                unknown.add(word);
            }
        }
        return unknown;
    }

    /** Whether any word of the phrase means something to the encoder. */
    boolean any(String phrase) {
        return Arrays.stream(words(phrase)).anyMatch(this::isKnown);
    }

    private static String[] words(String phrase) {
        return VisibleText.meaning(phrase).split(" ");
    }

    private boolean isKnown(String word) {
        return word.codePoints().anyMatch(Character::isLetterOrDigit)
                && (!latinOnly || word.codePoints().filter(Character::isLetter).allMatch(KnownWords::isLatin))
                && Arrays.stream(tokens.apply(word)).noneMatch(unknownToken::equals);
    }

    private static boolean isLatin(int letter) {
        return Character.UnicodeScript.of(letter) == Character.UnicodeScript.LATIN;
    }

    private static boolean isPunctuation(String word) {
        return word.codePoints().noneMatch(Character::isLetterOrDigit)
                && word.codePoints().allMatch(c -> c < 0x2190 || Character.getType(c) != Character.OTHER_SYMBOL);
    }
}
