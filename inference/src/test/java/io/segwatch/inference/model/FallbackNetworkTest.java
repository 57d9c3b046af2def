package io.segwatch.inference.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.segwatch.inference.TinyModel;
import java.nio.FloatBuffer;
import org.junit.jupiter.api.Test;

class FallbackNetworkTest {
    private static final int SIDE = 64;

    @Test
    void theOtherNetworkEncodesWhatTheChosenOneFailsAt() throws OrtException {
        NetworkChoice usual = new NetworkChoice(network("image_encoder.onnx"), "CPU", "configured");
        // It has no input of that name: each run of it fails.
        NetworkChoice failing = new NetworkChoice(network("mask_decoder.onnx"), "OpenVINO", "faster");
        try (FallbackNetwork network = new FallbackNetwork(failing, usual);
                ImageBatch batch = TinyModel.shared().batch(1, SIDE, SIDE);
                ImageBatch expected = TinyModel.shared().batch(1, SIDE, SIDE)) {
            for (int i = 0; i < SIDE * SIDE * 3; i++) {
                batch.pixels(0).put(i, (byte) i);
                expected.pixels(0).put(i, (byte) i);
            }
            assertThat(network.running()).isEqualTo(failing);
            network.run(batch, 0, 1);
            TinyModel.shared().encode(expected);

            assertThat(floats(batch)).isEqualTo(floats(expected));
            assertThat(network.running().network()).isEqualTo(usual.network());
            assertThat(network.running().provider()).isEqualTo("CPU");
            assertThat(network.running().reason()).contains("mask_decoder.onnx failed");
        }
    }

    @Test
    void theLastNetworksFailureIsThrown() throws OrtException {
        NetworkChoice failing = new NetworkChoice(network("mask_decoder.onnx"), "CPU", "configured");
        try (FallbackNetwork network = new FallbackNetwork(failing, failing);
                ImageBatch batch = TinyModel.shared().batch(1, SIDE, SIDE)) {
            assertThatThrownBy(() -> network.run(batch, 0, 1))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("mask_decoder.onnx failed");
        }
    }

    private static float[] floats(ImageBatch batch) {
        FloatBuffer aligned = batch.encoding(0).textAligned();
        float[] values = new float[aligned.capacity()];
        aligned.get(0, values);
        return values;
    }

    private static OnnxSession network(String file) throws OrtException {
        try (OrtSession.SessionOptions options =
                ExecutionProvider.choose(NetworkSettings.of("cpu", 1)).options()) {
            return OnnxSession.load(TinyModel.FOLDER.resolve(file), options);
        }
    }
}
