package io.segwatch.inference.features;

import com.google.protobuf.ByteString;
import io.segwatch.inference.model.Encoding;
import io.segwatch.inference.model.FeatureBasis;
import io.segwatch.inference.model.InputGeometry;
import io.segwatch.v1.Features;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.BitSet;
import org.bytedeco.opencv.global.opencv_core;

/**
 * A frame's encoding to a record of the feature log ("Feature log" in models/README.md), in about two milliseconds. For
 * one thread; its buffers are reused.
 */
final class FeatureEncoder {
    /** With so many, cells of 32 pixels fill a record. */
    private static final int MOST_DIRECTIONS = 32;
    /** Tags and lengths of the fields that grow with the cells. */
    private static final int TAGS = 16;
    /** Tag and length of the peaks. */
    private static final int PEAK_TAGS = 2;

    private static final int MOST_STEPS = 127;
    private static final float LEAST_SCALE = 0x1p-24f;

    private final float[][] ofPictures;
    /** [G][directions] */
    private final float[][] background;

    private final PeakScores peaks;
    private final float logitScale;
    private final int textDims;
    private final int directions;

    private CoarseGrid grid = new CoarseGrid(0, 0);
    /** [D][cells], then [directions][cells]. */
    private float[][] pooled = new float[0][];

    private float[][] kept = new float[0][];
    private float[] plane = new float[0];
    private float[] line = new float[0];
    private float[] row = new float[0];
    private float[] exponentials = new float[0];
    private float[] highest = new float[0];
    /** [G]: the highest log-probability of each entry in any cell. */
    private final float[] likeliest;

    private float[] sums = new float[0];
    private float[][] logits = new float[0][];

    FeatureEncoder(FeatureBasis basis, BackgroundEntries entries) {
        this.directions = Math.min(MOST_DIRECTIONS, basis.directions());
        this.ofPictures = Arrays.copyOf(basis.ofPictures(), directions);
        this.background = Arrays.stream(entries.rows())
                .map(each -> Arrays.copyOf(basis.word(each), directions))
                .toArray(float[][]::new);
        this.likeliest = new float[background.length];
        this.peaks = new PeakScores(entries);
        this.logitScale = entries.logitScale();
        this.textDims = basis.ofPictures()[0].length;
    }

    /** The cells of records of this geometry, beside fields that take {@code otherBytes}. */
    CoarseGrid grid(InputGeometry geometry, int otherBytes) {
        int room = FeatureVectors.MOST_BYTES - otherBytes - textDims - TAGS - PeakScores.LEAST_BYTES;
        // Two numbers of two bytes beside its vector, and a bit for each cell as soon as one is hidden.
        int bytes = directions + 4;
        int most = room / bytes;
        boolean hiddenOnePays = most / 8 + 3 <= bytes;
        return CoarseGrid.of(geometry, Math.max(1, hiddenOnePays ? most : 8 * (room - 1) / (8 * bytes + 1)));
    }

    /**
     * Fills in the record's layout and vectors.
     *
     * @param hidden cells that are left out, of the grid's, row-major
     */
    void encode(Encoding encoding, InputGeometry geometry, CoarseGrid of, BitSet hidden, Features.Builder record) {
        allocate(of);
        pool(encoding, geometry);
        project();
        byte[] vectors = new byte[(of.cells() - hidden.cardinality()) * directions];
        byte[] scales = new byte[2 * vectors.length / directions];
        quantise(hidden, vectors, scales);
        sumBackground();
        byte[] sumsOfKept = new byte[scales.length];
        int at = 0;
        for (int cell = 0; cell < of.cells(); cell++) {
            if (!hidden.get(cell)) {
                put(sumsOfKept, at++, HalfFloat.of(clamped(sums[cell])));
            }
        }
        record.setFormat(FeatureVectors.FORMAT)
                .setColumns(of.columns())
                .setRows(of.rows())
                .setVectors(ByteString.copyFrom(vectors))
                .setScales(ByteString.copyFrom(scales))
                .setBackground(ByteString.copyFrom(sumsOfKept))
                .setImageFeature(imageFeature(encoding.imageFeature()));
        if (!hidden.isEmpty()) {
            record.setKept(ByteString.copyFrom(keptBits(hidden, of.cells())));
        }
        int room = FeatureVectors.MOST_BYTES - record.buildPartial().getSerializedSize() - PEAK_TAGS;
        record.setPeaks(peaks.of(encoding, likeliest, room));
    }

    private void allocate(CoarseGrid of) {
        if (of.cells() != grid.cells()) {
            int cells = of.cells();
            pooled = new float[textDims][cells];
            kept = new float[directions][cells];
            logits = new float[background.length][cells];
            exponentials = new float[cells];
            highest = new float[cells];
            sums = new float[cells];
        }
        grid = of;
    }

    /** Means over the cells, made unit length again. */
    private void pool(Encoding encoding, InputGeometry geometry) {
        int width = encoding.gridWidth();
        int height = encoding.gridHeight();
        CellAxis across = new CellAxis(grid.columns(), (double) width * geometry.validWidth() / geometry.inputWidth());
        CellAxis down = new CellAxis(grid.rows(), (double) height * geometry.validHeight() / geometry.inputHeight());
        if (plane.length != width * height) {
            plane = new float[width * height];
        }
        line = line.length == width ? line : new float[width];
        Arrays.fill(sums, 0);
        for (int d = 0; d < textDims; d++) {
            encoding.textAligned().get(d * width * height, plane);
            average(across, down, width, pooled[d]);
            for (int cell = 0; cell < grid.cells(); cell++) {
                sums[cell] += pooled[d][cell] * pooled[d][cell];
            }
        }
        for (int cell = 0; cell < grid.cells(); cell++) {
            sums[cell] = sums[cell] > 0 ? (float) (1 / Math.sqrt(sums[cell])) : 0;
        }
    }

    /** One dimension's plane to its cells: rows of positions first, which lie side by side. */
    private void average(CellAxis across, CellAxis down, int width, float[] means) {
        int cell = 0;
        for (int r = 0; r < down.cells(); r++) {
            Arrays.fill(line, 0);
            float[] weights = down.weights(r);
            for (int y = 0; y < weights.length; y++) {
                int start = (down.first(r) + y) * width;
                float weight = weights[y];
                for (int x = 0; x < width; x++) {
                    line[x] += weight * plane[start + x];
                }
            }
            for (int c = 0; c < across.cells(); c++) {
                float mean = 0;
                float[] parts = across.weights(c);
                for (int x = 0; x < parts.length; x++) {
                    mean += parts[x] * line[across.first(c) + x];
                }
                means[cell++] = mean;
            }
        }
    }

    private void project() {
        for (int k = 0; k < directions; k++) {
            float[] values = kept[k];
            Arrays.fill(values, 0);
            multiply(pooled, ofPictures[k], values);
            for (int cell = 0; cell < values.length; cell++) {
                values[cell] *= sums[cell];
            }
        }
    }

    private static void multiply(float[][] planes, float[] by, float[] into) {
        for (int d = 0; d < by.length; d++) {
            float factor = by[d];
            float[] values = planes[d];
            for (int cell = 0; cell < into.length; cell++) {
                into[cell] += factor * values[cell];
            }
        }
    }

    /** Leaves in {@link #kept} what a reader will see. */
    private void quantise(BitSet hidden, byte[] vectors, byte[] scales) {
        int at = 0;
        for (int cell = 0; cell < grid.cells(); cell++) {
            float most = 0;
            for (int k = 0; k < directions; k++) {
                most = Math.max(most, Math.abs(kept[k][cell]));
            }
            short half = HalfFloat.of(Math.max(LEAST_SCALE, most / MOST_STEPS));
            float scale = HalfFloat.toFloat(half);
            if (!hidden.get(cell)) {
                put(scales, at / directions, half);
            }
            for (int k = 0; k < directions; k++) {
                int steps = Math.max(-MOST_STEPS, Math.min(MOST_STEPS, Math.round(kept[k][cell] / scale)));
                kept[k][cell] = steps * scale;
                if (!hidden.get(cell)) {
                    vectors[at++] = (byte) steps;
                }
            }
        }
    }

    /** log Σ_g exp(κ · v · b'_g) of the kept vectors, into {@link #sums}; and {@link #likeliest}. */
    private void sumBackground() {
        int cells = grid.cells();
        Arrays.fill(highest, Float.NEGATIVE_INFINITY);
        for (int g = 0; g < background.length; g++) {
            Arrays.fill(logits[g], 0);
            multiply(kept, background[g], logits[g]);
            for (int cell = 0; cell < cells; cell++) {
                logits[g][cell] *= logitScale;
                highest[cell] = Math.max(highest[cell], logits[g][cell]);
            }
        }
        Arrays.fill(sums, 0);
        for (float[] ofEntry : logits) {
            for (int cell = 0; cell < cells; cell++) {
                ofEntry[cell] -= highest[cell];
            }
            opencv_core.exp(ofEntry, exponentials, cells);
            for (int cell = 0; cell < cells; cell++) {
                sums[cell] += exponentials[cell];
            }
        }
        for (int cell = 0; cell < cells; cell++) {
            float log = (float) Math.log(sums[cell]);
            sums[cell] = highest[cell] + log;
            highest[cell] = log;
        }
        for (int g = 0; g < background.length; g++) {
            likeliest[g] = Float.NEGATIVE_INFINITY;
            for (int cell = 0; cell < cells; cell++) {
                likeliest[g] = Math.max(likeliest[g], logits[g][cell] - highest[cell]);
            }
        }
    }

    private ByteString imageFeature(FloatBuffer feature) {
        row = row.length == textDims ? row : new float[textDims];
        feature.get(0, row);
        float most = 0;
        for (float value : row) {
            most = Math.max(most, Math.abs(value));
        }
        byte[] bytes = new byte[textDims];
        for (int d = 0; d < textDims; d++) {
            bytes[d] = (byte) Math.round(MOST_STEPS * row[d] / most);
        }
        return ByteString.copyFrom(bytes);
    }

    private static byte[] keptBits(BitSet hidden, int cells) {
        byte[] bits = new byte[(cells + 7) / 8];
        for (int cell = 0; cell < cells; cell++) {
            if (!hidden.get(cell)) {
                bits[cell / 8] |= (byte) (1 << cell % 8);
            }
        }
        return bits;
    }

    private static float clamped(float value) {
        return Math.max(-HalfFloat.MOST, Math.min(HalfFloat.MOST, value));
    }

    private static void put(byte[] halves, int at, short half) {
        halves[2 * at] = (byte) half;
        halves[2 * at + 1] = (byte) (half >> 8);
    }
}
