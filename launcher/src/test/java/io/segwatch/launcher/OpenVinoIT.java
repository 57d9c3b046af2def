package io.segwatch.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import io.segwatch.inference.model.Encoding;
import io.segwatch.inference.model.ImageBatch;
import io.segwatch.inference.model.NetworkSettings;
import io.segwatch.inference.model.SegmentationModel;
import io.segwatch.inference.openvino.OpenVino;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** OpenVINO itself, as {@code ./segwatch openvino} fetches it. */
class OpenVinoIT {
    private static final Path MODEL = Path.of("..", "models", "default");
    private static final Path FETCHED = Path.of("target", "openvino-" + OpenVino.VERSION);

    @TempDir
    Path folder;

    @BeforeAll
    static void fetch() throws InterruptedException {
        if (!OpenVino.isIn(FETCHED)) {
            try {
                OpenVinoFetch.into(FETCHED.toAbsolutePath());
            } catch (IOException e) {
                if (e.getMessage().startsWith("OpenVINO cannot be had")) {
                    abort(e.getMessage());
                }
                throw new AssertionError(e);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 640, 352", "1, 352, 640", "3, 320, 192"})
    void itEncodesAsOnnxRuntimeDoes(int count, int width, int height) {
        try (SegmentationModel usual = SegmentationModel.load(MODEL, settings("cpu"));
                SegmentationModel other = SegmentationModel.load(MODEL, settings("openvino"));
                ImageBatch expected = usual.batch(count, width, height);
                ImageBatch actual = other.batch(count, width, height)) {
            assertThat(other.provider()).isEqualTo("OpenVINO");
            assertThat(other.providerReason()).startsWith("version " + OpenVino.VERSION);
            boolean exact = other.providerReason().contains("f32");
            Random random = new Random(1);
            // The second time, what is left of the first must not matter.
            for (int time = 0; time < 2; time++) {
                for (int i = 0; i < count; i++) {
                    draw(random, expected.pixels(i), actual.pixels(i), width);
                }
                usual.encode(expected);
                other.encode(actual);
                for (int i = 0; i < count; i++) {
                    assertSame(expected.encoding(i), actual.encoding(i), exact);
                }
            }
        }
    }

    @Test
    void autoSaysHowMuchFasterItIsWhicheverItTakes() {
        try (SegmentationModel model = SegmentationModel.load(MODEL, settings("auto"))) {
            assertThat(model.provider()).isIn("CPU", "OpenVINO");
            assertThat(model.providerReason()).contains("times as fast as ONNX Runtime here");
        }
    }

    @Test
    void whatWasCompiledIsKeptForTheNextStart() throws IOException {
        SegmentationModel.load(MODEL, settings("openvino")).close();
        Path kept;
        try (Stream<Path> files = Files.list(folder)) {
            kept = files.filter(file -> file.toString().endsWith(".blob"))
                    .findFirst()
                    .orElseThrow();
        }
        long written = Files.getLastModifiedTime(kept).toMillis();
        SegmentationModel.load(MODEL, settings("openvino")).close();
        assertThat(folder).isDirectoryContaining("glob:**.blob");
        assertThat(Files.getLastModifiedTime(kept).toMillis()).isEqualTo(written);
    }

    @Test
    void aFolderThatHoldsSomethingElseIsLeftAlone() throws IOException {
        Files.writeString(folder.resolve("mine"), "mine");
        assertThatThrownBy(() -> OpenVinoFetch.into(folder))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("name a new folder");
        assertThat(folder.resolve("mine")).hasContent("mine");
        assertThat(OpenVino.isIn(folder)).isFalse();
    }

    private NetworkSettings settings(String provider) {
        return new NetworkSettings(provider, 2, FETCHED, folder);
    }

    /** Coloured stripes under noise. */
    private static void draw(Random random, ByteBuffer one, ByteBuffer other, int width) {
        int stripe = 3 * (16 + random.nextInt(width / 2));
        for (int i = 0; i < one.capacity(); i++) {
            byte value = (byte) ((i / stripe % 2 == 0 ? 40 : 160) + random.nextInt(60));
            one.put(i, value);
            other.put(i, value);
        }
    }

    private static void assertSame(Encoding expected, Encoding actual, boolean exact) {
        assertClose(expected.textAligned(), actual.textAligned(), exact ? 1e-4f : 0.03f);
        assertClose(expected.imageFeature(), actual.imageFeature(), exact ? 1e-4f : 0.03f);
        assertClose(expected.backgroundLse(), actual.backgroundLse(), exact ? 1e-2f : 0.5f);
        assertClose(expected.imageEmbedding(), actual.imageEmbedding(), exact ? 1e-2f : 2f);
    }

    private static void assertClose(FloatBuffer expected, FloatBuffer actual, float bound) {
        assertThat(actual.capacity()).isEqualTo(expected.capacity());
        float largest = 0;
        for (int i = 0; i < expected.capacity(); i++) {
            largest = Math.max(largest, Math.abs(actual.get(i) - expected.get(i)));
        }
        assertThat(largest).isLessThan(bound);
    }
}
