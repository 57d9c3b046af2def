package io.segwatch.inference.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.segwatch.inference.ModelFolder;
import io.segwatch.inference.TinyModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SegmentationModelTest {
    @TempDir
    Path folder;

    private ModelFolder copy;

    @BeforeEach
    void copy() throws IOException {
        copy = ModelFolder.copyTo(folder);
    }

    @Test
    void aDirectoryThatHoldsToTheContractIsLoaded() {
        try (SegmentationModel model = load()) {
            assertThat(model.description().id()).isEqualTo("segwatch-tiny@0");
            assertThat(model.provider()).isEqualTo("CPU");
            assertThat(model.providerReason()).isEqualTo("configured");
            assertThat(model.background()).hasDimensions(6, 16);
            assertThat(model.featureBasis().orElseThrow().directions()).isEqualTo(8);
        }
    }

    /** SAM's ViT and CLIP's words by {@code train --sam}, of random weights; the figures are PyTorch's. */
    @Test
    void aModelForOneSizeThatBringsItsOwnWordsIsLoaded() {
        try (SegmentationModel model =
                SegmentationModel.load(Path.of("src", "test", "resources", "model-vit"), "cpu", 1)) {
            assertThat(model.description().input().geometry(90, 60)).isEqualTo(new InputGeometry(64, 64, 64, 43));
            float[] van = model.encodeText(List.of("Van ")).get(0);
            assertThat(Arrays.copyOf(van, 4))
                    .containsExactly(new float[] {0.1992f, 0.5216f, -0.2076f, 0.2534f}, within(1e-4f));
        }
    }

    @Test
    void aFolderWithoutADescriptionIsNoModel() throws IOException {
        Files.delete(folder.resolve("model.json"));
        assertRefused("model.json is missing", "segwatch.inference.model or --model");
    }

    @ParameterizedTest
    @ValueSource(strings = {"image_encoder.onnx", "text_projection.onnx", "background.f32", "feature_basis.f32"})
    void aMissingFileIsNamed(String file) throws IOException {
        Files.delete(folder.resolve(file));
        assertRefused(file + " is missing");
    }

    @ParameterizedTest
    @ValueSource(strings = {"image_encoder.onnx", "mask_decoder.onnx", "text_projection.onnx", "background.f32"})
    void anAlteredFileIsNamedWithBothHashes(String file) throws IOException {
        byte[] contents = Files.readAllBytes(folder.resolve(file));
        contents[contents.length / 2] ^= 1;
        Files.write(folder.resolve(file), contents);
        assertRefused(file + " is not the file that model.json describes", "files[\"" + file + "\"]", "sha256");
    }

    @ParameterizedTest
    @ValueSource(strings = {"image_encoder.onnx", "mask_decoder.onnx", "text_projection.onnx"})
    void aTruncatedNetworkIsRefusedThoughItsHashIsRight(String file) throws IOException {
        byte[] contents = Files.readAllBytes(folder.resolve(file));
        copy.replace(file, Arrays.copyOf(contents, contents.length / 2));
        assertRefused(file + " is no network that ONNX Runtime can run");
    }

    @Test
    void aNetworkOfAnotherKindIsRefusedByItsInputs() throws IOException {
        copy.replace("mask_decoder.onnx", Files.readAllBytes(folder.resolve("text_projection.onnx")));
        assertRefused("mask_decoder.onnx: input image_embedding is missing among [sentence]");
    }

    @Test
    void aBackgroundOfAnotherSizeIsRefused() throws IOException {
        copy.replace("background.f32", new byte[5 * 16 * 4]);
        assertRefused("background.f32 has 320 bytes", "6 entries of background x 16 text_aligned.dims x 4 = 384");
    }

    @Test
    void aBackgroundRowThatIsNoUnitVectorIsRefused() throws IOException {
        ByteBuffer rows = ByteBuffer.wrap(Files.readAllBytes(folder.resolve("background.f32")))
                .order(ByteOrder.LITTLE_ENDIAN);
        rows.putFloat(3 * 16 * 4, Float.NaN);
        copy.replace("background.f32", rows.array());
        assertRefused("background.f32: row 3 has length NaN; expected unit length");
    }

    @Test
    void aModelOfBeforeTheFeatureLogHasNoBasisForIt() throws IOException {
        copy.remove("feature_basis.f32");
        try (SegmentationModel model = load()) {
            assertThat(model.featureBasis()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 64, 2 * 17 * 16 * 4})
    void aBasisOfAnotherSizeIsRefused(int bytes) throws IOException {
        copy.replace("feature_basis.f32", new byte[bytes]);
        assertRefused("feature_basis.f32 has " + bytes + " bytes; expected 2 x 1..16 rows x 16 text_aligned.dims x 4");
    }

    @Test
    void aBasisWhoseHalvesDoNotBelongTogetherIsRefused() throws IOException {
        ByteBuffer rows = ByteBuffer.wrap(Files.readAllBytes(folder.resolve("feature_basis.f32")))
                .order(ByteOrder.LITTLE_ENDIAN);
        rows.putFloat(3 * 16 * 4, Float.NaN);
        copy.replace("feature_basis.f32", rows.array());
        assertRefused("feature_basis.f32: the product of row 3 for pictures and row 0 for words is NaN; expected 0");
    }

    /** x·w of vectors within the directions is the product of what is kept of each. */
    @Test
    void whatIsKeptOfAVectorAndAWordHasTheirProduct() {
        FeatureBasis basis = TinyModel.shared().featureBasis().orElseThrow();
        float[] picture = basis.ofPictures()[2];
        float[] word = TinyModel.shared().encodeText(List.of("car")).get(0);
        double product = 0;
        for (int k = 0; k < basis.directions(); k++) {
            product += Vectors.dot(basis.ofPictures()[k], picture) * basis.word(word)[k];
        }
        assertThat(product).isCloseTo(Vectors.dot(picture, word), within(1e-4));
    }

    @ParameterizedTest
    @MethodSource("wrongShapes")
    void aNetworkWhoseShapesAreNotThoseOfTheDescriptionIsRefused(String field, Object value, String problem)
            throws IOException {
        copy.set(field, value);
        assertRefused(problem);
    }

    static List<Arguments> wrongShapes() {
        return List.of(
                Arguments.of("image_embedding.channels", 17, "image_encoder.onnx: output image_embedding"),
                Arguments.of("image_embedding.stride", 8, "image_encoder.onnx: output image_embedding came out as"),
                Arguments.of("text_aligned.stride", 16, "came out as [1, "),
                Arguments.of("text.dims", 385, "text_projection.onnx: input sentence"),
                Arguments.of("text.projection", null, "yields 384 dims; model.json's text_aligned.dims is 16"));
    }

    @ParameterizedTest
    @MethodSource("wrongFields")
    void aWrongFieldIsNamedWithWhatItHoldsAndWhatWasExpected(String field, Object value, String expected)
            throws IOException {
        copy.set(field, value);
        String found = value == null ? "is missing" : "is ";
        assertRefused("field " + field + " " + found, "expected " + expected);
    }

    static List<Arguments> wrongFields() {
        return List.of(
                Arguments.of("format", 2, "1, the only format"),
                Arguments.of("format", null, "1, the only format"),
                Arguments.of("name", "", "a text of 1 to 200 characters"),
                Arguments.of("version", 3, "a text of 1 to 200 characters"),
                Arguments.of("input.rule", "square", "\"area\" or \"letterbox\""),
                Arguments.of("input.multiple", 0, "a whole number 1..256"),
                Arguments.of("input.min_side", 70, "a multiple of input.multiple"),
                Arguments.of("input.max_side", 1_500, "a multiple of input.multiple"),
                Arguments.of("input.pixels", 1e9, "a whole number 1024..16777216"),
                Arguments.of("image_embedding.channels", "16", "a whole number 1..4096"),
                Arguments.of("text_aligned.dims", -1, "a whole number 1..4096"),
                Arguments.of("logit_scale", 0, "a number 0.01..1000.0"),
                Arguments.of("calibration.scale", null, "a number"),
                Arguments.of("calibration.peak", -0.1, "a number 0.0..1000.0"),
                Arguments.of("calibration.sure", "much", "a number -1000.0..1000.0"),
                Arguments.of("class_calibration.bias", "x", "a number -1000.0..1000.0"),
                Arguments.of("synonym_cosine", 1.5, "a number 0.0..1.0"),
                Arguments.of("text.encoder", "bert.onnx", "\"text_encoder.onnx\" or \"dependency:all-minilm-l6-v2\""),
                Arguments.of("text.pooling", "max", "\"mean\", \"cls\" or \"none\""),
                Arguments.of("text.projection", "../other.onnx", "\"text_projection.onnx\" or null"),
                Arguments.of("text.templates", List.of("a photo"), "1 to 200 texts with {} in each"),
                Arguments.of("text.max_tokens", 1, "a whole number 4..512"),
                Arguments.of("background", List.of(), "a list of 1 to 10000 entries"));
    }

    @Test
    void aBackgroundEntryThatIsWrongIsNamedByItsPlace() throws IOException {
        copy.set("background", List.of(Map.of("name", "car", "aliases", List.of()), Map.of("aliases", List.of())));
        assertRefused("field background[1].name is missing; expected a name");
        copy.set("background", List.of(Map.of("name", "car", "aliases", List.of(7))));
        assertRefused("field background[0].aliases is 7; expected a list of texts");
        copy.set("background", List.of(Map.of("name", "car", "aliases", List.of(), "bias", "much")));
        assertRefused("field background[0].bias is \"much\"; expected a number -100..100");
    }

    @Test
    void aHashThatIsNoneIsRefused() throws IOException {
        ModelFolder.copyTo(Files.createDirectory(folder.resolve("copy")));
        copy.set("files", Map.of("image_encoder.onnx", "abc"));
        assertRefused("expected the file's sha256 in lower-case hex");
    }

    @Test
    void aDescriptionThatIsNoJsonIsRefused() throws IOException {
        Files.writeString(folder.resolve("model.json"), "{\"format\": 1,");
        assertRefused("model.json is no JSON");
        Files.writeString(folder.resolve("model.json"), "");
        assertRefused("model.json");
    }

    @Test
    void anUnknownProviderIsRefused() {
        assertThatThrownBy(() -> SegmentationModel.load(folder, "gpu", 1))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining(
                        "segwatch.inference.provider must be auto, cpu, openvino, cuda, tensorrt or tensorrt-rtx, not gpu");
    }

    @Test
    void aConfiguredProviderThatIsMissingIsRefusedAndAutoTakesTheCpu() {
        assertThatThrownBy(() -> SegmentationModel.load(folder, "tensorrt", 1))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("asks for TensorRT, but")
                .hasMessageContaining("take auto or cpu");
        try (SegmentationModel model = SegmentationModel.load(folder, openVino("auto"))) {
            assertThat(model.provider()).isEqualTo("CPU");
            assertThat(model.providerReason())
                    .contains("CUDA")
                    .contains("OpenVINO's library is not in " + folder.resolve("openvino"))
                    .contains("./segwatch openvino fetches it");
        }
    }

    @Test
    void openVinoThatIsConfiguredAndMissingIsRefused() {
        assertThatThrownBy(() -> SegmentationModel.load(folder, openVino("openvino")))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("asks for OpenVINO, but OpenVINO's library is not in " + folder)
                .hasMessageContaining("segwatch.inference.openvino");
    }

    @Test
    void anOpenVinoThatCannotBeLoadedIsRefusedWhereConfiguredAndElseOnnxRuntimeTakesItsPlace() throws IOException {
        Files.createDirectory(folder.resolve("openvino"));
        Files.writeString(folder.resolve("openvino").resolve("libopenvino_c.so"), "no library");
        assertThatThrownBy(() -> SegmentationModel.load(folder, openVino("openvino")))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("OpenVINO does not start")
                .hasMessageContaining("libopenvino_c.so cannot be loaded");
        try (SegmentationModel model = SegmentationModel.load(folder, openVino("auto"))) {
            assertThat(model.provider()).isEqualTo("CPU");
            assertThat(model.providerReason())
                    .contains("OpenVINO does not start")
                    .hasSizeLessThan(400);
        }
    }

    @Test
    void phrasesBecomeUnitVectorsThatDependOnTheirWordsAlone() {
        SegmentationModel model = TinyModel.shared();
        List<float[]> vectors = model.encodeText(List.of("red car", " Red CAR\n", "blue sky"));
        assertThat(vectors.get(0)).isEqualTo(vectors.get(1)).isNotEqualTo(vectors.get(2));
        assertThat(Vectors.length(vectors.get(2))).isBetween(0.999, 1.001);
        assertThat(SegmentationModel.normalisePhrase(" Red CAR\n")).isEqualTo("red car");
    }

    @ParameterizedTest
    @CsvSource({
        "person, true, ''",
        "PERSON, true, ''",
        "ｐｅｒｓｏｎ, true, ''",
        "étage, true, ''",
        "asdkjhqwe, true, ''",
        "car & lorry - 2, true, ''",
        "red 🚚, true, 🚚",
        "🚚, false, 🚚",
        "卡车, false, 卡车",
        "مرحبا, false, مرحبا",
        "грузовик, false, грузовик",
        "'ф car', true, ф",
        "'? !', false, ''"
    })
    void wordsThatTheTextEncoderWasNotTrainedOnAreTold(String phrase, boolean knows, String unknown) {
        assertThat(TinyModel.shared().knows(phrase)).isEqualTo(knows);
        assertThat(String.join(" ", TinyModel.shared().unknownWords(phrase))).isEqualTo(unknown);
    }

    @Test
    void aPhraseThatMeansTheSameHasTheSameVector() {
        List<float[]> vectors =
                TinyModel.shared().encodeText(List.of("person", " PERSON", "ｐｅｒｓｏｎ", "étage", "e\u0301TAGE"));
        assertThat(vectors.get(0)).isEqualTo(vectors.get(1)).isEqualTo(vectors.get(2));
        assertThat(vectors.get(3)).isEqualTo(vectors.get(4));
    }

    @Test
    void aVeryLongPhraseIsCutAtItsTokensAndEncoded() {
        List<float[]> vectors = TinyModel.shared().encodeText(List.of("word ".repeat(5_000)));
        assertThat(Vectors.length(vectors.get(0))).isBetween(0.999, 1.001);
    }

    private NetworkSettings openVino(String provider) {
        return new NetworkSettings(provider, 1, folder.resolve("openvino"), null);
    }

    private SegmentationModel load() {
        return SegmentationModel.load(folder, "cpu", 1);
    }

    private void assertRefused(String... parts) {
        assertThatThrownBy(() -> load().close())
                .isInstanceOf(ModelException.class)
                .message()
                .contains(parts);
    }
}
