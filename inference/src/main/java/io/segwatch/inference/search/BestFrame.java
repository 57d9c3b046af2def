package io.segwatch.inference.search;

import io.segwatch.inference.features.FeatureVectors;
import io.segwatch.v1.NearestWord;
import io.segwatch.v1.SearchMoment;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** The likeliest frame of a search, and what the model would sooner call its likeliest cell. For one thread. */
final class BestFrame {
    private static final int WORDS = 5;

    private Sighting best;
    private KeptModel model;
    private float[] vector = new float[0];
    private float background;

    void offer(Sighting sighting, AskedModels.Asked asked) {
        boolean better = best == null
                || sighting.probability() > best.probability()
                || sighting.probability() == best.probability() && sighting.share() > best.share();
        int cell = asked.scorers().get(0).peakCell();
        if (!better || cell < 0) {
            return;
        }
        FeatureVectors frame = asked.frame();
        best = sighting;
        model = asked.model();
        vector = new float[frame.dims()];
        for (int d = 0; d < vector.length; d++) {
            vector[d] = frame.planes()[d][cell];
        }
        background = frame.background()[cell];
    }

    Optional<SearchMoment> moment() {
        return Optional.ofNullable(best).map(frame -> frame.moment().build());
    }

    List<NearestWord> nearest() {
        if (best == null) {
            return List.of();
        }
        return IntStream.range(0, model.background().length)
                .mapToObj(g -> NearestWord.newBuilder()
                        .setWord(model.description().background().get(g).name())
                        .setProbability(probability(model.background()[g]))
                        .build())
                .sorted(Comparator.comparingDouble(NearestWord::getProbability).reversed())
                .limit(WORDS)
                .toList();
    }

    private double probability(float[] row) {
        float[] projected = model.basis().word(row);
        double dot = 0;
        for (int d = 0; d < vector.length; d++) {
            dot += (double) vector[d] * projected[d];
        }
        return Math.min(1, Math.exp(model.description().logitScale() * dot - background));
    }
}
