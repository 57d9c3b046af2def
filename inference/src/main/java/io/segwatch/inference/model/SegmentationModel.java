package io.segwatch.inference.model;

import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A model directory that holds to its contract, ready to run: pictures to encodings, phrases to vectors, prompts to
 * masks. All methods may be called from any thread; an {@link ImageBatch} belongs to one.
 */
public final class SegmentationModel implements AutoCloseable {
    private final ModelDescription description;
    private final ImageEncoder imageEncoder;
    private final MaskDecoder maskDecoder;
    private final TextModel text;

    private SegmentationModel(Path folder, NetworkSettings settings) throws OrtException, IOException {
        ModelJson json = ModelJson.read(folder);
        this.description = json.description();
        ModelFiles.check(folder, json, description);
        ExecutionProvider executionProvider = ExecutionProvider.choose(settings);
        this.imageEncoder = new ImageEncoder(folder, description, executionProvider, settings);
        this.maskDecoder = new MaskDecoder(folder, description, executionProvider);
        this.text = new TextModel(folder, json, description, executionProvider);
        checkMaskDecoder();
    }

    /**
     * Loads and checks the directory, in about a second; in some more where OpenVINO is tried.
     *
     * @throws ModelException naming the file and the field that is wrong, and what was expected
     */
    public static SegmentationModel load(Path folder, NetworkSettings settings) {
        try {
            return new SegmentationModel(folder, settings);
        } catch (OrtException | IOException e) {
            throw new ModelException("The model directory " + folder + " cannot be loaded: " + e.getMessage(), e);
        }
    }

    /** As {@link #load(Path, NetworkSettings)}, by {@link NetworkSettings#of}. */
    public static SegmentationModel load(Path folder, String provider, int threads) {
        return load(folder, NetworkSettings.of(provider, threads));
    }

    /**
     * What tells this model from every other: the SHA-256 of its {@code model.json}, which names those of its files; 64
     * lower-case hexadecimal digits.
     *
     * @throws ModelException when it cannot be read
     */
    public static String fingerprint(Path folder) {
        return ModelFiles.sha256(folder.resolve("model.json"));
    }

    public ModelDescription description() {
        return description;
    }

    /** What the encoder runs on now: CPU, OpenVINO, CUDA, TensorRT or TensorRT-RTX. */
    public String provider() {
        return imageEncoder.running().provider();
    }

    /** Why that runs it, as a clause for messages. */
    public String providerReason() {
        return imageEncoder.running().reason();
    }

    /** Unit rows in the order of {@link ModelDescription#background}; not to be written to. */
    public float[][] background() {
        return text.background();
    }

    /** What vectors are kept in for the feature log; empty where the model brings none. */
    public Optional<FeatureBasis> featureBasis() {
        return text.featureBasis();
    }

    /** Buffers for {@code count} pictures of a size that the input rule yields; the caller closes them. */
    public ImageBatch batch(int count, int width, int height) {
        return new ImageBatch(description, count, width, height);
    }

    /** Encodes all pictures of the batch; read them by {@link ImageBatch#encoding}. */
    public void encode(ImageBatch batch) {
        imageEncoder.encode(batch);
    }

    /** The part of it that words need, closed with it. */
    public TextModel text() {
        return text;
    }

    /** One unit vector for each phrase. Takes some milliseconds a phrase. */
    public List<float[]> encodeText(List<String> phrases) {
        return text.encodeText(phrases);
    }

    /** Words of the phrase that mean nothing to the text encoder; it has not been trained on them. */
    public List<String> unknownWords(String phrase) {
        return text.unknownWords(phrase);
    }

    /**
     * Whether any word of the phrase means something to the text encoder; the vector of another is as good as random.
     */
    public boolean knows(String phrase) {
        return text.knows(phrase);
    }

    /** The form in which phrases are compared, {@link io.segwatch.contracts.VisibleText#meaning}. */
    public static String normalisePhrase(String phrase) {
        return TextEncoder.normalise(phrase);
    }

    /** The best mask for each prompt, in order. */
    public List<DecodedMask> decode(Encoding encoding, List<MaskPrompt> prompts) {
        return maskDecoder.decode(encoding, prompts);
    }

    private void checkMaskDecoder() {
        int side = description.input().smallestSide();
        try (ImageBatch batch = batch(1, side, side)) {
            encode(batch);
            maskDecoder.selfCheck(batch.encoding(0));
        }
    }

    @Override
    public void close() {
        imageEncoder.close();
        maskDecoder.close();
        text.close();
    }
}
