package io.segwatch.ingest;

import io.segwatch.config.Configuration;
import io.segwatch.secrets.Credentials;
import io.segwatch.v1.Camera;
import io.segwatch.v1.Camera.Stream.Deinterlace;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * CPU time that ingest takes of a video: reading, decoding, scaling and encoding what is published, without waiting. It
 * lies in the package that it measures, whose own door has no use for it. For one thread.
 */
public final class DecodingCost {
    private static final Duration WITHIN = Duration.ofSeconds(30);

    private final Path file;
    private final IngestConfig config;

    /**
     * What one pass over a video took.
     *
     * @param cpuMs of the thread
     * @param seconds of the video
     */
    public record Pass(String codec, int width, int height, double cpuMs, double seconds, int decoded, int published) {}

    public DecodingCost(Path file) {
        this.file = file.toAbsolutePath();
        this.config = Configuration.of(Map.of(
                        "segwatch.ingest.file-roots", this.file.getParent().toString()))
                .get(IngestConfig.class);
    }

    /**
     * Plays it once.
     *
     * @param fps frames a second that are published
     * @param needed whether only those are decoded that are needed for it
     */
    public Pass pass(double fps, boolean needed) throws IOException {
        long started = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        Camera camera = Camera.newBuilder().setUrl(file.toUri().toString()).build();
        Sampler sampler = new Sampler(fps);
        int decoded = 0;
        int published = 0;
        long last = 0;
        try (Deadline deadline = new Deadline(config.pictureBytes().bytes());
                VideoReader video = VideoReader.open(
                        InputSpec.of(camera, config, new Credentials(file.resolveSibling("none"))),
                        deadline,
                        WITHIN,
                        () -> false);
                PublishedPictures pictures = new PublishedPictures(config, new IngestMetrics("bench"))) {
            PictureShape shape = null;
            while (video.next(WITHIN, Deinterlace.WHEN_INTERLACED, false)) {
                decoded++;
                last = video.timestamp();
                shape = video.shape(camera.getStream());
                if (sampler.take(last)) {
                    pictures.frame(video.picture(), shape, List.of());
                    published++;
                }
                if (needed) {
                    video.want(sampler.next(), sampler.interval(), () -> {});
                }
            }
            double cpuMs = (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - started) / 1e6;
            return new Pass(
                    video.codec(),
                    shape.width(),
                    shape.height(),
                    cpuMs,
                    Math.max(last, video.decoder().skippedTo()) / 1e6,
                    decoded,
                    published);
        } catch (GrabException e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}
