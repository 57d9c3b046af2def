package io.segwatch.inference.search;

import io.segwatch.inference.features.FeatureVectors;
import io.segwatch.inference.model.InputGeometry;
import io.segwatch.inference.scoring.MaskMaker;
import io.segwatch.v1.Features;
import io.segwatch.v1.Observation;
import io.segwatch.v1.Query;
import java.util.Arrays;
import java.util.List;

/**
 * What queries that never ran would have seen in kept frames, as observations: the cells' probabilities resized to four
 * positions a side of each, as the worker resizes its own. For one thread.
 */
final class PastMasks implements AutoCloseable {
    /** Of the encoder's input, as the worker's masks have it: a cell of 16 of them becomes 4 x 4. */
    private static final int CELL = 4 * MaskMaker.MASK_STRIDE;

    private final List<Query> queries;
    private final MaskMaker masks = new MaskMaker();
    private float[] grid = new float[0];

    PastMasks(List<Query> queries) {
        this.queries = queries;
    }

    /** @param asked the frame with the queries' scores; null when it cannot be asked, and then answers none */
    Observation observation(Features features, AskedModels.Asked asked, long observedAtMs) {
        Observation.Builder observation = Observation.newBuilder()
                .setFrame(features.getFrame())
                .setCapturedAtMs(features.getCapturedAtMs())
                .setModel(features.getModel())
                .setObservedAtMs(observedAtMs);
        if (asked == null) {
            return observation.build();
        }
        FeatureVectors frame = asked.frame();
        InputGeometry geometry = new InputGeometry(
                frame.columns() * CELL, frame.rows() * CELL, frame.columns() * CELL, frame.rows() * CELL);
        for (int q = 0; q < queries.size(); q++) {
            CellScorer scorer = asked.scorers().get(q);
            spread(frame, scorer.probabilities());
            masks.make(grid, frame.columns(), frame.rows(), geometry, scorer.threshold());
            observation.addQueries(masks.describe(queries.get(q).getId(), grid, scorer.wholePicture(frame)));
        }
        return observation.build();
    }

    /** Nothing is seen where privacy masks hide the picture. */
    private void spread(FeatureVectors frame, float[] probabilities) {
        int all = frame.columns() * frame.rows();
        if (grid.length != all) {
            grid = new float[all];
        }
        Arrays.fill(grid, 0);
        for (int c = 0; c < frame.cells(); c++) {
            grid[frame.places()[c]] = probabilities[c];
        }
    }

    @Override
    public void close() {
        masks.close();
    }
}
