package io.segwatch.inference.search;

import io.segwatch.contracts.Topic;
import io.segwatch.inference.features.FeatureVectors;
import io.segwatch.kafka.PastRecords;
import io.segwatch.v1.Features;
import io.segwatch.v1.SearchHeat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** One kept frame, found again. */
final class KeptFrames {
    private KeptFrames() {}

    /** @param atMs event time of the frame */
    static Optional<Features> find(PastRecords records, String camera, long epoch, long sequence, long atMs) {
        List<Features> found = new ArrayList<>(1);
        records.read(Topic.FEATURES, camera, atMs - BackwardReading.EARLY_MS, record -> {
            Features features = SearchRun.parsed(record);
            if (features != null
                    && features.getFrame().getEpoch() == epoch
                    && features.getFrame().getSequence() == sequence) {
                found.add(features);
            }
            return found.isEmpty() && record.timestamp() <= atMs + BackwardReading.LATE_MS;
        });
        return found.stream().findFirst();
    }

    static SearchHeat heat(AskedModels.Asked asked) {
        FeatureVectors frame = asked.frame();
        CellScorer scorer = asked.scorers().get(0);
        float[] all = new float[frame.columns() * frame.rows()];
        Arrays.fill(all, -1);
        for (int c = 0; c < frame.cells(); c++) {
            all[frame.places()[c]] = scorer.probabilities()[c];
        }
        SearchHeat.Builder heat =
                SearchHeat.newBuilder().setColumns(frame.columns()).setRows(frame.rows());
        for (float probability : all) {
            heat.addProbabilities(probability);
        }
        return heat.build();
    }
}
