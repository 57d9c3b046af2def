package io.segwatch.inference.features;

import com.google.protobuf.ByteString;
import io.segwatch.contracts.MalformedRecordException;
import io.segwatch.v1.Features;

/**
 * A record of the feature log as numbers. Its grid divides the picture evenly into columns and rows; what is said of
 * cells below is of the kept ones, row-major. For one thread: reading a record overwrites the one before, and arrays
 * may be longer than it needs.
 */
public final class FeatureVectors {
    /** The layout of {@link Features} that is written; those before it are read, too. */
    public static final int FORMAT = 2;

    private static final int WITHOUT_PEAKS = 1;
    /** Bytes of a record. */
    public static final int MOST_BYTES = 8 << 10;

    static final int MOST_SIDE = 256;

    private final int directions;
    private final int textDims;
    private final float[] imageFeature;
    private float[][] planes = new float[0][];
    private float[] background = new float[0];
    private float[] scales = new float[0];
    private byte[] scratch = new byte[0];
    private int[] places = new int[0];
    private final int[] peakEntries = new int[PeakScores.MOST];
    private final float[] peaks = new float[PeakScores.MOST];
    private int listed;
    private float unlisted;
    private int columns;
    private int rows;
    private int cells;
    private int dims;

    /**
     * @param directions of the model's feature basis
     * @param textDims of the model's vectors
     */
    public FeatureVectors(int directions, int textDims) {
        this.directions = directions;
        this.textDims = textDims;
        this.imageFeature = new float[textDims];
    }

    /**
     * Reads a record of the model that this was made for, in some microseconds.
     *
     * @throws MalformedRecordException naming the field that breaks the contract; then nothing here means anything
     */
    public void read(Features record) {
        int format = record.getFormat();
        check(
                format >= WITHOUT_PEAKS && format <= FORMAT,
                "format",
                "is " + Integer.toUnsignedString(format),
                "1.." + FORMAT);
        columns = side(record.getColumns(), "columns");
        rows = side(record.getRows(), "rows");
        check(
                columns * rows <= MOST_BYTES,
                "columns",
                columns + " x " + rows + " cells",
                "fewer than bytes of a record");
        allocate(columns * rows);
        readPlaces(record.getKept());
        readVectors(record.getVectors(), record.getScales());
        readHalves(record.getBackground(), "background", background);
        readImageFeature(record.getImageFeature());
        readPeaks(format == WITHOUT_PEAKS ? ByteString.EMPTY : record.getPeaks(), format);
    }

    private static int side(int value, String field) {
        check(value >= 1 && value <= MOST_SIDE, field, "is " + Integer.toUnsignedString(value), "1.." + MOST_SIDE);
        return value;
    }

    private void allocate(int most) {
        if (places.length < most) {
            places = new int[most];
            background = new float[most];
            scales = new float[most];
            planes = new float[directions][most];
        }
    }

    private void readPlaces(ByteString kept) {
        int all = columns * rows;
        cells = 0;
        if (kept.isEmpty()) {
            for (int place = 0; place < all; place++) {
                places[cells++] = place;
            }
            return;
        }
        checkBytes(kept, (all + 7) / 8, "kept");
        for (int place = 0; place < 8 * kept.size(); place++) {
            if ((kept.byteAt(place / 8) >> place % 8 & 1) == 0) {
                continue;
            }
            if (place >= all) {
                throw malformed("kept", "has bit " + place, "none beyond " + all + " cells");
            }
            places[cells++] = place;
        }
    }

    private void readVectors(ByteString vectors, ByteString scaleBytes) {
        dims = cells == 0 ? 0 : vectors.size() / cells;
        check(
                dims >= 1 || cells == 0,
                "vectors",
                "has " + vectors.size() + " bytes",
                "some for each of " + cells + " cells");
        check(dims <= directions, "vectors", "has " + dims + " directions", "at most the model's " + directions);
        checkBytes(vectors, cells * dims, "vectors");
        readHalves(scaleBytes, "scales", scales);
        byte[] bytes = load(vectors);
        int at = 0;
        for (int cell = 0; cell < cells; cell++) {
            float scale = scales[cell];
            for (int d = 0; d < dims; d++) {
                planes[d][cell] = bytes[at++] * scale;
            }
        }
    }

    /** A finite number in half precision for each cell. */
    private void readHalves(ByteString halves, String field, float[] values) {
        checkBytes(halves, 2 * cells, field);
        byte[] bytes = load(halves);
        for (int cell = 0; cell < cells; cell++) {
            values[cell] = HalfFloat.toFloat((short) (bytes[2 * cell] & 0xFF | bytes[2 * cell + 1] << 8));
            if (!Float.isFinite(values[cell])) {
                throw malformed(field, "has " + values[cell] + " at cell " + cell, "a finite number");
            }
        }
    }

    private byte[] load(ByteString field) {
        if (scratch.length < field.size()) {
            scratch = new byte[Math.max(field.size(), MOST_BYTES)];
        }
        field.copyTo(scratch, 0);
        return scratch;
    }

    private void readImageFeature(ByteString feature) {
        checkBytes(feature, textDims, "image_feature");
        double squares = 0;
        for (int d = 0; d < textDims; d++) {
            imageFeature[d] = feature.byteAt(d);
            squares += imageFeature[d] * imageFeature[d];
        }
        check(squares > 0, "image_feature", "is zero", "a direction");
        float length = (float) Math.sqrt(squares);
        for (int d = 0; d < textDims; d++) {
            imageFeature[d] /= length;
        }
    }

    private void readPeaks(ByteString bytes, int format) {
        listed = bytes.size() / PeakScores.BYTES;
        if (format == WITHOUT_PEAKS) {
            unlisted = Float.POSITIVE_INFINITY;
            return;
        }
        check(listed <= PeakScores.MOST, "peaks", "has " + listed + " entries", "at most " + PeakScores.MOST);
        checkBytes(bytes, 1 + listed * PeakScores.BYTES, "peaks");
        unlisted = (bytes.byteAt(0) & 0xFF) / PeakScores.STEPS;
        for (int i = 0; i < listed; i++) {
            int at = 1 + i * PeakScores.BYTES;
            peakEntries[i] = bytes.byteAt(at) & 0xFF | (bytes.byteAt(at + 1) & 0xFF) << 8;
            peaks[i] = (bytes.byteAt(at + 2) & 0xFF) / PeakScores.STEPS;
        }
    }

    private static void checkBytes(ByteString bytes, int expected, String field) {
        if (bytes.size() != expected) {
            throw malformed(field, "has " + bytes.size() + " bytes", Integer.toString(expected));
        }
    }

    private static void check(boolean holds, String field, String found, String expected) {
        if (!holds) {
            throw malformed(field, found, expected);
        }
    }

    private static MalformedRecordException malformed(String field, String found, String expected) {
        return new MalformedRecordException(field + " " + found + "; expected " + expected);
    }

    /** Of the whole grid, hidden cells included. */
    public int columns() {
        return columns;
    }

    /** Of the whole grid, hidden cells included. */
    public int rows() {
        return rows;
    }

    /** Kept ones. */
    public int cells() {
        return cells;
    }

    /** Of the model's directions, so many first ones; 0 without cells. */
    public int dims() {
        return dims;
    }

    /** Of each cell, its place in the whole grid, row-major. */
    public int[] places() {
        return places;
    }

    /** [dims][cells]: of each direction, the cells' values. */
    public float[][] planes() {
        return planes;
    }

    /** [cells]: log of the sum over the model's background of exp(logit scale x product with the kept vector). */
    public float[] background() {
        return background;
    }

    /**
     * The highest score z that a query of the background's entry alone has anywhere in the picture; NaN where it is not
     * listed.
     */
    public float peak(int entry) {
        for (int i = 0; i < listed; i++) {
            if (peakEntries[i] == entry) {
                return peaks[i];
            }
        }
        return Float.NaN;
    }

    /** What entries that are not listed have at most; infinite where nothing is known of entries. */
    public float mostUnlisted() {
        return unlisted;
    }

    /** Of the whole picture, unit length, in all dimensions of the model's vectors. */
    public float[] imageFeature() {
        return imageFeature;
    }
}
