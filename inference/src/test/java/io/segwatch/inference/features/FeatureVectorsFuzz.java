package io.segwatch.inference.features;

import com.google.protobuf.InvalidProtocolBufferException;
import io.segwatch.contracts.MalformedRecordException;
import io.segwatch.v1.Features;

/** Records of the feature log. */
public final class FeatureVectorsFuzz {
    private FeatureVectorsFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        FeatureVectors vectors = new FeatureVectors(4, 3);
        try {
            vectors.read(Features.parseFrom(data));
        } catch (InvalidProtocolBufferException | MalformedRecordException e) {
            return;
        }
        if (vectors.mostUnlisted() < 0 || vectors.peak(0) < 0) {
            throw new AssertionError("a score that is not written");
        }
        for (int cell = 0; cell < vectors.cells(); cell++) {
            if (vectors.places()[cell] >= vectors.columns() * vectors.rows()) {
                throw new AssertionError("a cell outside of the grid");
            }
            for (int d = 0; d < vectors.dims(); d++) {
                if (!Float.isFinite(vectors.planes()[d][cell] + vectors.background()[cell])) {
                    throw new AssertionError("a number that is none");
                }
            }
        }
    }
}
