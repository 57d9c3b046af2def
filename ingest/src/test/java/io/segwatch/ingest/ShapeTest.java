package io.segwatch.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.segwatch.config.Configuration;
import io.segwatch.contracts.WorkingSize;
import io.segwatch.secrets.Credentials;
import io.segwatch.v1.Camera;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.bytedeco.ffmpeg.global.avcodec;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Turned, mirrored, oblong and interlaced pictures are shown as a player shows them. */
class ShapeTest {
    private static final Duration SECOND = Duration.ofSeconds(5);

    @TempDir
    Path folder;

    private static VideoReader open(Path file, Deadline deadline) throws GrabException {
        IngestConfig config = Configuration.of(
                        Map.of("segwatch.ingest.file-roots", file.getParent().toString()))
                .get(IngestConfig.class);
        Camera camera = Camera.newBuilder().setUrl(file.toUri().toString()).build();
        return VideoReader.open(
                InputSpec.of(camera, config, new Credentials(file.resolveSibling("none"))), deadline, SECOND);
    }

    private static PictureShape shown(VideoReader video) {
        return video.shape(Camera.Stream.getDefaultInstance());
    }

    private static Path resource(String name) throws Exception {
        return Path.of(ShapeTest.class.getResource("/shape/" + name).toURI());
    }

    private static void assertColor(BufferedImage picture, int x, int y, int rgb) {
        int shown = picture.getRGB(x, y);
        for (int shift = 0; shift <= 16; shift += 8) {
            assertThat(shown >> shift & 255).as("at %d,%d", x, y).isCloseTo(rgb >> shift & 255, within(80));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rot90.mp4", "rot180.mp4", "rot270.mp4", "mirrored.mp4"})
    void showsATurnedOrMirroredPictureUpright(String name) throws Exception {
        try (Deadline deadline = new Deadline(32 << 20);
                VideoReader video = open(resource(name), deadline)) {
            assertThat(video.next(SECOND)).isTrue();
            assertThat(shown(video).width()).isEqualTo(640);
            assertThat(shown(video).height()).isEqualTo(360);
            try (JpegEncoder jpeg =
                    new JpegEncoder(new WorkingSize(640, 352), shown(video).orientation(), 90)) {
                BufferedImage picture = ImageIO.read(new ByteArrayInputStream(jpeg.encode(video.picture(), List.of())));
                assertThat(picture.getWidth()).isEqualTo(640);
                assertColor(picture, 160, 88, 0xff0000);
                assertColor(picture, 480, 88, 0x00ff00);
                assertColor(picture, 160, 264, 0x0000ff);
                assertColor(picture, 480, 264, 0xffffff);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"sar-2-1.mp4, 1920, 1080", "pal-12-11.ts, 384, 288", "unsaid.mp4, 960, 1080"})
    void givesAPictureOfOblongPixelsItsTrueShape(String name, int width, int height) throws Exception {
        try (Deadline deadline = new Deadline(32 << 20);
                VideoReader video = open(resource(name), deadline)) {
            assertThat(video.next(SECOND)).isTrue();
            assertThat(shown(video).width()).isEqualTo(width);
            assertThat(shown(video).height()).isEqualTo(height);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "sar-2-1.mp4, 4:3, 1440, 1080",
        "sar-2-1.mp4, square, 960, 1080",
        "unsaid.mp4, 16:9, 1920, 1080",
        "rot90.mp4, 2:1, 640, 320",
        "rot180.mp4, 2:1, 720, 360"
    })
    void givesAPictureTheShapeThatIsSet(String name, String aspect, int width, int height) throws Exception {
        Camera.Stream set = Camera.Stream.newBuilder().setAspect(aspect).build();
        try (Deadline deadline = new Deadline(32 << 20);
                VideoReader video = open(resource(name), deadline)) {
            assertThat(video.next(SECOND)).isTrue();
            assertThat(video.shape(set).width()).isEqualTo(width);
            assertThat(video.shape(set).height()).isEqualTo(height);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {avcodec.AV_CODEC_ID_MPEG2VIDEO, avcodec.AV_CODEC_ID_MPEG4})
    void scalesAnInterlacedPicture(int codec) throws Exception {
        Path clip = Clips.interlaced(folder.resolve("interlaced.ts"), codec);
        try (Deadline deadline = new Deadline(32 << 20);
                VideoReader video = open(clip, deadline)) {
            assertThat(video.next(SECOND)).isTrue();
            assertThat(shown(video).height()).isEqualTo(576);
            try (JpegEncoder jpeg =
                    new JpegEncoder(new WorkingSize(544, 416), shown(video).orientation(), 90)) {
                BufferedImage picture = ImageIO.read(new ByteArrayInputStream(jpeg.encode(video.picture(), List.of())));
                assertThat(picture.getHeight()).isEqualTo(416);
                assertColor(picture, 136, 400, 0xe61414);
                assertColor(picture, 408, 10, 0x1414e6);
            }
        }
    }
}
