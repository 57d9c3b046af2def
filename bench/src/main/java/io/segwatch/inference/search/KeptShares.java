package io.segwatch.inference.search;

import io.segwatch.inference.features.FeatureVectors;
import io.segwatch.inference.model.EncodedQuery;
import io.segwatch.inference.model.SegmentationModel;
import io.segwatch.v1.Camera;
import io.segwatch.v1.Features;
import java.util.List;
import java.util.Optional;

/** Shares of the whole picture as the search finds them in kept frames. For one thread. */
public final class KeptShares {
    private final FeatureVectors vectors;
    private final List<WordScorer> scorers;
    private final ZoneCells picture = new ZoneCells(Camera.getDefaultInstance(), Optional.empty());

    public KeptShares(SegmentationModel model, List<EncodedQuery> queries, float threshold) {
        KeptModel kept = new KeptModel(
                model.description(), model.background(), model.featureBasis().orElseThrow());
        vectors = new FeatureVectors(
                kept.basis().directions(), model.description().textDims());
        scorers = queries.stream()
                .map(query -> new WordScorer(kept, query, threshold))
                .toList();
    }

    /** One for each query. */
    public double[] of(Features record) {
        vectors.read(record);
        return scorers.stream()
                .mapToDouble(scorer -> {
                    scorer.score(vectors);
                    return picture.share(vectors, scorer);
                })
                .toArray();
    }
}
