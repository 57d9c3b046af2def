package io.segwatch.inference.search;

import io.segwatch.inference.features.FeatureVectors;
import io.segwatch.inference.model.EncodedQuery;
import io.segwatch.inference.model.SegmentationModel;
import io.segwatch.v1.Camera;
import io.segwatch.v1.Features;
import io.segwatch.v1.Point;
import io.segwatch.v1.SearchExample;
import java.util.List;
import java.util.Optional;

/** Shares of the whole picture that the search finds in kept frames after a click on one of them. For one thread. */
public final class ClickedShares {
    private final KeptModel model;
    private final FeatureVectors vectors;
    private final ZoneCells picture = new ZoneCells(Camera.getDefaultInstance(), Optional.empty());

    public ClickedShares(SegmentationModel model) {
        this.model = new KeptModel(
                model.description(), model.background(), model.featureBasis().orElseThrow());
        this.vectors = new FeatureVectors(
                this.model.basis().directions(), model.description().textDims());
    }

    /**
     * One for each frame, in their order.
     *
     * @param clicked the frame that is clicked, where it shows the query the most likely
     */
    public double[] of(List<Features> frames, int clicked, EncodedQuery query) {
        LikenessScorer likeness = LikenessScorer.of(model, frames.get(clicked), click(frames.get(clicked), query));
        return frames.stream()
                .mapToDouble(frame -> {
                    vectors.read(frame);
                    likeness.score(vectors);
                    return picture.share(vectors, likeness);
                })
                .toArray();
    }

    private SearchExample click(Features frame, EncodedQuery query) {
        vectors.read(frame);
        WordScorer scorer = new WordScorer(model, query, 0.5f);
        scorer.score(vectors);
        int place = vectors.places()[scorer.peakCell()];
        return SearchExample.newBuilder()
                .setAt(Point.newBuilder()
                        .setX((place % vectors.columns() + 0.5) / vectors.columns())
                        .setY((place / vectors.columns() + 0.5) / vectors.rows()))
                .build();
    }
}
