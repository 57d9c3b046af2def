package io.segwatch.inference.worker;

import io.segwatch.inference.model.EncodedQuery;
import io.segwatch.inference.model.Encoding;
import io.segwatch.inference.model.InputGeometry;
import io.segwatch.inference.model.SegmentationModel;
import io.segwatch.inference.refine.Refiner;
import io.segwatch.inference.scoring.MaskMaker;
import io.segwatch.inference.scoring.Scorer;
import io.segwatch.inference.scoring.Smoother;
import io.segwatch.v1.Query;
import io.segwatch.v1.QueryMask;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Runs one list of queries over frames: scores, smoothing, masks, refinement. For one thread. */
final class QueryScorer implements AutoCloseable {
    private final List<EncodedQueries.ActiveQuery> entries;
    private final Scorer scorer;
    private final Refiner refiner;
    private final int smoothingMs;
    private final MaskMaker masks = new MaskMaker();
    private float[] probabilities = new float[0];

    QueryScorer(SegmentationModel model, InferenceConfig config, List<EncodedQueries.ActiveQuery> entries) {
        this.entries = entries;
        this.scorer = new Scorer(
                model, entries.stream().map(EncodedQueries.ActiveQuery::encoded).toList());
        this.refiner = new Refiner(model, config.refineComponents());
        this.smoothingMs = (int) config.smoothing().toMillis();
    }

    /**
     * The queries' masks in the order of the list.
     *
     * @param moving positions of the encoding where the picture may have changed; null where that is not known
     * @param smoothers of this camera, by query; missing ones are added
     */
    List<QueryMask> score(
            Encoding encoding,
            InputGeometry geometry,
            long capturedAtMs,
            boolean[] moving,
            Map<EncodedQuery, Smoother> smoothers) {
        List<QueryMask> results = new ArrayList<>(entries.size());
        if (entries.isEmpty()) {
            return results;
        }
        if (probabilities.length != encoding.positions()) {
            probabilities = new float[encoding.positions()];
        }
        scorer.start(encoding);
        for (int q = 0; q < entries.size(); q++) {
            EncodedQueries.ActiveQuery entry = entries.get(q);
            scorer.probabilities(q, probabilities);
            smoothers
                    .computeIfAbsent(entry.encoded(), query -> new Smoother(smoothingMs))
                    .smooth(probabilities, capturedAtMs, moving);
            masks.make(probabilities, encoding.gridWidth(), encoding.gridHeight(), geometry, threshold(entry.query()));
            if (entry.query().getRefine() && encoding.imageEmbedding() != null && masks.area() > 0) {
                refiner.refine(encoding, geometry, masks.inside(), masks.width(), masks.height());
                masks.measure();
            }
            results.add(masks.describe(entry.query().getId(), probabilities, scorer.classProbability(q))
                    .build());
        }
        return results;
    }

    private static float threshold(Query query) {
        return query.getThreshold() == 0 ? MaskMaker.THRESHOLD : (float) query.getThreshold();
    }

    @Override
    public void close() {
        masks.close();
    }
}
