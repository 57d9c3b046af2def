package io.segwatch.inference.features;

import io.segwatch.inference.model.EncodedQuery;
import io.segwatch.inference.model.ModelDescription;
import io.segwatch.inference.model.ModelDescription.BackgroundEntry;

/**
 * The model's background as what it is asked for, entry by entry.
 *
 * @param rows [G][D], unit length; not to be written to
 * @param biases of their scores, [G]
 * @param same of each entry, the entries that mean the same, itself among them
 * @param logitScale what products with vectors are multiplied with
 */
record BackgroundEntries(float[][] rows, float[] biases, int[][] same, float logitScale) {

    static BackgroundEntries of(ModelDescription model, float[][] rows) {
        float[] biases = new float[rows.length];
        int[][] same = new int[rows.length][];
        for (int g = 0; g < rows.length; g++) {
            BackgroundEntry entry = model.background().get(g);
            biases[g] = entry.bias();
            same[g] = EncodedQuery.sameAs(rows, g, model.synonymCosine()).stream()
                    .mapToInt(Integer::intValue)
                    .toArray();
        }
        return new BackgroundEntries(rows, biases, same, model.logitScale());
    }
}
