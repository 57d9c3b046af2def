package io.segwatch.inference.scoring;

import io.segwatch.inference.model.ModelDescription.BackgroundEntry;
import io.segwatch.inference.model.SegmentationModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A query as vectors. Two queries with the same words are equal in what they score.
 *
 * @param id of the query
 * @param phrases unit rows of its text and synonyms, and of background entries that one of them names; at least one
 * @param negatives unit rows of its negative words
 * @param excluded rows of the background that mean the same and so do not count against it, ascending
 * @param outright those of them whose name is one of its phrases, ascending
 */
public record EncodedQuery(
        String id, List<float[]> phrases, List<float[]> negatives, List<Integer> excluded, List<Integer> outright) {

    public EncodedQuery {
        phrases = List.copyOf(phrases);
        negatives = List.copyOf(negatives);
        excluded = List.copyOf(excluded);
        outright = List.copyOf(outright);
    }

    /** Of which no word is a background entry's name. */
    EncodedQuery(String id, List<float[]> phrases, List<float[]> negatives, List<Integer> excluded) {
        this(id, phrases, negatives, excluded, List.of());
    }

    /** Encodes a query's words, in some milliseconds each. */
    public static EncodedQuery of(SegmentationModel model, String id, List<String> phrases, List<String> negatives) {
        List<float[]> asked = model.encodeText(phrases);
        Set<String> words = new HashSet<>();
        phrases.forEach(phrase -> words.add(SegmentationModel.normalisePhrase(phrase)));
        List<BackgroundEntry> background = model.description().background();
        List<float[]> rows = new ArrayList<>(asked);
        List<Integer> same = new ArrayList<>();
        List<Integer> outright = new ArrayList<>();
        for (int g = 0; g < background.size(); g++) {
            float[] entry = model.background()[g];
            boolean named = isNamed(background.get(g), words);
            if (named) {
                rows.add(entry);
            }
            if (words.contains(
                    SegmentationModel.normalisePhrase(background.get(g).name()))) {
                outright.add(g);
            }
            if (named || isNear(entry, asked, model.description().synonymCosine())) {
                same.add(g);
            }
        }
        return new EncodedQuery(id, rows, model.encodeText(negatives), same, outright);
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
        List<float[]> kept = phrases.stream()
                .filter(row -> givenUp.stream().noneMatch(g -> Arrays.equals(row, background[g])))
                .toList();
        List<Integer> same = excluded.stream().filter(g -> !givenUp.contains(g)).toList();
        return new EncodedQuery(id, kept, negatives, same, outright);
    }

    private static boolean isNamed(BackgroundEntry entry, Set<String> words) {
        return words.contains(SegmentationModel.normalisePhrase(entry.name()))
                || entry.aliases().stream()
                        .map(SegmentationModel::normalisePhrase)
                        .anyMatch(words::contains);
    }

    private static boolean isNear(float[] entry, List<float[]> rows, double cosine) {
        return rows.stream().anyMatch(row -> dot(row, entry) >= cosine);
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int d = 0; d < a.length; d++) {
            sum += (double) a[d] * b[d];
        }
        return sum;
    }
}
