package io.segwatch.inference.model;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** The files of a model directory, present and unaltered. */
final class ModelFiles {
    private static final String FEATURE_BASIS = "feature_basis.f32";

    private ModelFiles() {}

    /** Checks every file that the description asks for against its sha256. */
    static void check(Path folder, ModelJson json, ModelDescription description) {
        Set<String> names = new LinkedHashSet<>(Set.of("image_encoder.onnx", "mask_decoder.onnx"));
        names.addAll(forText(json, description));
        check(folder, json, names);
    }

    /** Checks only those that words need. */
    static void checkText(Path folder, ModelJson json, ModelDescription description) {
        check(folder, json, forText(json, description));
    }

    private static void check(Path folder, ModelJson json, Set<String> names) {
        for (Map.Entry<String, String> file : json.hashes(names).entrySet()) {
            Path path = folder.resolve(file.getKey());
            if (!Files.isRegularFile(path)) {
                throw new ModelException(path + " is missing, though model.json names it in files.");
            }
            String actual = sha256(path);
            if (!actual.equals(file.getValue())) {
                throw new ModelException(path + " is not the file that model.json describes: files[\"" + file.getKey()
                        + "\"] says sha256 " + file.getValue() + ", the file has " + actual
                        + ". Copy the model directory again.");
            }
        }
    }

    /** The rows of {@code background.f32}: [G, D], row-major, each of unit length. */
    static float[][] background(Path folder, ModelDescription description) {
        Path file = folder.resolve("background.f32");
        int rows = description.background().size();
        int dims = description.textDims();
        ByteBuffer bytes = ByteBuffer.wrap(readAll(file)).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.remaining() != rows * dims * Float.BYTES) {
            throw new ModelException(file + " has " + bytes.remaining() + " bytes; expected " + rows + " entries of"
                    + " background x " + dims + " text_aligned.dims x 4 = " + rows * dims * Float.BYTES + ".");
        }
        float[][] background = new float[rows][dims];
        for (int g = 0; g < rows; g++) {
            bytes.asFloatBuffer().get(g * dims, background[g]);
            double length = Vectors.length(background[g]);
            // Written so that NaN is refused too.
            if (!(Math.abs(length - 1) < 1e-2)) {
                throw new ModelException(file + ": row " + g + " has length " + length + "; expected unit length.");
            }
        }
        return background;
    }

    /**
     * {@code feature_basis.f32}: [2, K, D], row-major, the most telling rows first; null where the model has no such
     * file.
     */
    static FeatureBasis featureBasis(Path folder, ModelJson json, ModelDescription description) {
        if (!json.names(FEATURE_BASIS)) {
            return null;
        }
        Path file = folder.resolve(FEATURE_BASIS);
        int dims = description.textDims();
        ByteBuffer bytes = ByteBuffer.wrap(readAll(file)).order(ByteOrder.LITTLE_ENDIAN);
        int rows = bytes.remaining() / (2 * dims * Float.BYTES);
        if (rows < 1 || rows > dims || bytes.remaining() != 2 * rows * dims * Float.BYTES) {
            throw new ModelException(file + " has " + bytes.remaining() + " bytes; expected 2 x 1.." + dims + " rows x "
                    + dims + " text_aligned.dims x 4.");
        }
        float[][] both = new float[2 * rows][dims];
        for (int row = 0; row < both.length; row++) {
            bytes.asFloatBuffer().get(row * dims, both[row]);
        }
        FeatureBasis basis = new FeatureBasis(Arrays.copyOf(both, rows), Arrays.copyOfRange(both, rows, both.length));
        for (int k = 0; k < rows; k++) {
            for (int j = 0; j < rows; j++) {
                double product = Vectors.dot(basis.ofPictures()[k], basis.ofWords()[j]);
                // Written so that NaN is refused too.
                if (!(Math.abs(product - (j == k ? 1 : 0)) < 1e-2)) {
                    throw new ModelException(file + ": the product of row " + k + " for pictures and row " + j
                            + " for words is " + product + "; expected " + (j == k ? 1 : 0) + ".");
                }
            }
        }
        return basis;
    }

    private static Set<String> forText(ModelJson json, ModelDescription description) {
        Set<String> names = new LinkedHashSet<>(Set.of("background.f32"));
        if (json.names(FEATURE_BASIS)) {
            names.add(FEATURE_BASIS);
        }
        if (description.text().projection() != null) {
            names.add(description.text().projection());
        }
        if (description.text().encoder().equals("text_encoder.onnx")) {
            names.add("text_encoder.onnx");
            names.add("tokenizer.json");
        }
        return names;
    }

    /** 64 lower-case hexadecimal digits. */
    static String sha256(Path file) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
                byte[] buffer = new byte[1 << 16];
                while (in.read(buffer) >= 0) {
                    // The stream digests what is read.
                }
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (IOException e) {
            throw new ModelException(file + " cannot be read: " + e.getMessage(), e);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("Every Java platform has SHA-256", e);
        }
    }

    private static byte[] readAll(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new ModelException(file + " cannot be read: " + e.getMessage(), e);
        }
    }
}
