package io.segwatch.inference.model;

import java.util.List;

/**
 * The checked content of {@code model.json}.
 *
 * @param embeddingChannels of {@code image_embedding}, and {@code embeddingStride} input pixels to each of its cells
 * @param textDims of {@code text_aligned}, and {@code textStride} input pixels to each of its cells
 * @param logitScale κ
 * @param calibration of a position's score
 * @param classCalibration of the whole picture's score
 * @param synonymCosine from which a background entry means the same as a phrase
 * @param background in the order of the rows of {@code background.f32}
 */
public record ModelDescription(
        String name,
        String version,
        InputRule input,
        int embeddingChannels,
        int embeddingStride,
        int textDims,
        int textStride,
        float logitScale,
        Text text,
        Calibration calibration,
        Calibration classCalibration,
        double synonymCosine,
        List<BackgroundEntry> background) {

    public ModelDescription {
        background = List.copyOf(background);
    }

    /** As observations carry it. */
    public String id() {
        return name + "@" + version;
    }

    /**
     * The text tower.
     *
     * @param encoder {@code text_encoder.onnx} or {@code dependency:all-minilm-l6-v2}
     * @param pooling {@code mean}, {@code cls} or {@code none}
     * @param maxTokens longer phrases are cut
     * @param dims of a pooled sentence
     * @param projection file, or null for none
     * @param templates each with one {@code {}}
     */
    public record Text(
            String encoder, String pooling, int maxTokens, int dims, String projection, List<String> templates) {
        public Text {
            templates = List.copyOf(templates);
        }
    }

    /**
     * {@code p = sigmoid(scale · z + bias − peak · max(0, sure − zPeak))}, see "Score" in models/README.md.
     *
     * @param peak what each point costs that a picture's highest score {@code zPeak} stays below {@code sure}
     */
    public record Calibration(float scale, float bias, float peak, float sure) {}

    /**
     * A concept that pictures show besides the queried ones.
     *
     * @param bias of its score where a query names it, in units of z
     */
    public record BackgroundEntry(String name, List<String> aliases, float bias) {
        public BackgroundEntry {
            aliases = List.copyOf(aliases);
        }
    }
}
