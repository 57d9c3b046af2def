package io.segwatch.inference.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import io.segwatch.inference.ModelFolder;
import io.segwatch.inference.TinyModel;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The encoder in {@code crowded} is the tiny one with nodes that ask for 2^45 floats for each picture beyond two, which
 * no machine can address: ONNX Runtime's allocator refuses it with the words that it has on a GPU.
 */
class SmallMemoryTest {
    private static final Path CROWDED = Path.of("src", "test", "resources", "crowded", "image_encoder.onnx");
    private static final int SIDE = 64;

    @TempDir
    Path folder;

    @Test
    void aBatchThatMemoryIsTooSmallForIsEncodedInParts() throws IOException {
        try (SegmentationModel crowded = crowded();
                ImageBatch parted = filled(crowded, 5);
                ImageBatch whole = filled(TinyModel.shared(), 5)) {
            crowded.encode(parted);
            TinyModel.shared().encode(whole);

            for (int i = 0; i < 5; i++) {
                assertAlike(parted.encoding(i).textAligned(), whole.encoding(i).textAligned());
                assertAlike(parted.encoding(i).imageFeature(), whole.encoding(i).imageFeature());
                assertAlike(
                        parted.encoding(i).imageEmbedding(), whole.encoding(i).imageEmbedding());
            }
            assertThat(crowded.providerReason()).contains("memory was too small for 5 pictures at a time");
        }
    }

    @Test
    void whatMemoryWasTooSmallForIsRemembered() throws IOException {
        try (SegmentationModel crowded = crowded();
                ImageBatch first = filled(crowded, 4);
                ImageBatch second = filled(crowded, 5)) {
            crowded.encode(first);
            String reason = crowded.providerReason();
            crowded.encode(second);
            assertThat(crowded.providerReason()).isEqualTo(reason).contains("4 pictures");
        }
    }

    @Test
    void otherFailuresAreNotTakenForSmallMemory() throws Exception {
        try (SegmentationModel crowded = crowded();
                OnnxSession session = OnnxSession.load(
                        TinyModel.FOLDER.resolve("image_encoder.onnx"),
                        ExecutionProvider.choose(NetworkSettings.of("cpu", 1)).cpuOptions());
                OnnxTensor wrong = OnnxTensor.createTensor(OnnxSession.ENVIRONMENT, new float[] {1})) {
            assertThat(crowded.providerReason()).isEqualTo("configured");
            assertThatThrownBy(() -> session.run(Map.of("image", wrong), Map.of()))
                    .isInstanceOf(ModelException.class);
        }
    }

    /** Sums are added up in another order in batches of another size. */
    private static void assertAlike(FloatBuffer actual, FloatBuffer expected) {
        float[] one = new float[actual.remaining()];
        float[] other = new float[expected.remaining()];
        actual.get(0, one);
        expected.get(0, other);
        assertThat(one).containsExactly(other, within(1e-4f));
    }

    private SegmentationModel crowded() throws IOException {
        ModelFolder copy = ModelFolder.copyTo(folder);
        copy.replace("image_encoder.onnx", Files.readAllBytes(CROWDED));
        return SegmentationModel.load(copy.path(), "cpu", 1);
    }

    private static ImageBatch filled(SegmentationModel model, int count) {
        ImageBatch batch = model.batch(count, SIDE, SIDE);
        Random random = new Random(count);
        for (int i = 0; i < count; i++) {
            byte[] pixels = new byte[SIDE * SIDE * 3];
            random.nextBytes(pixels);
            batch.pixels(i).put(pixels);
        }
        return batch;
    }
}
