package io.segwatch.inference.search;

import io.segwatch.inference.model.EncodedQuery;
import io.segwatch.inference.model.FeatureBasis;
import io.segwatch.inference.model.ModelDescription;
import io.segwatch.inference.model.ModelException;
import io.segwatch.inference.model.TextModel;
import io.segwatch.v1.Query;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * A model's numbers without its networks, so that nothing native is held while frames are scored.
 *
 * @param background unit rows, not to be written to
 * @param basis the directions that vectors are kept in
 */
record KeptModel(ModelDescription description, float[][] background, FeatureBasis basis) {
    /** @throws ModelException when the model does not say in which directions vectors are kept */
    static KeptModel of(TextModel model) {
        FeatureBasis basis = model.featureBasis()
                .orElseThrow(() -> new ModelException("The model "
                        + model.description().id()
                        + " has no feature_basis.f32: take its directory as it was released"));
        return new KeptModel(model.description(), model.background(), basis);
    }

    /** The query's vectors, of a model that knows one of its words. */
    static EncodedQuery encode(TextModel model, Query query) {
        List<String> phrases = Stream.concat(Stream.of(query.getText()), query.getSynonymsList().stream())
                .toList();
        return EncodedQuery.of(model, query.getId(), phrases, query.getNegativesList());
    }

    /** Rows as kept vectors are multiplied with. */
    float[][] project(List<float[]> rows) {
        return rows.stream().map(basis::word).toArray(float[][]::new);
    }

    /** The background's entry that has this row; -1 for other rows. */
    int entry(float[] row) {
        for (int g = 0; g < background.length; g++) {
            if (Arrays.equals(row, background[g])) {
                return g;
            }
        }
        return -1;
    }

    /** What a background entry's score gets where a query names it; 0 for other rows. */
    float bias(float[] row) {
        int entry = entry(row);
        return entry < 0 ? 0 : description.background().get(entry).bias();
    }
}
