package io.segwatch.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.segwatch.config.Configuration;
import io.segwatch.secrets.Credentials;
import io.segwatch.v1.Camera;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Real streams of 240 pictures, 30 a second and a key frame each second (FFmpeg's testsrc2 by x264 and x265): what is
 * left out of them harms none of the other pictures.
 */
class SkippedPicturesTest {
    private static final Duration WITHIN = Duration.ofSeconds(10);

    @TempDir
    static Path folder;

    /** Checksums by time, of what comes out at a rate; 0 for all. */
    private static TreeMap<Long, Long> pictures(String name, double fps, AtomicInteger skipped) throws Exception {
        Path file = Path.of(SkippedPicturesTest.class.getResource(name).toURI());
        IngestConfig config = Configuration.of(
                        Map.of("segwatch.ingest.file-roots", file.getParent().toString()))
                .get(IngestConfig.class);
        InputSpec source = InputSpec.of(
                Camera.newBuilder().setUrl(file.toUri().toString()).build(),
                config,
                new Credentials(folder.resolve("credentials.properties")));
        TreeMap<Long, Long> sums = new TreeMap<>();
        Sampler sampler = new Sampler(fps == 0 ? 30 : fps);
        try (Deadline deadline = new Deadline(32 << 20);
                VideoReader video = VideoReader.open(source, deadline, WITHIN, () -> false)) {
            while (video.next(WITHIN)) {
                sums.put(video.timestamp(), checksum(video.picture()));
                if (fps > 0) {
                    sampler.take(video.timestamp());
                    video.want(sampler.next(), sampler.interval(), skipped::incrementAndGet);
                }
            }
        }
        return sums;
    }

    private static long checksum(AVFrame picture) {
        CRC32 sum = new CRC32();
        for (int y = 0; y < picture.height(); y++) {
            byte[] row = new byte[picture.width()];
            picture.data(0).position((long) y * picture.linesize(0)).get(row);
            picture.data(0).position(0);
            sum.update(row);
        }
        return sum.getValue();
    }

    @ParameterizedTest
    @CsvSource({
        "bframes-h264.mp4, 10, 60",
        "bframes-h264.mp4, 1, 140",
        "opengop-h264.ts, 10, 100",
        "opengop-h264.ts, 1, 140",
        "bframes-hevc.mp4, 10, 60",
        "bframes-hevc.mp4, 1, 140",
        "opengop-hevc.ts, 10, 70",
        "opengop-hevc.ts, 1, 140",
        "refresh-h264.mp4, 1, 0",
    })
    void showsThePicturesThatAreWantedAsTheyAre(String name, double fps, int fewest) throws Exception {
        TreeMap<Long, Long> all = pictures(name, 0, new AtomicInteger());
        AtomicInteger skipped = new AtomicInteger();
        TreeMap<Long, Long> some = pictures(name, fps, skipped);
        assertThat(all).hasSize(240).containsAllEntriesOf(some);
        assertThat(some).hasSize(240 - skipped.get());
        assertThat(skipped.get()).isGreaterThanOrEqualTo(fewest);
        Sampler sampler = new Sampler(fps);
        assertThat(some.keySet().stream().filter(sampler::take).count())
                .isBetween((long) (8 * fps) - 1, (long) (8 * fps) + 1);
    }
}
