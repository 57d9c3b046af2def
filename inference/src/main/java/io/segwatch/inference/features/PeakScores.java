package io.segwatch.inference.features;

import com.google.protobuf.ByteString;
import io.segwatch.inference.model.Encoding;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The highest score that queries of the background's entries have anywhere in a picture. The calibration asks for it
 * ("Score" in models/README.md), and means over cells do not have it. Looked at are the entries that some cell makes
 * likely enough, at all positions. For one thread; its buffers are reused.
 */
final class PeakScores {
    /** Of a score of 1. */
    static final float STEPS = 16;
    /** Of a listed entry. */
    static final int BYTES = 3;
    /** Entries that are listed. */
    static final int MOST = 24;
    /** There is always room for so many bytes: about twice as many entries as a picture shows. */
    static final int LEAST_BYTES = 1 + 8 * BYTES;

    private static final int MOST_STEPS = 255;
    private static final double LEAST_BACKGROUND = 1e-6;
    /** Score of the likeliest cell; of 99 in 100 entries that a picture shows it is at most 3.3 under the highest. */
    private static final float LEAST_OF_CELLS = -3;

    private static final int MOST_LOOKED_AT = 32;

    private final BackgroundEntries entries;
    private float[] plane = new float[0];
    private float[] lse = new float[0];
    private float[][] products = new float[0][];

    private record Peak(int entry, double score) {}

    PeakScores(BackgroundEntries entries) {
        this.entries = entries;
    }

    /**
     * As they are kept.
     *
     * @param likeliest [G]: of each entry, the highest log-probability in a cell
     * @param room bytes, 1 or more
     */
    ByteString of(Encoding encoding, float[] likeliest, int room) {
        int[] looked = IntStream.range(0, likeliest.length)
                .filter(g -> likeliest[g] + entries.biases()[g] >= LEAST_OF_CELLS)
                .boxed()
                .sorted(Comparator.comparingDouble(g -> -likeliest[g] - entries.biases()[g]))
                .limit(MOST_LOOKED_AT)
                .mapToInt(Integer::intValue)
                .toArray();
        multiply(encoding, looked);
        List<Peak> found = IntStream.range(0, looked.length)
                .mapToObj(i -> new Peak(looked[i], score(encoding, looked[i], products[i])))
                .filter(peak -> peak.score() >= 0)
                .sorted(Comparator.comparingDouble(Peak::score).reversed())
                .toList();
        int listed = Math.min(found.size(), Math.min(MOST, (room - 1) / BYTES));
        byte[] bytes = new byte[1 + listed * BYTES];
        bytes[0] = listed < found.size() ? steps(found.get(listed).score()) : 0;
        for (int i = 0; i < listed; i++) {
            bytes[1 + i * BYTES] = (byte) found.get(i).entry();
            bytes[2 + i * BYTES] = (byte) (found.get(i).entry() >> 8);
            bytes[3 + i * BYTES] = steps(found.get(i).score());
        }
        return ByteString.copyFrom(bytes);
    }

    private static byte steps(double score) {
        return (byte) Math.min(MOST_STEPS, Math.round(score * STEPS));
    }

    /** x·row at each position. */
    private void multiply(Encoding encoding, int[] looked) {
        int positions = encoding.positions();
        if (plane.length != positions) {
            plane = new float[positions];
            lse = new float[positions];
            products = new float[MOST_LOOKED_AT][positions];
        }
        encoding.backgroundLse().get(0, lse);
        for (int i = 0; i < looked.length; i++) {
            Arrays.fill(products[i], 0);
        }
        for (int d = 0; d < encoding.dims(); d++) {
            encoding.textAligned().get(d * positions, plane);
            for (int i = 0; i < looked.length; i++) {
                add(products[i], entries.rows()[looked[i]][d]);
            }
        }
    }

    private void add(float[] sums, float weight) {
        for (int p = 0; p < sums.length; p++) {
            sums[p] += weight * plane[p];
        }
    }

    /** At the position where the entry is likeliest. */
    private double score(Encoding encoding, int entry, float[] ofEntry) {
        int likeliest = 0;
        float most = Float.NEGATIVE_INFINITY;
        for (int p = 0; p < ofEntry.length; p++) {
            float relative = entries.logitScale() * ofEntry[p] - lse[p];
            if (relative > most) {
                most = relative;
                likeliest = p;
            }
        }
        double others = 1;
        for (int same : entries.same()[entry]) {
            others -= Math.exp(entries.logitScale() * product(encoding, likeliest, same) - lse[likeliest]);
        }
        return most + entries.biases()[entry] - Math.log(Math.max(others, LEAST_BACKGROUND));
    }

    private double product(Encoding encoding, int position, int entry) {
        FloatBuffer aligned = encoding.textAligned();
        double sum = 0;
        for (int d = 0; d < encoding.dims(); d++) {
            sum += aligned.get(d * encoding.positions() + position) * entries.rows()[entry][d];
        }
        return sum;
    }
}
