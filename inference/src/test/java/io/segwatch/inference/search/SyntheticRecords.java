package io.segwatch.inference.search;

import com.google.protobuf.ByteString;
import io.segwatch.inference.model.FeatureBasis;
import io.segwatch.inference.scoring.SyntheticEncodings;
import io.segwatch.v1.Features;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Kept frames of vectors that a test chooses, in a basis of which each dimension is a direction. */
final class SyntheticRecords {
    private static final int DIMS = SyntheticEncodings.DIMS;

    private SyntheticRecords() {}

    static KeptModel model(SyntheticEncodings synthetic) {
        float[][] rows = new float[DIMS][DIMS];
        for (int d = 0; d < DIMS; d++) {
            rows[d][d] = 1;
        }
        return new KeptModel(synthetic.model, synthetic.background, new FeatureBasis(rows, rows));
    }

    /** @param vectors of unit length, of each cell of its grid, row-major */
    static Features of(SyntheticEncodings synthetic, List<float[]> vectors) {
        ByteBuffer bytes = ByteBuffer.allocate(vectors.size() * DIMS);
        ByteBuffer scales = ByteBuffer.allocate(2 * vectors.size()).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer background = ByteBuffer.allocate(2 * vectors.size()).order(ByteOrder.LITTLE_ENDIAN);
        for (float[] vector : vectors) {
            for (int d = 0; d < DIMS; d++) {
                bytes.put((byte) Math.round(vector[d] * 128 * 0.99f));
            }
            // 1/128 in half precision.
            scales.putShort((short) 0x2000);
            background.putShort(half(synthetic.backgroundLse(vector)));
        }
        ByteBuffer feature = ByteBuffer.allocate(DIMS);
        for (float value : synthetic.unit()) {
            feature.put((byte) Math.round(127 * value));
        }
        return Features.newBuilder()
                .setFormat(1)
                .setColumns(SyntheticEncodings.WIDTH)
                .setRows(SyntheticEncodings.HEIGHT)
                .setVectors(ByteString.copyFrom(bytes.flip()))
                .setScales(ByteString.copyFrom(scales.flip()))
                .setBackground(ByteString.copyFrom(background.flip()))
                .setImageFeature(ByteString.copyFrom(feature.flip()))
                .build();
    }

    /** Of a number of 1 to 60 000, cut off. */
    private static short half(float value) {
        int bits = Float.floatToIntBits(value);
        return (short) ((bits >> 23) - 112 << 10 | bits >> 13 & 0x3FF);
    }
}
