package io.segwatch.inference.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.segwatch.inference.model.Encoding;
import io.segwatch.inference.model.FeatureBasis;
import io.segwatch.inference.model.InputGeometry;
import io.segwatch.inference.model.InputRule;
import io.segwatch.v1.Features;
import io.segwatch.v1.FrameId;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Random;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FeatureEncoderTest {
    private static final BitSet NONE = new BitSet();
    private static final float KAPPA = 20;

    private final Random random = new Random(7);

    private float[] unit(int dims) {
        float[] vector = new float[dims];
        double squares = 0;
        for (int d = 0; d < dims; d++) {
            vector[d] = (float) random.nextGaussian();
            squares += vector[d] * vector[d];
        }
        for (int d = 0; d < dims; d++) {
            vector[d] /= (float) Math.sqrt(squares);
        }
        return vector;
    }

    /** All dimensions, each twice as large for pictures and half for words. */
    private static FeatureBasis whole(int dims, int rows) {
        float[][] pictures = new float[rows][dims];
        float[][] words = new float[rows][dims];
        for (int k = 0; k < rows; k++) {
            pictures[k][k] = 2;
            words[k][k] = 0.5f;
        }
        return new FeatureBasis(pictures, words);
    }

    private static BackgroundEntries entries(float[]... rows) {
        int[][] same = new int[rows.length][];
        Arrays.setAll(same, g -> new int[] {g});
        return new BackgroundEntries(rows, new float[rows.length], same, KAPPA);
    }

    private static Encoding encoding(int dims, int width, int height, IntFunction<float[]> at, float[] feature) {
        FloatBuffer aligned = FloatBuffer.allocate(dims * width * height);
        for (int p = 0; p < width * height; p++) {
            for (int d = 0; d < dims; d++) {
                aligned.put(d * width * height + p, at.apply(p)[d]);
            }
        }
        FloatBuffer lse = FloatBuffer.allocate(width * height);
        return new Encoding(width, height, dims, aligned, lse, FloatBuffer.wrap(feature), 0, 0, 0, null);
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int d = 0; d < a.length; d++) {
            sum += a[d] * b[d];
        }
        return sum;
    }

    @Test
    void aWordsProductWithWhatIsKeptIsThatWithTheMeanOfACellMadeUnitLength() {
        float[] left = unit(8);
        float[] right = unit(8);
        float[][] background = {unit(8), unit(8), unit(8)};
        FeatureBasis basis = whole(8, 8);
        FeatureEncoder encoder = new FeatureEncoder(basis, entries(background));
        InputGeometry geometry = new InputGeometry(96, 64, 96, 64);
        CoarseGrid grid = encoder.grid(geometry, 100);
        assertThat(grid).isEqualTo(new CoarseGrid(3, 2));
        Features.Builder record = Features.newBuilder();
        encoder.encode(encoding(8, 12, 8, p -> p % 12 < 6 ? left : right, left), geometry, grid, NONE, record);
        FeatureVectors vectors = new FeatureVectors(8, 8);
        vectors.read(record.build());
        assertThat(vectors.cells()).isEqualTo(6);
        float[] middle = new float[8];
        for (int d = 0; d < 8; d++) {
            middle[d] = left[d] + right[d];
        }
        double length = Math.sqrt(dot(middle, middle));
        for (float[] word : background) {
            float[] asked = basis.word(word);
            assertThat(product(vectors, 0, asked)).isCloseTo(dot(left, word), within(0.01));
            assertThat(product(vectors, 4, asked)).isCloseTo(dot(middle, word) / length, within(0.01));
            assertThat(product(vectors, 5, asked)).isCloseTo(dot(right, word), within(0.01));
        }
        for (int cell = 0; cell < 6; cell++) {
            double sum = 0;
            for (float[] word : background) {
                sum += Math.exp(KAPPA * product(vectors, cell, basis.word(word)));
            }
            assertThat((double) vectors.background()[cell]).isCloseTo(Math.log(sum), within(0.01));
        }
        assertThat(vectors.imageFeature()).containsExactly(left, within(0.01f));
    }

    private static double product(FeatureVectors vectors, int cell, float[] word) {
        double sum = 0;
        for (int d = 0; d < vectors.dims(); d++) {
            sum += vectors.planes()[d][cell] * word[d];
        }
        return sum;
    }

    /** 128 x 70 of 128 x 128 pixels: the picture ends within the ninth row of positions. */
    @Test
    void whatLiesOnPaddingIsInNoCell() {
        float[] picture = unit(8);
        float[] padding = unit(8);
        FeatureEncoder encoder = new FeatureEncoder(whole(8, 8), entries(unit(8)));
        InputGeometry geometry = new InputGeometry(128, 128, 128, 70);
        CoarseGrid grid = encoder.grid(geometry, 100);
        assertThat(grid).isEqualTo(new CoarseGrid(4, 2));
        Features.Builder record = Features.newBuilder();
        encoder.encode(encoding(8, 16, 16, p -> p / 16 < 9 ? picture : padding, picture), geometry, grid, NONE, record);
        FeatureVectors vectors = new FeatureVectors(8, 8);
        vectors.read(record.build());
        for (int cell = 0; cell < 8; cell++) {
            assertThat(product(vectors, cell, picture)).isCloseTo(2, within(0.02));
        }
    }

    @Test
    void hiddenCellsAreAbsent() {
        float[][] at = new float[64][];
        Arrays.setAll(at, p -> unit(8));
        FeatureEncoder encoder = new FeatureEncoder(whole(8, 6), entries(unit(8)));
        InputGeometry geometry = new InputGeometry(64, 64, 64, 64);
        CoarseGrid grid = new CoarseGrid(2, 2);
        Encoding encoding = encoding(8, 8, 8, p -> at[p], at[0]);
        Features.Builder all = Features.newBuilder();
        encoder.encode(encoding, geometry, grid, NONE, all);
        BitSet hidden = new BitSet();
        hidden.set(1);
        Features.Builder some = Features.newBuilder();
        encoder.encode(encoding, geometry, grid, hidden, some);
        FeatureVectors vectors = new FeatureVectors(6, 8);
        vectors.read(some.build());
        assertThat(Arrays.copyOf(vectors.places(), vectors.cells())).containsExactly(0, 2, 3);
        assertThat(some.getVectors())
                .isEqualTo(
                        all.getVectors().substring(0, 6).concat(all.getVectors().substring(12)));
        hidden.set(0, 4);
        Features.Builder none = Features.newBuilder();
        encoder.encode(encoding, geometry, grid, hidden, none);
        vectors.read(none.build());
        assertThat(vectors.cells()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "1920, 1080, 20, 11",
        "1080, 1920, 11, 20",
        "640, 480, 17, 12",
        "500, 500, 15, 14",
        "3000, 400, 41, 5",
        "10000, 10, 48, 2",
        "10, 10000, 2, 48"
    })
    void aRecordOfAnyAspectFits(int width, int height, int columns, int rows) {
        InputGeometry geometry = new InputRule(false, 225_280, 32, 64, 1_536, 0).geometry(width, height);
        assertThat(largest(geometry, 8)).isEqualTo(new CoarseGrid(columns, rows));
    }

    @ParameterizedTest
    @CsvSource({"1920, 1080, 20, 11", "1080, 1920, 11, 20", "100, 100, 15, 14"})
    void soDoesOneOfALetterbox(int width, int height, int columns, int rows) {
        InputGeometry geometry = new InputRule(true, 0, 0, 0, 0, 1_024).geometry(width, height);
        assertThat(largest(geometry, 16)).isEqualTo(new CoarseGrid(columns, rows));
    }

    /** The grid of a record with a long name, whose entries are all listed for which there is room. */
    private CoarseGrid largest(InputGeometry geometry, int stride) {
        int dims = 128;
        float[] everywhere = unit(dims);
        float[][] seen = new float[41][];
        Arrays.fill(seen, everywhere);
        FeatureEncoder encoder = new FeatureEncoder(whole(dims, 40), entries(seen));
        Features.Builder record = Features.newBuilder()
                .setFrame(FrameId.newBuilder()
                        .setCamera("camera-of-the-yard")
                        .setEpoch(1_700_000_000_000L)
                        .setSequence(1_000_000))
                .setCapturedAtMs(1_700_000_000_000L)
                .setModel("segwatch-lite0@12")
                .setValidMs(65_000);
        CoarseGrid grid = encoder.grid(geometry, record.build().getSerializedSize() + 8);
        Encoding encoding = encoding(
                dims, geometry.inputWidth() / stride, geometry.inputHeight() / stride, p -> everywhere, everywhere);
        BitSet hidden = new BitSet();
        Features.Builder whole = record.clone();
        encoder.encode(encoding, geometry, grid, hidden, whole);
        assertThat(whole.build().getSerializedSize()).isLessThanOrEqualTo(FeatureVectors.MOST_BYTES);
        hidden.set(0);
        encoder.encode(encoding, geometry, grid, hidden, record);
        assertThat(record.build().getSerializedSize()).isLessThanOrEqualTo(FeatureVectors.MOST_BYTES);
        return grid;
    }
}
