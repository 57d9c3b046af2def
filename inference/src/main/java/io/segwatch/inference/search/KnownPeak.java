package io.segwatch.inference.search;

import io.segwatch.inference.features.CoarseShare;
import io.segwatch.inference.features.FeatureVectors;
import io.segwatch.inference.model.EncodedQuery;

/**
 * What frames tell of a query's highest score z in the whole picture, by the highest scores of the background's entries
 * that are kept with them. Of a query of one entry alone it is known; with negatives it is at most that; with synonyms
 * at least what each of their entries has. Of words that are no entry nothing is known.
 */
final class KnownPeak {
    private final int[] atLeast;
    private final int atMost;

    private KnownPeak(int[] atLeast, int atMost) {
        this.atLeast = atLeast;
        this.atMost = atMost;
    }

    static KnownPeak of(KeptModel model, EncodedQuery query) {
        int[] entries = query.phrases().stream()
                .mapToInt(model::entry)
                .filter(entry -> entry >= 0)
                .toArray();
        boolean alone = query.phrases().size() == 1
                && entries.length == 1
                && query.excluded()
                        .equals(EncodedQuery.sameAs(
                                model.background(),
                                entries[0],
                                model.description().synonymCosine()));
        return new KnownPeak(query.negatives().isEmpty() ? entries : new int[0], alone ? entries[0] : -1);
    }

    /** Infinite where it is not known. */
    float most(FeatureVectors frame) {
        if (atMost < 0) {
            return Float.POSITIVE_INFINITY;
        }
        float listed = frame.peak(atMost);
        return Float.isNaN(listed) ? frame.mostUnlisted() : listed;
    }

    private float least(FeatureVectors frame) {
        float least = Float.NEGATIVE_INFINITY;
        for (int entry : atLeast) {
            float listed = frame.peak(entry);
            least = Float.isNaN(listed) ? least : Math.max(least, listed);
        }
        return least;
    }

    /** Within what is known, what the highest score of cells lets expect. */
    float expected(FeatureVectors frame, float ofCells) {
        return Math.max(least(frame), Math.min(most(frame), CoarseShare.highest(ofCells)));
    }

    /** Something is known of it. */
    boolean isKnown(FeatureVectors frame) {
        return most(frame) < Float.POSITIVE_INFINITY || least(frame) > Float.NEGATIVE_INFINITY;
    }
}
