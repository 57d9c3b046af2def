package io.segwatch.inference.worker;

import io.segwatch.config.Allowed;
import io.segwatch.config.MemorySize;
import io.smallrye.config.ConfigMapping;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Configuration of the inference role; {@code segwatch.properties} says what each key means and gives its default. */
@ConfigMapping(prefix = "segwatch.inference")
public interface InferenceConfig {
    Path model();

    Optional<List<Path>> pastModels();

    Optional<Path> candidateModel();

    @Allowed(min = "100ms", max = "1h")
    Duration candidateInterval();

    @Allowed(min = "0", max = "1")
    double candidateShare();

    @Allowed(values = {"auto", "cpu", "openvino", "cuda", "tensorrt", "tensorrt-rtx"})
    String provider();

    Optional<Path> openvino();

    Path compileCache();

    Optional<Path> tensorrtRtxLibrary();

    @Allowed(min = "0", max = "63")
    int device();

    @Allowed(min = "0", max = "256")
    int threads();

    @Allowed(min = "1", max = "64")
    int maxBatch();

    @Allowed(min = "0s", max = "10s")
    Duration batchWait();

    @Allowed(values = {"off", "on"})
    String adaptive();

    @Allowed(min = "0.1", max = "1")
    double adaptiveShare();

    @Allowed(min = "100ms", max = "10s")
    Duration adaptiveAge();

    @Allowed(min = "0s", max = "1m")
    Duration smoothing();

    @Allowed(min = "0s", max = "1h")
    Duration history();

    @Allowed(min = "0B", max = "1TiB")
    MemorySize historyMemory();

    @Allowed(min = "1s", max = "1h")
    Duration maxLag();

    @Allowed(min = "1", max = "1000")
    int promptFrames();

    @Allowed(min = "0", max = "100")
    int maxTracks();

    @Allowed(min = "1", max = "10000")
    int maxQueries();

    @Allowed(min = "1", max = "100")
    int refineComponents();

    FeatureSettings features();

    @Allowed(min = "1024", max = "67108864")
    int maxFramePixels();

    /** What is kept of frames for the search of the past. */
    interface FeatureSettings {
        @Allowed(min = "0s", max = "1m")
        Duration interval();
    }
}
