package io.segwatch.inference.model;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.file.Path;
import java.util.Map;

/** {@code image_encoder.onnx}. */
final class ImageEncoder implements AutoCloseable {
    private final OnnxSession session;
    private final ModelDescription model;
    private final FallbackNetwork network;

    ImageEncoder(Path folder, ModelDescription model, ExecutionProvider executionProvider, NetworkSettings settings)
            throws OrtException {
        this.model = model;
        Path file = folder.resolve("image_encoder.onnx");
        try (OrtSession.SessionOptions options = executionProvider.options()) {
            this.session = OnnxSession.load(file, options);
        }
        long any = OnnxSession.ANY;
        session.input("image", OnnxJavaType.UINT8, any, any, any, 3)
                .output("image_embedding", OnnxJavaType.FLOAT, any, model.embeddingChannels(), any, any)
                .output("text_aligned", OnnxJavaType.FLOAT, any, model.textDims(), any, any)
                .output("image_feature", OnnxJavaType.FLOAT, any, model.textDims())
                .output("background_lse", OnnxJavaType.FLOAT, any, any, any);
        selfCheck();
        NetworkChoice usual = new NetworkChoice(session, executionProvider.provider(), executionProvider.reason());
        EncoderChoice choice = new EncoderChoice(file, model, settings, executionProvider.threads());
        this.network = new FallbackNetwork(choice.instead(usual), usual);
    }

    void encode(ImageBatch batch) {
        network.run(batch);
    }

    /** What runs it now, and why. */
    NetworkChoice running() {
        return network.running();
    }

    /**
     * Encodes a black picture of the smallest size: finds a stride or a normalisation that model.json does not declare.
     */
    private void selfCheck() throws OrtException {
        int side = model.input().smallestSide();
        int stride = model.textStride();
        try (ImageBatch batch = new ImageBatch(model, 1, side, side);
                OnnxTensor image = OnnxSession.tensor(batch.image());
                OrtSession.Result result = session.run(Map.of("image", image))) {
            for (PinnedTensor expected : batch.outputs()) {
                OnnxTensor actual = (OnnxTensor) result.get(expected.name()).orElseThrow();
                session.checkShape(expected.name(), actual.getInfo().getShape(), expected.shape());
            }
            float[] vector = new float[model.textDims()];
            var aligned = ((OnnxTensor) result.get("text_aligned").orElseThrow()).getFloatBuffer();
            for (int d = 0; d < vector.length; d++) {
                vector[d] = aligned.get(d * (side / stride) * (side / stride));
            }
            double length = Vectors.length(vector);
            if (!(Math.abs(length - 1) < 2e-2)) {
                throw session.refusal("text_aligned has vectors of length " + length + "; expected unit length.");
            }
        }
    }

    @Override
    public void close() {
        network.close();
    }
}
