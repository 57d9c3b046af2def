package io.segwatch.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.segwatch.config.Configuration;
import io.segwatch.contracts.WorkingSize;
import io.segwatch.secrets.Credentials;
import io.segwatch.v1.Camera;
import io.segwatch.v1.Camera.Stream.Deinterlace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.javacpp.BytePointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Interlaced pictures become whole ones. In the clips a bar moves between the two fields of each picture, and every
 * eighth line is bright and stands still.
 */
class InterlacedTest {
    private static final Duration SECONDS = Duration.ofSeconds(5);

    @TempDir
    static Path folder;

    private record Picture(double combing, double stillDetail) {}

    static Stream<String> clips() throws Exception {
        try (Stream<Path> files = Files.list(
                Path.of(InterlacedTest.class.getResource("/interlaced").toURI()))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList().stream();
        }
    }

    private static Path clip(String name) throws Exception {
        return Path.of(InterlacedTest.class.getResource("/interlaced/" + name).toURI());
    }

    private static InputSpec source(Path file) throws GrabException {
        IngestConfig config = Configuration.of(
                        Map.of("segwatch.ingest.file-roots", file.getParent().toString()))
                .get(IngestConfig.class);
        Camera camera = Camera.newBuilder().setUrl(file.toUri().toString()).build();
        return InputSpec.of(camera, config, new Credentials(folder.resolve("none")));
    }

    private static List<Picture> play(Path file, Deinterlace how, boolean alone) throws Exception {
        List<Picture> pictures = new ArrayList<>();
        try (Deadline deadline = new Deadline(32 << 20);
                VideoReader video = VideoReader.open(source(file), deadline, SECONDS)) {
            while (video.next(SECONDS, how, alone)) {
                AVFrame picture = video.picture();
                try (JpegEncoder jpeg = new JpegEncoder(new WorkingSize(320, 192), Orientation.UPRIGHT, 90)) {
                    assertThat(jpeg.encode(picture, List.of())).isNotEmpty();
                }
                assertThat(picture.height()).isEqualTo(192);
                pictures.add(measure(picture));
            }
        }
        return pictures;
    }

    private static Picture measure(AVFrame picture) {
        boolean deep = picture.linesize(0) >= 2 * 320;
        BytePointer luma = picture.data(0);
        double combing = 0;
        double detail = 0;
        for (int y = 8; y < 184; y++) {
            for (int x = 0; x < 320; x++) {
                int here = at(luma, picture.linesize(0), x, y, deep);
                int above = at(luma, picture.linesize(0), x, y - 1, deep);
                int below = at(luma, picture.linesize(0), x, y + 1, deep);
                if (y % 8 > 1 && y % 8 < 7) {
                    combing += Math.abs(2 * here - above - below);
                } else if (y % 8 == 0 && x > 280) {
                    detail += here - (above + below) / 2.0;
                }
            }
        }
        return new Picture(combing / 1_000, detail / (22 * 39));
    }

    private static int at(BytePointer luma, int stride, int x, int y, boolean deep) {
        // Of ten bits the upper eight.
        return deep
                ? (luma.get((long) y * stride + 2L * x) & 255 | (luma.get((long) y * stride + 2L * x + 1) & 255) << 8)
                        >> 2
                : luma.get((long) y * stride + x) & 255;
    }

    @ParameterizedTest
    @MethodSource("clips")
    void makesWholePicturesOfTwoFields(String name) throws Exception {
        List<Picture> woven = play(clip(name), Deinterlace.NEVER, false);
        List<Picture> whole = play(clip(name), Deinterlace.WHEN_INTERLACED, false);
        List<Picture> alone = play(clip(name), Deinterlace.WHEN_INTERLACED, true);
        assertThat(whole).hasSameSizeAs(woven);
        assertThat(alone).hasSameSizeAs(woven);
        for (int i = 1; i < whole.size() - 1; i++) {
            assertThat(whole.get(i).combing()).isLessThan(0.7 * woven.get(i).combing());
            assertThat(whole.get(i).stillDetail())
                    .isGreaterThan(0.9 * woven.get(i).stillDetail());
            assertThat(alone.get(i).combing()).isLessThan(0.4 * woven.get(i).combing());
        }
    }

    @Test
    void leavesAloneWhatIsNotInterlacedUnlessItIsToldOtherwise() throws Exception {
        Path clip = Clips.mpeg4(folder.resolve("progressive.avi"), 320, 192, 25, 10);
        assertThat(play(clip, Deinterlace.WHEN_INTERLACED, false)).isEqualTo(play(clip, Deinterlace.NEVER, false));
        assertThat(play(clip, Deinterlace.ALWAYS, false)).hasSize(10);
    }

    @Test
    void losesNoPictureAtAChangeOfSize() throws Exception {
        Path both =
                Path.of(InterlacedTest.class.getResource("/interlaced-sizes.ts").toURI());
        for (Deinterlace how : List.of(Deinterlace.NEVER, Deinterlace.WHEN_INTERLACED, Deinterlace.ALWAYS)) {
            List<Integer> heights = new ArrayList<>();
            try (Deadline deadline = new Deadline(32 << 20);
                    VideoReader video = VideoReader.open(source(both), deadline, SECONDS)) {
                while (video.next(SECONDS, how, false)) {
                    heights.add(video.picture().height());
                }
            }
            assertThat(heights).containsExactly(192, 192, 192, 96, 96, 96, 96);
        }
    }
}
