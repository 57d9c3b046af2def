package io.segwatch.inference.worker;

import java.nio.file.Path;
import java.util.Set;

/**
 * Configuration of the inference role.
 *
 * @param model the model directory
 * @param provider auto, cpu, cuda or tensorrt
 * @param threads of a network on the CPU; 0 for one a core
 * @param maxBatch frames of different cameras that are encoded together when they wait and have one size
 * @param smoothingMs time constant of the temporal smoothing of probabilities, milliseconds of event time; 0 for none
 * @param ringSeconds how far back encodings are kept for new queries; at full rate for the last 10 seconds, one a
 *     second before
 * @param ringBytes of all kept encodings of this worker together
 * @param promptFrames newest frames of a camera whose image embedding is kept for prompts
 * @param maxTracks things followed at a time on one camera
 * @param maxQueries that are scored; further ones are refused
 * @param refineComponents parts of a query's mask that are refined in a frame
 * @param maxFramePixels of a frame; larger ones are refused
 */
public record InferenceConfig(
        Path model,
        String provider,
        int threads,
        int maxBatch,
        int smoothingMs,
        int ringSeconds,
        long ringBytes,
        int promptFrames,
        int maxTracks,
        int maxQueries,
        int refineComponents,
        int maxFramePixels) {

    private static final Set<String> PROVIDERS = Set.of("auto", "cpu", "cuda", "tensorrt");

    public InferenceConfig {
        if (model == null || model.toString().isBlank()) {
            throw new IllegalArgumentException("segwatch.inference.model must name a model directory");
        }
        if (!PROVIDERS.contains(provider)) {
            throw new IllegalArgumentException(
                    "segwatch.inference.provider must be auto, cpu, cuda or tensorrt, not " + provider);
        }
        check("threads", threads, 0, 256);
        check("max-batch", maxBatch, 1, 64);
        check("smoothing-ms", smoothingMs, 0, 60_000);
        check("ring-seconds", ringSeconds, 0, 3_600);
        check("ring-bytes", ringBytes, 0, 1L << 40);
        check("prompt-frames", promptFrames, 1, 1_000);
        check("max-tracks", maxTracks, 0, 100);
        check("max-queries", maxQueries, 1, 10_000);
        check("refine-components", refineComponents, 1, 100);
        check("max-frame-pixels", maxFramePixels, 1_024, 1 << 26);
    }

    /** What the launcher's configuration file starts from. */
    public static InferenceConfig defaults() {
        return new InferenceConfig(
                Path.of("models", "default"), "auto", 0, 4, 250, 180, 256L << 20, 30, 8, 200, 8, 4096 * 2304);
    }

    /** This configuration with another model directory. */
    public InferenceConfig withModel(Path directory) {
        return new InferenceConfig(
                directory,
                provider,
                threads,
                maxBatch,
                smoothingMs,
                ringSeconds,
                ringBytes,
                promptFrames,
                maxTracks,
                maxQueries,
                refineComponents,
                maxFramePixels);
    }

    private static void check(String key, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    "segwatch.inference." + key + " must be " + least + ".." + most + ", not " + value);
        }
    }
}
