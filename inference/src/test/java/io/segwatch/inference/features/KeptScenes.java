package io.segwatch.inference.features;

import com.google.protobuf.ByteString;
import io.segwatch.inference.model.FeatureBasis;
import io.segwatch.inference.model.TextModel;
import io.segwatch.v1.Features;
import io.segwatch.v1.FrameId;
import java.io.ByteArrayOutputStream;
import java.util.BitSet;
import java.util.function.IntFunction;

/** Records of the feature log whose cells show what a model's words mean: the truth of each is known. */
public final class KeptScenes {
    public static final int COLUMNS = 16;
    public static final int ROWS = 9;
    public static final long VALID_MS = 5_500;

    private final TextModel model;
    private final FeatureBasis basis;

    public KeptScenes(TextModel model) {
        this.model = model;
        this.basis = model.featureBasis().orElseThrow();
    }

    /** The unit vector of a background entry. */
    public float[] word(String name) {
        for (int g = 0; g < model.background().length; g++) {
            if (model.description().background().get(g).name().equals(name)) {
                return model.background()[g];
            }
        }
        throw new IllegalArgumentException(name);
    }

    /** A frame of road, with {@code name} in the first columns of each row; null for none. */
    public Features.Builder frame(String camera, long sequence, long atMs, String name, int columnsOfIt) {
        float[] road = word("road");
        float[] thing = name == null ? road : word(name);
        return frame(camera, sequence, atMs, cell -> cell % COLUMNS < columnsOfIt ? thing : road);
    }

    /** @param vectorOf of each cell, unit length; null for one that a privacy mask hides */
    public Features.Builder frame(String camera, long sequence, long atMs, IntFunction<float[]> vectorOf) {
        ByteArrayOutputStream vectors = new ByteArrayOutputStream();
        ByteArrayOutputStream scales = new ByteArrayOutputStream();
        ByteArrayOutputStream background = new ByteArrayOutputStream();
        BitSet kept = new BitSet();
        for (int cell = 0; cell < COLUMNS * ROWS; cell++) {
            float[] vector = vectorOf.apply(cell);
            if (vector != null) {
                kept.set(cell);
                add(vector, vectors, scales, background);
            }
        }
        Features.Builder record = Features.newBuilder()
                .setFrame(FrameId.newBuilder().setCamera(camera).setEpoch(1).setSequence(sequence))
                .setCapturedAtMs(atMs)
                .setModel(model.description().id())
                .setFormat(1)
                .setColumns(COLUMNS)
                .setRows(ROWS)
                .setVectors(ByteString.copyFrom(vectors.toByteArray()))
                .setScales(ByteString.copyFrom(scales.toByteArray()))
                .setBackground(ByteString.copyFrom(background.toByteArray()))
                .setImageFeature(imageFeature(word("road")))
                .setValidMs(VALID_MS);
        if (kept.cardinality() < COLUMNS * ROWS) {
            byte[] bits = new byte[COLUMNS * ROWS / 8];
            System.arraycopy(kept.toByteArray(), 0, bits, 0, kept.toByteArray().length);
            record.setKept(ByteString.copyFrom(bits));
        }
        return record;
    }

    private void add(
            float[] vector,
            ByteArrayOutputStream vectors,
            ByteArrayOutputStream scales,
            ByteArrayOutputStream background) {
        int dims = Math.min(32, basis.directions());
        float[] on = new float[dims];
        float most = 0;
        for (int k = 0; k < dims; k++) {
            for (int d = 0; d < vector.length; d++) {
                on[k] += basis.ofPictures()[k][d] * vector[d];
            }
            most = Math.max(most, Math.abs(on[k]));
        }
        short half = HalfFloat.of(most / 127);
        float scale = HalfFloat.toFloat(half);
        put(scales, half);
        for (int k = 0; k < dims; k++) {
            int steps = Math.max(-127, Math.min(127, Math.round(on[k] / scale)));
            vectors.write(steps);
            on[k] = steps * scale;
        }
        double sum = 0;
        for (float[] row : model.background()) {
            float[] word = basis.word(row);
            double dot = 0;
            for (int k = 0; k < dims; k++) {
                dot += word[k] * on[k];
            }
            sum += Math.exp(model.description().logitScale() * dot);
        }
        put(background, HalfFloat.of((float) Math.log(sum)));
    }

    private static void put(ByteArrayOutputStream out, short half) {
        out.write(half);
        out.write(half >> 8);
    }

    private static ByteString imageFeature(float[] vector) {
        byte[] bytes = new byte[vector.length];
        for (int d = 0; d < bytes.length; d++) {
            bytes[d] = (byte) Math.round(127 * vector[d]);
        }
        return ByteString.copyFrom(bytes);
    }
}
