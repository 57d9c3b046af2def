package io.segwatch.ingest;

import io.segwatch.config.Allowed;
import io.segwatch.config.Configuration;
import io.segwatch.config.MemorySize;
import io.segwatch.contracts.WorkingSize;
import io.smallrye.config.ConfigMapping;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;

/** Configuration of the ingest role; {@code segwatch.properties} says what each key means and gives its default. */
@ConfigMapping(prefix = "segwatch.ingest")
public interface IngestConfig extends Configuration.Checked {
    @Allowed(min = "0.1", max = "60")
    double targetFps();

    @Allowed(min = "4096", max = "4194304")
    int pixels();

    @Allowed(min = "2", max = "256")
    int multiple();

    @Allowed(min = "2", max = "4096")
    int minSide();

    @Allowed(min = "2", max = "4096")
    int maxSide();

    @Allowed(min = "1", max = "100")
    int jpegQuality();

    @Allowed(min = "1", max = "1000")
    int maxCameras();

    @Allowed(min = "0", max = "999")
    int shard();

    @Allowed(min = "1", max = "1000")
    int shards();

    Optional<Boolean> share();

    @Allowed(min = "2s", max = "1m")
    Duration sessionTimeout();

    @Allowed(min = "100ms", max = "5m")
    Duration connectTimeout();

    @Allowed(min = "100ms", max = "5m")
    Duration readTimeout();

    @Allowed(min = "100ms", max = "5m")
    Duration stallAfter();

    @Allowed(min = "10ms", max = "5m")
    Duration retryFirst();

    @Allowed(min = "10ms", max = "1h")
    Duration retryMost();

    @Allowed(min = "1", max = "64")
    int inFlight();

    @Allowed(min = "1MiB", max = "1GiB")
    MemorySize pictureBytes();

    @Allowed(min = "65536", max = "67108864")
    int maxPixels();

    List<String> codecs();

    @Allowed(values = {"none", "auto", "cuda", "vaapi", "vulkan", "v4l2m2m"})
    String hwaccel();

    List<String> networks();

    Optional<Path> caFile();

    Optional<List<Path>> fileRoots();

    boolean v4l2();

    @Override
    default void check() {
        checkNetworks();
        require(multiple() % 2 == 0, "multiple", "even, because JPEG halves the colour planes", multiple());
        require(maxSide() % multiple() == 0, "max-side", "a multiple of " + multiple(), maxSide());
        require(minSide() % multiple() == 0, "min-side", "a multiple of " + multiple(), minSide());
        require(minSide() <= maxSide(), "min-side", "max-side (" + maxSide() + ") or less", minSide());
        require(shard() < shards(), "shard", "0.." + (shards() - 1), shard());
        require(
                retryMost().compareTo(retryFirst()) >= 0,
                "retry-most",
                "retry-first (" + Configuration.text(retryFirst()) + ") or more",
                Configuration.text(retryMost()));
    }

    /**
     * Tries whether {@link #caFile} can be used.
     *
     * @throws IllegalArgumentException when not, naming key and remedy
     */
    default void checkCaFile() {
        try {
            CameraTls.authorities(caFile());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("segwatch.ingest.ca-file: " + e.getMessage() + ".", e);
        }
    }

    private void checkNetworks() {
        try {
            new CameraNetworks(networks());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "segwatch.ingest.networks holds public, private, loopback and networks; " + e.getMessage(), e);
        }
    }

    private static void require(boolean holds, String key, String rule, Object value) {
        if (!holds) {
            throw new IllegalArgumentException("segwatch.ingest." + key + " must be " + rule + ", not " + value);
        }
    }

    /**
     * Whether processes deal the cameras among themselves: not where a person has, by number.
     *
     * @param byDefault where nothing is set
     */
    default boolean shares(boolean byDefault) {
        return share().orElse(byDefault) && shards() == 1;
    }

    /** Whether the camera is in this process's share by number: the same answer in every process and version. */
    default boolean owns(String camera) {
        CRC32 hash = new CRC32();
        hash.update(camera.getBytes(StandardCharsets.UTF_8));
        return hash.getValue() % shards() == shard();
    }

    /** The size at which pictures of this size, pixels, are published. */
    default WorkingSize workingSize(int width, int height) {
        return WorkingSize.of(width, height, pixels(), multiple(), minSide(), maxSide());
    }
}
