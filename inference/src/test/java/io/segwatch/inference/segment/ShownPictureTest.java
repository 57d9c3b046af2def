package io.segwatch.inference.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.indexer.UByteIndexer;
import org.bytedeco.javacv.FFmpegFrameRecorder;
import org.bytedeco.javacv.Frame;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Real files as they are to be seen, or why they are not read. */
class ShownPictureTest {
    private static final double MEGAPIXELS = 40;

    @TempDir
    Path folder;

    private static Path resource(String name) throws Exception {
        return Path.of(ShownPictureTest.class.getResource("/shapes/" + name).toURI());
    }

    private static List<Mat> frames(Path file) throws Exception {
        List<Mat> frames = new ArrayList<>();
        VideoFile.read(Input.of(List.of(file)).get(0), 1, MEGAPIXELS, picture -> frames.add(picture.pixels()));
        return frames;
    }

    /** Blue, green and red, 0..255. */
    private static List<Integer> colour(Mat picture, double x, double y) {
        try (UByteIndexer pixels = picture.createIndexer()) {
            long row = (long) (y * picture.rows());
            long column = (long) (x * picture.cols());
            return List.of(pixels.get(row, column, 0), pixels.get(row, column, 1), pixels.get(row, column, 2));
        }
    }

    private Path record(String name, int codec, int width, int height, double aspect, String flags) throws Exception {
        Path file = folder.resolve(name);
        try (FFmpegFrameRecorder recorder = new FFmpegFrameRecorder(file.toFile(), width, height);
                Frame stripes = new Frame(width, height, Frame.DEPTH_UBYTE, 3)) {
            recorder.setVideoCodec(codec);
            recorder.setPixelFormat(avutil.AV_PIX_FMT_YUV420P);
            recorder.setFrameRate(25);
            recorder.setVideoBitrate(8_000_000);
            if (aspect > 0) {
                recorder.setAspectRatio(aspect);
            }
            if (!flags.isEmpty()) {
                recorder.setVideoOption("flags", flags);
            }
            // Every second line is white, as where something bright has moved on between two fields.
            var bytes = (ByteBuffer) stripes.image[0];
            for (int y = 0; y < height; y += 2) {
                for (int x = 0; x < 3 * width; x++) {
                    bytes.put(y * stripes.imageStride + x, (byte) 230);
                }
            }
            recorder.start();
            for (int i = 0; i < 3; i++) {
                recorder.record(stripes);
            }
            recorder.stop();
        }
        return file;
    }

    @ParameterizedTest
    @ValueSource(strings = {"mirrored.mp4", "turned.mp4"})
    void aVideoThatIsStoredMirroredOrTurnedIsUpright(String name) throws Exception {
        Mat picture = frames(resource(name)).get(0);
        assertThat(List.of(picture.cols(), picture.rows())).containsExactly(640, 360);
        assertThat(colour(picture, 0.1, 0.1).get(2)).as("red").isGreaterThan(180);
        assertThat(colour(picture, 0.9, 0.1).get(1)).as("green").isGreaterThan(150);
        assertThat(colour(picture, 0.1, 0.9).get(0)).as("blue").isGreaterThan(180);
        assertThat(colour(picture, 0.9, 0.9)).as("white").allMatch(value -> value > 200);
    }

    @Test
    void pixelsThatAreNotSquareAreStretched() throws Exception {
        Mat picture = frames(record("wide.mp4", avcodec.AV_CODEC_ID_MPEG4, 320, 288, 2, ""))
                .get(0);
        assertThat(List.of(picture.cols(), picture.rows())).containsExactly(640, 288);
    }

    @Test
    void ofAnInterlacedVideoOneFieldIsShown() throws Exception {
        Path file = record("field.mpg", avcodec.AV_CODEC_ID_MPEG2VIDEO, 720, 576, 0, "+ildct+ilme");
        Mat picture = frames(file).get(0);
        assertThat(picture.rows()).isEqualTo(576);
        assertThat(colour(picture, 0.5, 0.5).get(1)).isGreaterThan(200);
        assertThat(colour(picture, 0.5, (0.5 * 576 + 1) / 576).get(1)).isGreaterThan(200);
    }

    @Test
    void aTinyVideoIsRead() throws Exception {
        assertThat(frames(record("tiny.mkv", avcodec.AV_CODEC_ID_MPEG4, 16, 16, 0, "")))
                .hasSize(3);
    }

    @Test
    void sizesCodecsAndFormatsBeyondTheBoundsAreRefused() throws Exception {
        Path wide = record("wide.mkv", avcodec.AV_CODEC_ID_FFV1, 9_000, 16, 0, "");
        assertThatThrownBy(() -> frames(wide)).hasMessageContaining("9000x16").hasMessageContaining("8192");
        Path magic = record("magic.avi", avcodec.AV_CODEC_ID_MAGICYUV, 320, 192, 0, "");
        assertThatThrownBy(() -> frames(magic)).hasMessageContaining("codec magicyuv");
        Path script = Files.writeString(folder.resolve("x.mp4"), "ffconcat version 1.0\nfile 'magic.avi'\n");
        assertThatThrownBy(() -> frames(script)).hasMessage("is no video that can be read, or is damaged");
    }

    @Test
    void greyOfTwelveBitsHasItsWhite() throws Exception {
        try (Mat picture = new PictureFile(MEGAPIXELS).read(resource("grey-of-12-bits.png"))) {
            assertThat(colour(picture, 0.9, 0.9)).allMatch(value -> value > 200);
        }
    }

    @ParameterizedTest
    @CsvSource({"picture.avif, AVIF", "picture.jp2, JPEG 2000"})
    void aPictureOfAKindThatIsNotReadIsNamed(String name, String kind) throws Exception {
        Path file = resource(name);
        assertThatThrownBy(() -> new PictureFile(MEGAPIXELS).read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(kind)
                .hasMessageContaining("convert it");
    }
}
