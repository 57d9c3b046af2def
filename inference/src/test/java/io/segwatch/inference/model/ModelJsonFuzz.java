package io.segwatch.inference.model;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

/** The description of a model, which a person may write. */
public final class ModelJsonFuzz {
    private static final Path FILE = Path.of("model.json");

    private ModelJsonFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) throws IOException {
        try {
            ModelJson json = ModelJson.parse(FILE, data);
            json.description();
            json.hashes(Set.of("image_encoder.onnx"));
        } catch (ModelException e) {
            if (e.getMessage().length() > 1_000) {
                throw new AssertionError("a reason of " + e.getMessage().length() + " characters", e);
            }
        }
    }
}
