package io.segwatch.inference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** A copy of the tiny model's directory, to be spoiled. */
public final class ModelFolder {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;

    private ModelFolder(Path folder) {
        this.folder = folder;
    }

    public static ModelFolder copyTo(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(TinyModel.FOLDER)) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
        return new ModelFolder(folder);
    }

    public Path path() {
        return folder;
    }

    /** Sets a field of model.json, its steps parted by dots; null removes it. */
    public ModelFolder set(String field, Object value) throws IOException {
        ObjectNode root =
                (ObjectNode) JSON.readTree(folder.resolve("model.json").toFile());
        List<String> steps = List.of(field.split("\\."));
        JsonNode at = root;
        for (String step : steps.subList(0, steps.size() - 1)) {
            at = at.path(step);
        }
        String last = steps.get(steps.size() - 1);
        if (value == null) {
            ((ObjectNode) at).remove(last);
        } else {
            ((ObjectNode) at).set(last, JSON.valueToTree(value));
        }
        Files.writeString(folder.resolve("model.json"), root.toPrettyString());
        return this;
    }

    /** Takes a file away, as if the model had never had it. */
    public ModelFolder remove(String file) throws IOException {
        Files.delete(folder.resolve(file));
        ObjectNode root =
                (ObjectNode) JSON.readTree(folder.resolve("model.json").toFile());
        ((ObjectNode) root.path("files")).remove(file);
        Files.writeString(folder.resolve("model.json"), root.toPrettyString());
        return this;
    }

    /** Puts other contents in place of a file, and their hash into model.json. */
    public ModelFolder replace(String file, byte[] contents) throws IOException {
        Files.write(folder.resolve(file), contents);
        ObjectNode root =
                (ObjectNode) JSON.readTree(folder.resolve("model.json").toFile());
        ((ObjectNode) root.path("files")).put(file, sha256(contents));
        Files.writeString(folder.resolve("model.json"), root.toPrettyString());
        return this;
    }

    private static String sha256(byte[] contents) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(contents));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
