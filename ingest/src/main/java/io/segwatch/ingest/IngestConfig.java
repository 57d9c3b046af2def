package io.segwatch.ingest;

import io.segwatch.contracts.WorkingSize;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.zip.CRC32;

/**
 * Settings of the ingest role; each is checked when the record is made, and the message names its key.
 *
 * @param targetFps frames published a second for a camera that names no rate, 0.1 to 60
 * @param pixels area of a published picture, 4,096 to 4,194,304 pixels ({@link WorkingSize})
 * @param multiple each side is rounded to a multiple of it, 2 to 256 pixels, even
 * @param minSide smallest side of a published picture, pixels, a multiple of {@code multiple}
 * @param maxSide largest side, up to 4,096 pixels, a multiple of {@code multiple}
 * @param jpegQuality 1 to 100, on libjpeg's scale
 * @param maxCameras cameras that this instance grabs at once, 1 to 1,000; one thread each
 * @param shard which share of the cameras this instance grabs, 0 to {@code shards} - 1
 * @param shards number of instances among which the cameras are shared, 1 to 1,000
 * @param connectTimeout until the first picture, 100 ms to 5 min
 * @param readTimeout without a picture before the camera is connected anew, 100 ms to 5 min
 * @param stallAfter without a picture before the camera is shown as stalled, 100 ms to 5 min
 * @param retryFirst wait after the first failure, 10 ms to 5 min; doubled at each further one
 * @param retryMost longest wait between two attempts, {@code retryFirst} to 1 h
 * @param inFlight frames of one camera that may wait for Kafka, 1 to 64; further ones are dropped
 * @param fileRoots folders below which {@code file:} cameras may lie; none allows no file
 * @param v4l2 whether {@code v4l2:} cameras may be opened
 */
public record IngestConfig(
        double targetFps,
        int pixels,
        int multiple,
        int minSide,
        int maxSide,
        int jpegQuality,
        int maxCameras,
        int shard,
        int shards,
        Duration connectTimeout,
        Duration readTimeout,
        Duration stallAfter,
        Duration retryFirst,
        Duration retryMost,
        int inFlight,
        List<Path> fileRoots,
        boolean v4l2) {
    private static final Duration SHORTEST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofMinutes(5);

    public IngestConfig {
        check("target-fps", targetFps, 0.1, 60);
        check("pixels", pixels, 4_096, 4_194_304);
        check("multiple", multiple, 2, 256);
        require(multiple % 2 == 0, "multiple", "even, because JPEG halves the colour planes", multiple);
        check("max-side", maxSide, multiple, 4_096);
        require(maxSide % multiple == 0, "max-side", "a multiple of " + multiple, maxSide);
        check("min-side", minSide, multiple, maxSide);
        require(minSide % multiple == 0, "min-side", "a multiple of " + multiple, minSide);
        check("jpeg-quality", jpegQuality, 1, 100);
        check("max-cameras", maxCameras, 1, 1_000);
        check("shards", shards, 1, 1_000);
        check("shard", shard, 0, shards - 1);
        check("connect-timeout", connectTimeout, SHORTEST, LONGEST);
        check("read-timeout", readTimeout, SHORTEST, LONGEST);
        check("stall-after", stallAfter, SHORTEST, LONGEST);
        check("retry-first", retryFirst, Duration.ofMillis(10), LONGEST);
        check("retry-most", retryMost, retryFirst, Duration.ofHours(1));
        check("in-flight", inFlight, 1, 64);
        fileRoots = List.copyOf(fileRoots);
    }

    public static IngestConfig defaults() {
        return new IngestConfig(
                10,
                225_280,
                32,
                64,
                1_536,
                85,
                32,
                0,
                1,
                Duration.ofSeconds(10),
                Duration.ofSeconds(10),
                Duration.ofSeconds(3),
                Duration.ofMillis(500),
                Duration.ofSeconds(15),
                4,
                List.of(),
                false);
    }

    /** The same settings, with files below {@code roots} allowed. */
    public IngestConfig withFileRoots(List<Path> roots) {
        return new IngestConfig(
                targetFps,
                pixels,
                multiple,
                minSide,
                maxSide,
                jpegQuality,
                maxCameras,
                shard,
                shards,
                connectTimeout,
                readTimeout,
                stallAfter,
                retryFirst,
                retryMost,
                inFlight,
                roots,
                v4l2);
    }

    /** Whether this instance grabs the camera: the same answer in every process and version. */
    boolean owns(String camera) {
        CRC32 hash = new CRC32();
        hash.update(camera.getBytes(StandardCharsets.UTF_8));
        return hash.getValue() % shards == shard;
    }

    WorkingSize workingSize(int width, int height) {
        return WorkingSize.of(width, height, pixels, multiple, minSide, maxSide);
    }

    private static void check(String key, double value, double least, double most) {
        // Written so that NaN is refused too.
        if (!(value >= least && value <= most)) {
            throw new IllegalArgumentException("segwatch.ingest." + key + " must be " + plain(least) + ".."
                    + plain(most) + ", not " + plain(value));
        }
    }

    private static void check(String key, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException("segwatch.ingest." + key + " must be " + least.toMillis() + ".."
                    + most.toMillis() + " ms, not " + value.toMillis());
        }
    }

    private static void require(boolean holds, String key, String rule, int value) {
        if (!holds) {
            throw new IllegalArgumentException("segwatch.ingest." + key + " must be " + rule + ", not " + value);
        }
    }

    private static String plain(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }
}
