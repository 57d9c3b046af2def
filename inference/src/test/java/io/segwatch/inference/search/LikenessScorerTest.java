package io.segwatch.inference.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.segwatch.inference.features.FeatureVectors;
import io.segwatch.inference.scoring.SyntheticEncodings;
import io.segwatch.v1.Camera;
import io.segwatch.v1.Features;
import io.segwatch.v1.Point;
import io.segwatch.v1.SearchExample;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LikenessScorerTest {
    private static final int DIMS = SyntheticEncodings.DIMS;
    private static final int WIDTH = SyntheticEncodings.WIDTH;

    private final SyntheticEncodings synthetic = new SyntheticEncodings(5, 20, 3);
    private final float[] thing = synthetic.unit();
    private final float[] ground = synthetic.unit();

    /** The thing in rows of the picture, each cell of it a little different, as are those of the ground. */
    private Features frame(int fromRow, int toRow) {
        List<float[]> vectors = new ArrayList<>();
        for (int cell = 0; cell < WIDTH * SyntheticEncodings.HEIGHT; cell++) {
            boolean there = cell / WIDTH >= fromRow && cell / WIDTH < toRow;
            vectors.add(near(there ? thing : ground));
        }
        return SyntheticRecords.of(synthetic, vectors);
    }

    /** A cosine of about 0.96 away. */
    private float[] near(float[] vector) {
        float[] other = synthetic.unit();
        float[] mixed = new float[DIMS];
        double squares = 0;
        for (int d = 0; d < DIMS; d++) {
            mixed[d] = vector[d] + 0.3f * other[d];
            squares += mixed[d] * mixed[d];
        }
        for (int d = 0; d < DIMS; d++) {
            mixed[d] /= (float) Math.sqrt(squares);
        }
        return mixed;
    }

    private static double share(LikenessScorer likeness, Features frame) {
        FeatureVectors vectors = new FeatureVectors(DIMS, DIMS);
        vectors.read(frame);
        likeness.score(vectors);
        return new ZoneCells(Camera.getDefaultInstance(), Optional.empty()).share(vectors, likeness);
    }

    @Test
    void aClickOnOneCellOfAThingFindsAllOfItAndNotWhatLiesAroundIt() {
        Features clicked = frame(0, 1);
        SearchExample middle = SearchExample.newBuilder()
                .setAt(Point.newBuilder().setX(0.5).setY(0.1))
                .build();
        LikenessScorer likeness = LikenessScorer.of(SyntheticRecords.model(synthetic), clicked, middle);
        assertThat(share(likeness, clicked)).isCloseTo(0.2, within(0.05));
        assertThat(share(likeness, frame(3, 5))).isCloseTo(0.4, within(0.08));
        assertThat(share(likeness, frame(0, 0))).isLessThan(0.01);
    }
}
