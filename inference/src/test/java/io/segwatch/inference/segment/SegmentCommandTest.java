package io.segwatch.inference.segment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.segwatch.contracts.Rle;
import io.segwatch.inference.ModelFolder;
import io.segwatch.inference.TinyModel;
import io.segwatch.v1.Mask;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.assertj.core.data.Offset;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacv.FFmpegFrameRecorder;
import org.bytedeco.javacv.Frame;
import org.bytedeco.javacv.Java2DFrameConverter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class SegmentCommandTest {
    @TempDir
    Path folder;

    private final StringWriter errors = new StringWriter();

    @Test
    void aPictureIsALineWithEveryFieldAndAnOverlayOfItsOwnSize() throws IOException {
        Path picture = picture("street.png", 200, 120);
        assertThat(segment(picture, "--query", "person", "--query", "car: van | -toy car"))
                .isZero();
        JsonNode line = lines().get(0);
        assertThat(line.path("file").asText()).isEqualTo(picture.toString());
        assertThat(line.path("width").asInt()).isEqualTo(200);
        assertThat(line.path("height").asInt()).isEqualTo(120);
        assertThat(line.has("frame")).isFalse();
        assertThat(line.path("queries")).hasSize(2);
        assertThat(line.at("/queries/0/label").asText()).isEqualTo("person");
        assertThat(line.at("/queries/1/label").asText()).isEqualTo("car");
        for (JsonNode query : line.path("queries")) {
            byte[] inside = inside(query, 200, 120);
            int area = area(inside);
            assertThat(query.path("share").asDouble()).isEqualTo(area / (200.0 * 120));
            assertThat(query.path("mean_probability").asDouble()).isBetween(area == 0 ? 0 : 0.5, 1.0);
            assertThat(query.path("peak_probability").asDouble()).isBetween(0.0, 1.0);
            assertThat(query.path("class_probability").asDouble()).isBetween(0.0, 1.0);
        }
        BufferedImage overlay = ImageIO.read(out(line.path("overlay").asText()).toFile());
        assertThat(overlay.getWidth()).isEqualTo(200);
        assertThat(overlay.getHeight()).isEqualTo(120);
    }

    @Test
    void theSamePictureAlwaysGivesTheSameWhateverElseIsAsked() throws IOException {
        Path picture = picture("street.png", 200, 120);
        segment(picture, "--query", "road");
        JsonNode alone = lines().get(0).at("/queries/0");
        segment(picture, "--query", "sky", "--query", "road", "--query", "tree");
        assertThat(lines().get(0).at("/queries/1")).isEqualTo(alone);
    }

    @Test
    void exclusiveGivesEveryPixelToOneQuery() throws IOException {
        segment(picture("a.png", 90, 70), "--query", "road", "--query", "sky", "--query", "wall", "--exclusive");
        int[] owners = new int[90 * 70];
        for (JsonNode query : lines().get(0).path("queries")) {
            byte[] inside = inside(query, 90, 70);
            for (int i = 0; i < owners.length; i++) {
                owners[i] += inside[i];
            }
        }
        assertThat(owners).containsOnly(1);
    }

    @Test
    void aPointOrABoxGivesOneInstance() throws IOException {
        Path picture = picture("a.png", 128, 96);
        assertThat(segment(picture, "--point", "64,48", "--point", "70,50")).isZero();
        JsonNode instance = lines().get(0).at("/instances/0");
        assertThat(instance.path("predicted_iou").asDouble()).isBetween(0.0, 1.0);
        assertThat(instance.path("share").asDouble()).isEqualTo(area(inside(instance, 128, 96)) / (128.0 * 96));
        assertThat(lines().get(0).path("queries")).isEmpty();

        assertThat(segment(picture, "--box", "10,10,100,80", "--query", "car")).isZero();
        assertThat(lines().get(0).path("instances")).hasSize(1);
        assertThat(lines().get(0).path("queries")).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "--point; 5; --point 5 is not x,y in pixels",
                "--point; a,b; --point a,b is not x,y in pixels",
                "--point; 1,2,3; --point 1,2,3 is not x,y in pixels",
                "--box; 1,2,3; --box 1,2,3 is not x0,y0,x1,y1 in pixels",
                "--box; 50,50,10,10; --box 50,50,10,10 is empty",
                "--every; 0; --every must be 1 or more, not 0",
                "--threads; -1; --threads must be 0..256, not -1",
                "--max-megapixels; 1000; --max-megapixels must be above 0 and at most 60",
                "--queries; nowhere.txt; --queries nowhere.txt is no file",
                "--provider; gpu; segwatch.inference.provider must be auto, cpu, openvino, cuda, tensorrt or tensorrt-rtx",
            })
    void aWrongOptionIsExplained(String option, String value, String problem) throws IOException {
        assertThat(segment(picture("a.png", 64, 64), "--query", "car", option, value))
                .isEqualTo(2);
        assertThat(errors.toString()).contains(problem);
    }

    @Test
    void aPromptOutsideThePictureIsThatPicturesErrorOnly() throws IOException {
        Path small = picture("small.png", 64, 64);
        Path large = picture("large.png", 300, 300);
        assertThat(segment(List.of(small, large), "--point", "200,200")).isEqualTo(1);
        assertThat(lines().get(0).path("error").asText()).contains("--point lies outside the picture of 64x64");
        assertThat(lines().get(1).path("instances")).hasSize(1);
    }

    @Test
    void refineKeepsWhatIsAskedAndItsNumbersFollowTheRefinedMask() throws IOException {
        Path picture = picture("a.png", 200, 120);
        assertThat(segment(picture, "--query", "road", "--query", "sky", "--refine"))
                .isZero();
        for (JsonNode query : lines().get(0).path("queries")) {
            assertThat(query.path("share").asDouble())
                    .isCloseTo(area(inside(query, 200, 120)) / (200.0 * 120), Offset.offset(1e-12));
        }
    }

    @Test
    void onePixelIsTooSmallAndSaidSoWhileTheOthersGoOn() throws IOException {
        Path pixel = picture("pixel.png", 1, 1);
        Path picture = picture("street.png", 64, 48);
        assertThat(segment(List.of(pixel, picture), "--query", "car")).isEqualTo(1);
        assertThat(lines().get(0).path("file").asText()).isEqualTo(pixel.toString());
        assertThat(lines().get(0).path("error").asText()).isEqualTo("is 1x1 pixels; at least 8x8 are needed");
        assertThat(lines().get(1).has("error")).isFalse();
    }

    @Test
    void twentyMegapixelsAreRefusedWithTheOptionThatAllowsThem() throws IOException {
        Path large = picture("large.jpg", 5_000, 4_000);
        assertThat(segment(large, "--query", "car")).isEqualTo(1);
        assertThat(lines().get(0).path("error").asText())
                .isEqualTo("is 5000x4000 pixels (20.0 megapixels), over the bound of 16.0; raise it with"
                        + " --max-megapixels");
        assertThat(segment(large, "--query", "car", "--max-megapixels", "20")).isZero();
        assertThat(inside(lines().get(0).at("/queries/0"), 5_000, 4_000)).hasSize(20_000_000);
    }

    @Test
    void damagedFilesAreNamedAndTheRestGoesOn() throws IOException {
        Path empty = Files.createFile(folder.resolve("1-empty.jpg"));
        Path cut = cut(picture("2-cut.jpg", 320, 240));
        Path cutPng = cut(picture("3-cut.png", 320, 240));
        Path text = Files.writeString(folder.resolve("4-text.png"), "no picture");
        Path missing = folder.resolve("5-missing.png");
        Path video = Files.write(folder.resolve("6-broken.mp4"), new byte[1_000]);
        Path emptyVideo = Files.createFile(folder.resolve("7-empty.mp4"));
        Path good = picture("8-good.png", 64, 48);
        assertThat(segment(List.of(empty, cut, cutPng, text, missing, video, emptyVideo, good), "--query", "car"))
                .isEqualTo(1);
        assertThat(lines().stream().map(line -> line.path("error").asText()))
                .satisfiesExactly(
                        error -> assertThat(error).isEqualTo("is empty (0 bytes)"),
                        error -> assertThat(error).contains("the JPEG is cut off after"),
                        error -> assertThat(error).contains("the PNG is cut off after"),
                        error -> assertThat(error).contains("is no picture that can be read"),
                        error -> assertThat(error).isEqualTo("does not exist"),
                        error -> assertThat(error).contains("is no video that can be read, or is damaged"),
                        error -> assertThat(error).isEqualTo("is empty (0 bytes)"),
                        error -> assertThat(error).isEmpty());
    }

    @Test
    void anEmptyQueryAndOneOfTenThousandCharactersAreRefusedBeforeAnythingIsRead() throws IOException {
        Path picture = picture("a.png", 64, 48);
        assertThat(segment(picture, "--query", "  ")).isEqualTo(2);
        assertThat(errors.toString()).contains("The query \"  \" cannot be used: text");
        assertThat(segment(picture, "--query", "x".repeat(10_000))).isEqualTo(2);
        assertThat(errors.toString()).contains("text: has 10000 characters").hasSizeLessThan(20_000);
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void wordsThatTheModelDoesNotKnowAndQueriesThatAreTheSameAreTold() throws IOException {
        Path picture = picture("a.png", 64, 48);
        assertThat(segment(picture, "--query", "🚚")).isEqualTo(2);
        assertThat(errors.toString()).contains("The model knows no word of the query \"🚚\"");
        assertThat(segment(picture, "--query", "red 🚚", "--query", "car", "--query", "CAR"))
                .isZero();
        assertThat(errors.toString())
                .contains("The model does not know \"🚚\" in the query \"red 🚚\"")
                .contains("The queries \"car\" and \"CAR\" are the same");
    }

    @ParameterizedTest
    @ValueSource(strings = {"car | van", "car | -a | -b", ": van"})
    void aMalformedQueryIsShownTheForm(String query) throws IOException {
        assertThat(segment(picture("a.png", 64, 48), "--query", query)).isEqualTo(2);
        assertThat(errors.toString()).contains("cannot be used").contains("car: van, lorry | -toy car");
    }

    @Test
    void queriesAreReadFromAFileWithCommentsLeftOut() throws IOException {
        Path queries = folder.resolve("queries.txt");
        Files.writeString(queries, "# things\ncar: van\n\nroad\n");
        assertThat(segment(picture("a.png", 64, 48), "--queries", queries.toString()))
                .isZero();
        assertThat(lines().get(0).path("queries"))
                .extracting(query -> query.path("label").asText())
                .containsExactly("car", "road");
    }

    @Test
    void withNothingToLookForOrNoFilesItSaysWhatToGive() throws IOException {
        Path picture = picture("a.png", 64, 48);
        assertThat(segment(picture)).isEqualTo(2);
        assertThat(errors.toString()).contains("Give at least one --query, --queries, --point or --box");
        assertThat(segment(Files.createDirectory(folder.resolve("none")), "--query", "car"))
                .isEqualTo(2);
        assertThat(errors.toString()).contains("No pictures or videos in");
        assertThat(segment(picture, "--query", "car", "--exclusive")).isEqualTo(2);
        assertThat(errors.toString()).contains("--exclusive needs two queries");
        assertThat(segment(picture, "--query", "car", "--query", "road", "--exclusive", "--refine"))
                .isEqualTo(2);
        assertThat(errors.toString()).contains("--exclusive and --refine exclude each other");
        String[] many = new String[512];
        for (int i = 0; i < 256; i++) {
            many[2 * i] = "--query";
            many[2 * i + 1] = "thing " + i;
        }
        assertThat(segment(picture, many)).isEqualTo(2);
        assertThat(errors.toString()).contains("At most 255 queries, not 256");
    }

    @Test
    void aWrongModelDirectoryIsExplained() throws IOException {
        Path spoiled = Files.createDirectory(folder.resolve("model"));
        ModelFolder.copyTo(spoiled);
        Files.delete(spoiled.resolve("mask_decoder.onnx"));
        assertThat(segment(picture("a.png", 64, 48), "--query", "car", "--model", spoiled.toString()))
                .isEqualTo(2);
        assertThat(errors.toString()).contains("mask_decoder.onnx is missing, though model.json names it");
    }

    @Test
    void aFolderIsSearchedInOrderAndOverlaysKeepItsStructure() throws IOException {
        Path album = Files.createDirectories(folder.resolve("album/sub")).getParent();
        picture("album/sub/b.png", 64, 48);
        picture("album/a.jpg", 64, 48);
        Files.writeString(album.resolve("notes.txt"), "no picture");
        Path twin = picture("a.jpg", 64, 48);
        assertThat(segment(List.of(album, twin), "--query", "car")).isZero();
        assertThat(lines())
                .extracting(line -> line.path("overlay").asText())
                .containsExactly("overlays/a.jpg.png", "overlays/sub/b.png.png", "overlays/a.jpg-2.png");
        for (JsonNode line : lines()) {
            assertThat(out(line.path("overlay").asText())).isNotEmptyFile();
        }
    }

    @Test
    void aVideoIsALineForEveryNthFrameWithItsTime() throws Exception {
        Path video = video("clip.mp4", 96, 64, 10, 7);
        assertThat(segment(video, "--query", "car", "--every", "3")).isZero();
        assertThat(lines()).extracting(line -> line.path("frame").asInt()).containsExactly(0, 3, 6);
        assertThat(lines()).extracting(line -> line.path("time_ms").asInt()).containsExactly(0, 300, 600);
        assertThat(lines())
                .extracting(line -> line.path("overlay").asText())
                .containsExactly(
                        "overlays/clip.mp4-000000.png", "overlays/clip.mp4-000003.png", "overlays/clip.mp4-000006.png");
        assertThat(lines().get(2).path("width").asInt()).isEqualTo(96);
    }

    private int segment(Path input, String... options) {
        return segment(List.of(input), options);
    }

    private int segment(List<Path> inputs, String... options) {
        List<String> arguments = new ArrayList<>();
        inputs.forEach(input -> arguments.add(input.toString()));
        arguments.addAll(List.of("--out", folder.resolve("out").toString(), "--threads", "1"));
        List<String> given = List.of(options);
        if (!given.contains("--model")) {
            arguments.addAll(List.of("--model", TinyModel.FOLDER.toString()));
        }
        if (given.contains("--threads")) {
            arguments.removeAll(List.of("--threads", "1"));
        }
        arguments.addAll(given);
        return new CommandLine(new SegmentCommand())
                .setErr(new PrintWriter(errors, true))
                .execute(arguments.toArray(String[]::new));
    }

    private List<JsonNode> lines() throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(out("results.jsonl"))) {
            lines.add(new ObjectMapper().readTree(line));
        }
        return lines;
    }

    private Path out(String name) {
        return folder.resolve("out").resolve(name);
    }

    /** The mask's pixels, as pycocotools would read them. */
    private static byte[] inside(JsonNode described, int width, int height) {
        assertThat(described.at("/mask/size/0").asInt()).isEqualTo(height);
        assertThat(described.at("/mask/size/1").asInt()).isEqualTo(width);
        return Rle.decode(Mask.newBuilder()
                .setWidth(width)
                .setHeight(height)
                .setCounts(described.at("/mask/counts").asText())
                .build());
    }

    private static int area(byte[] inside) {
        int area = 0;
        for (byte pixel : inside) {
            area += pixel;
        }
        return area;
    }

    private Path picture(String name, int width, int height) throws IOException {
        Path file = folder.resolve(name);
        ImageIO.write(drawn(width, height, 0), name.substring(name.lastIndexOf('.') + 1), file.toFile());
        return file;
    }

    private static BufferedImage drawn(int width, int height, int shift) {
        BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
        Graphics2D g = picture.createGraphics();
        g.setColor(new Color(0x9db7cf));
        g.fillRect(0, 0, width, height);
        g.setColor(new Color(0x50545a));
        g.fillRect(0, height / 2, width, height);
        g.setColor(new Color(0x8c2f2a));
        g.fillOval(width / 4 + shift, height / 3, width / 3, height / 3);
        g.dispose();
        return picture;
    }

    private Path video(String name, int width, int height, int fps, int frames) throws Exception {
        Path file = folder.resolve(name);
        avutil.av_log_set_level(avutil.AV_LOG_FATAL);
        try (FFmpegFrameRecorder recorder = new FFmpegFrameRecorder(file.toFile(), width, height);
                Java2DFrameConverter converter = new Java2DFrameConverter()) {
            recorder.setVideoCodec(avcodec.AV_CODEC_ID_MPEG4);
            recorder.setPixelFormat(avutil.AV_PIX_FMT_YUV420P);
            recorder.setFrameRate(fps);
            recorder.start();
            for (int i = 0; i < frames; i++) {
                Frame frame = converter.convert(drawn(width, height, i));
                recorder.record(frame);
            }
            recorder.stop();
        }
        return file;
    }

    private static Path cut(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        return Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
    }
}
