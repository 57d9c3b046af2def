package io.segwatch.inference.model;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Map;

/** {@code image_encoder.onnx}. */
final class ImageEncoder implements AutoCloseable {
    private final OnnxSession session;
    private final ModelDescription model;
    private final FallbackNetwork network;
    private final BatchLimit limit = new BatchLimit();

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

    /** Runs as many pictures at a time as memory has been enough for. */
    void encode(ImageBatch batch) {
        long pixels = (long) batch.width() * batch.height();
        int from = 0;
        while (from < batch.count()) {
            int wanted = batch.count() - from;
            int most = limit.most(wanted, pixels);
            try {
                network.run(batch, from, most);
                limit.fitted(most, wanted);
                from += most;
            } catch (DeviceMemory.ExhaustedException e) {
                if (most == 1) {
                    throw new ModelException(
                            "The encoder finds no memory for one picture of " + batch.width() + "x" + batch.height()
                                    + ": end what else runs there, or take another by segwatch.inference.device. "
                                    + e.getMessage(),
                            e);
                }
                limit.tooLarge(most, pixels);
            }
        }
    }

    /** What runs it now, and why, and what memory was too small for. */
    NetworkChoice running() {
        NetworkChoice now = network.running();
        String reason = limit.remark().isEmpty() ? now.reason() : now.reason() + "; " + limit.remark();
        return new NetworkChoice(now.network(), now.provider(), reason);
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
            for (PinnedTensor each : batch.outputs()) {
                checkFinite(each.name(), (OnnxTensor) result.get(each.name()).orElseThrow());
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

    private void checkFinite(String name, OnnxTensor output) {
        FloatBuffer values = output.getFloatBuffer();
        while (values.hasRemaining()) {
            if (!Float.isFinite(values.get())) {
                throw session.refusal(name + " has values that are no numbers: where it computes in 16 bits,"
                        + " take a model directory in 32.");
            }
        }
    }

    @Override
    public void close() {
        network.close();
    }
}
