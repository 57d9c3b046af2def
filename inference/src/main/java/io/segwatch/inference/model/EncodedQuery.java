package io.segwatch.inference.model;

import io.segwatch.inference.model.ModelDescription.BackgroundEntry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A query as vectors. Two queries with the same phrases give the same scores.
 *
 * @param id of the query
 * @param phrases unit rows of the background entries that its text or a synonym names, and of those of its words that
 *     name none; at least one
 * @param negatives unit rows of its negative words
 * @param excluded rows of the background that mean the same and so do not count against it, ascending
 * @param outright those of them whose name is one of its phrases, ascending
 * @param stoodFor unit rows of its words that an entry of another name stands for
 */
public record EncodedQuery(
        String id,
        List<float[]> phrases,
        List<float[]> negatives,
        List<Integer> excluded,
        List<Integer> outright,
        List<float[]> stoodFor) {

    public EncodedQuery {
        phrases = List.copyOf(phrases);
        negatives = List.copyOf(negatives);
        excluded = List.copyOf(excluded);
        outright = List.copyOf(outright);
        stoodFor = List.copyOf(stoodFor);
    }

    /**
     * Encodes a query's phrases, in some milliseconds each. Those of which the model knows no word are passed over:
     * their vectors would mean nothing.
     *
     * @throws IllegalArgumentException when no phrase is left
     */
    public static EncodedQuery of(SegmentationModel model, String id, List<String> phrases, List<String> negatives) {
        return of(model.text(), id, phrases, negatives);
    }

    /** As {@link #of(SegmentationModel, String, List, List)}, where no picture is encoded. */
    public static EncodedQuery of(TextModel model, String id, List<String> phrases, List<String> negatives) {
        List<String> known = phrases.stream().filter(model::knows).toList();
        if (known.isEmpty()) {
            throw new IllegalArgumentException("The model knows no word of the query " + id);
        }
        Map<String, float[]> asked = encode(model, known);
        List<BackgroundEntry> background = model.description().background();
        Map<String, float[]> unlisted = new LinkedHashMap<>(asked);
        Map<String, float[]> stoodFor = new LinkedHashMap<>(asked);
        List<float[]> entries = new ArrayList<>();
        List<Integer> same = new ArrayList<>();
        List<Integer> outright = new ArrayList<>();
        for (int g = 0; g < background.size(); g++) {
            float[] row = model.background()[g];
            String name = SegmentationModel.normalisePhrase(background.get(g).name());
            Set<String> words = wordsOf(background.get(g), name);
            boolean named = !Collections.disjoint(words, asked.keySet());
            if (named) {
                entries.add(row);
                unlisted.keySet().removeAll(words);
            }
            if (asked.containsKey(name)) {
                outright.add(g);
                stoodFor.remove(name);
            }
            if (named || isNear(row, asked.values(), model.description().synonymCosine())) {
                same.add(g);
            }
        }
        stoodFor.keySet().removeAll(unlisted.keySet());
        List<float[]> rows = new ArrayList<>(unlisted.values());
        rows.addAll(entries);
        List<float[]> against =
                model.encodeText(negatives.stream().filter(model::knows).toList());
        return new EncodedQuery(id, rows, against, same, outright, List.copyOf(stoodFor.values()));
    }

    /** The rows of the phrases by their normal form, in order. */
    private static Map<String, float[]> encode(TextModel model, List<String> phrases) {
        List<float[]> rows = model.encodeText(phrases);
        Map<String, float[]> encoded = new LinkedHashMap<>();
        for (int i = 0; i < rows.size(); i++) {
            encoded.putIfAbsent(SegmentationModel.normalisePhrase(phrases.get(i)), rows.get(i));
        }
        return encoded;
    }

    /**
     * The queries as rivals for each pixel: a background entry that one of them names outright is none of another's.
     * "Food" covers pizza, and would win every pixel of it from "pizza".
     */
    public static List<EncodedQuery> apart(List<EncodedQuery> queries, float[][] background) {
        Set<Integer> taken = new HashSet<>();
        queries.forEach(query -> taken.addAll(query.outright));
        return queries.stream().map(query -> query.without(taken, background)).toList();
    }

    private EncodedQuery without(Set<Integer> taken, float[][] background) {
        Set<Integer> givenUp = new HashSet<>(excluded);
        givenUp.retainAll(taken);
        outright.forEach(givenUp::remove);
        if (givenUp.isEmpty()) {
            return this;
        }
        List<float[]> kept = new ArrayList<>(phrases);
        kept.removeIf(row -> givenUp.stream().anyMatch(g -> Arrays.equals(row, background[g])));
        kept.addAll(stoodFor);
        List<Integer> same = excluded.stream().filter(g -> !givenUp.contains(g)).toList();
        return new EncodedQuery(id, kept, negatives, same, outright, stoodFor);
    }

    private static Set<String> wordsOf(BackgroundEntry entry, String name) {
        Set<String> words = new HashSet<>(Set.of(name));
        entry.aliases().forEach(alias -> words.add(SegmentationModel.normalisePhrase(alias)));
        return words;
    }

    /**
     * Of the background's entries, those that mean the same as this one by their rows, itself among them, ascending.
     */
    public static List<Integer> sameAs(float[][] background, int entry, double cosine) {
        List<float[]> row = List.of(background[entry]);
        return IntStream.range(0, background.length)
                .filter(g -> g == entry || isNear(background[g], row, cosine))
                .boxed()
                .toList();
    }

    private static boolean isNear(float[] entry, Collection<float[]> rows, double cosine) {
        return rows.stream().anyMatch(row -> Vectors.dot(row, entry) >= cosine);
    }
}
