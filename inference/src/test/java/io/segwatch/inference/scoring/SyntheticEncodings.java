package io.segwatch.inference.scoring;

import io.segwatch.inference.model.EncodedQuery;
import io.segwatch.inference.model.Encoding;
import io.segwatch.inference.model.InputRule;
import io.segwatch.inference.model.ModelDescription;
import io.segwatch.inference.model.ModelDescription.BackgroundEntry;
import io.segwatch.inference.model.ModelDescription.Calibration;
import io.segwatch.inference.model.ModelDescription.Text;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Random pictures as an image encoder would describe them, without one. */
public final class SyntheticEncodings {
    public static final int DIMS = 12;
    public static final int WIDTH = 7;
    public static final int HEIGHT = 5;
    static final int BACKGROUND = 6;

    private final Random random;
    public final float[][] background;
    public final ModelDescription model;

    public SyntheticEncodings(long seed, float logitScale, float sure) {
        random = new Random(seed);
        background = new float[BACKGROUND][];
        for (int g = 0; g < BACKGROUND; g++) {
            background[g] = unit();
        }
        model = new ModelDescription(
                "test",
                "1",
                new InputRule(false, 1, 1, 1, 1, 0),
                1,
                4,
                DIMS,
                8,
                logitScale,
                new Text("text_encoder.onnx", "mean", 64, DIMS, null, List.of("{}")),
                new Calibration(1.7f, -0.4f, 0.3f, sure),
                new Calibration(0.6f, 0.3f, 0, 0),
                0.8,
                IntStream.range(0, BACKGROUND)
                        .mapToObj(g -> new BackgroundEntry("thing", List.of(), bias(g)))
                        .toList());
    }

    /** The worker's own. */
    public Scorer scorer(EncodedQuery query) {
        return new Scorer(model, background, List.of(query));
    }

    /** A query of which no phrase is a background entry's name or alias. */
    public static EncodedQuery query(
            String id, List<float[]> phrases, List<float[]> negatives, List<Integer> excluded) {
        return new EncodedQuery(id, phrases, negatives, excluded, List.of(), List.of());
    }

    static float bias(int entry) {
        return 0.5f * entry - 1;
    }

    public float[] unit() {
        float[] row = new float[DIMS];
        double sum = 0;
        for (int d = 0; d < DIMS; d++) {
            row[d] = (float) random.nextGaussian();
            sum += row[d] * row[d];
        }
        for (int d = 0; d < DIMS; d++) {
            row[d] /= (float) Math.sqrt(sum);
        }
        return row;
    }

    public List<float[]> units(int count) {
        List<float[]> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            rows.add(unit());
        }
        return rows;
    }

    /** Position p shows {@code vectors.get(p)}; the whole picture shows the first. */
    Encoding of(List<float[]> vectors) {
        float[] lse = new float[vectors.size()];
        for (int p = 0; p < lse.length; p++) {
            lse[p] = backgroundLse(vectors.get(p));
        }
        return of(vectors, lse, vectors.get(0));
    }

    public float backgroundLse(float[] vector) {
        double sum = 0;
        for (float[] row : background) {
            sum += Math.exp(model.logitScale() * dot(vector, row));
        }
        return (float) Math.log(sum);
    }

    /** @param lse background term of each position */
    public Encoding of(List<float[]> vectors, float[] lse, float[] imageFeature) {
        int positions = WIDTH * HEIGHT;
        FloatBuffer aligned = floats(DIMS * positions);
        for (int p = 0; p < positions; p++) {
            for (int d = 0; d < DIMS; d++) {
                aligned.put(d * positions + p, vectors.get(p)[d]);
            }
        }
        FloatBuffer feature = floats(DIMS).put(0, imageFeature);
        FloatBuffer background = floats(positions).put(0, lse);
        return new Encoding(WIDTH, HEIGHT, DIMS, aligned, background, feature, 0, 0, 0, null);
    }

    Encoding any() {
        return of(units(WIDTH * HEIGHT));
    }

    static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int d = 0; d < a.length; d++) {
            sum += (double) a[d] * b[d];
        }
        return sum;
    }

    private static FloatBuffer floats(int count) {
        return ByteBuffer.allocateDirect(count * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }
}
