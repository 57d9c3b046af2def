package io.segwatch.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.segwatch.config.Configuration;
import io.segwatch.contracts.WorkingSize;
import io.segwatch.secrets.Credentials;
import io.segwatch.v1.Camera;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JpegEncoderTest {
    @TempDir
    static Path folder;

    static Path sd;
    static Path hd;

    @BeforeAll
    static void draw() throws Exception {
        sd = Clips.mpeg4(folder.resolve("sd.avi"), 640, 360, 25, 3);
        hd = Clips.h264(folder.resolve("hd.mp4"), 1280, 720, 25, 3);
    }

    private static byte[] encode(Path file, WorkingSize size, int quality) throws Exception {
        IngestConfig config = Configuration.of(Map.of("segwatch.ingest.file-roots", folder.toString()))
                .get(IngestConfig.class);
        Camera camera =
                Camera.newBuilder().setId("c").setUrl(file.toUri().toString()).build();
        InputSpec source = InputSpec.of(camera, config, new Credentials(folder.resolve("none")));
        try (Deadline deadline = new Deadline(32 << 20);
                VideoReader video = VideoReader.open(source, deadline, Duration.ofSeconds(5));
                JpegEncoder jpeg = new JpegEncoder(size, Orientation.UPRIGHT, quality)) {
            assertThat(video.next(Duration.ofSeconds(5))).isTrue();
            jpeg.encode(video.picture(), List.of());
            return jpeg.encode(video.picture(), List.of());
        }
    }

    private static BufferedImage decode(byte[] jpeg) throws IOException {
        return ImageIO.read(new ByteArrayInputStream(jpeg));
    }

    private static void assertColor(BufferedImage picture, double x, double y, int red, int green, int blue) {
        int rgb = picture.getRGB((int) (x * picture.getWidth()), (int) (y * picture.getHeight()));
        assertThat(rgb >> 16 & 255).as("red").isCloseTo(red, within(8));
        assertThat(rgb >> 8 & 255).as("green").isCloseTo(green, within(8));
        assertThat(rgb & 255).as("blue").isCloseTo(blue, within(8));
    }

    @Test
    void keepsTheColoursOfAPictureThatItShrinks() throws Exception {
        BufferedImage picture = decode(encode(sd, new WorkingSize(320, 192), 85));
        assertThat(picture.getWidth()).isEqualTo(320);
        assertThat(picture.getHeight()).isEqualTo(192);
        assertColor(picture, 0.25, 0.5, 230, 20, 20);
        assertColor(picture, 0.75, 0.5, 20, 20, 230);
    }

    @Test
    void keepsTheColoursOfAPictureThatItEnlarges() throws Exception {
        BufferedImage picture = decode(encode(sd, new WorkingSize(1280, 736), 85));
        assertColor(picture, 0.25, 0.5, 230, 20, 20);
        assertColor(picture, 0.75, 0.5, 20, 20, 230);
    }

    @Test
    void spendsMoreBytesOnAHigherQuality() throws Exception {
        WorkingSize size = new WorkingSize(672, 384);
        assertThat(encode(hd, size, 30).length).isLessThan(encode(hd, size, 95).length);
    }
}
