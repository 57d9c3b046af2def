package io.segwatch.inference.model;

import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What of a model directory words need: its description, its background and its text encoder, without the networks of
 * pictures. All methods may be called from any thread.
 */
public final class TextModel implements AutoCloseable {
    private final ModelDescription description;
    private final float[][] background;
    private final FeatureBasis featureBasis;
    private final TextEncoder encoder;

    /** Of files that have been checked. */
    TextModel(Path folder, ModelJson json, ModelDescription description, ExecutionProvider executionProvider)
            throws OrtException, IOException {
        this.description = description;
        this.background = ModelFiles.background(folder, description);
        this.featureBasis = ModelFiles.featureBasis(folder, json, description);
        this.encoder = new TextEncoder(folder, description, executionProvider);
    }

    /**
     * Loads and checks it, in about a second; it takes about 150 MB of native memory until it is closed.
     *
     * @throws ModelException naming the file and the field that is wrong, and what was expected
     */
    public static TextModel load(Path folder) {
        ModelJson json = ModelJson.read(folder);
        ModelDescription description = json.description();
        ModelFiles.checkText(folder, json, description);
        try {
            return new TextModel(folder, json, description, ExecutionProvider.choose(NetworkSettings.of("cpu", 1)));
        } catch (OrtException | IOException e) {
            throw new ModelException("The model directory " + folder + " cannot be loaded: " + e.getMessage(), e);
        }
    }

    /**
     * Only what {@code model.json} says, in some milliseconds.
     *
     * @throws ModelException when there is none, or it is wrong
     */
    public static ModelDescription describe(Path folder) {
        return ModelJson.read(folder).description();
    }

    public ModelDescription description() {
        return description;
    }

    /** Unit rows in the order of {@link ModelDescription#background}; not to be written to. */
    public float[][] background() {
        return background;
    }

    /** What vectors are kept in for the feature log; empty where the model brings none. */
    public Optional<FeatureBasis> featureBasis() {
        return Optional.ofNullable(featureBasis);
    }

    /** One unit vector for each phrase. Takes some milliseconds a phrase. */
    public List<float[]> encodeText(List<String> phrases) {
        return encoder.encode(phrases);
    }

    /** Words of the phrase that mean nothing to the text encoder; it has not been trained on them. */
    public List<String> unknownWords(String phrase) {
        return encoder.words().unknown(phrase);
    }

    /** Whether any word of the phrase means something to the text encoder. */
    public boolean knows(String phrase) {
        return encoder.words().any(phrase);
    }

    @Override
    public void close() {
        encoder.close();
    }
}
