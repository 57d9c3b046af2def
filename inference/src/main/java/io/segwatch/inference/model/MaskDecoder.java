package io.segwatch.inference.model;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** {@code mask_decoder.onnx}: answers several prompts about one picture in one run. */
final class MaskDecoder implements AutoCloseable {
    private static final int MASKS = 3;

    private final OnnxSession session;
    private final ModelDescription model;

    MaskDecoder(Path folder, ModelDescription model, ExecutionProvider executionProvider) throws OrtException {
        this.model = model;
        try (OrtSession.SessionOptions options = executionProvider.promptOptions()) {
            this.session = OnnxSession.load(folder.resolve("mask_decoder.onnx"), options);
        }
        long any = OnnxSession.ANY;
        session.input("image_embedding", OnnxJavaType.FLOAT, 1, model.embeddingChannels(), any, any)
                .input("point_coords", OnnxJavaType.FLOAT, any, any, 2)
                .input("point_labels", OnnxJavaType.FLOAT, any, any)
                .input("mask_input", OnnxJavaType.FLOAT, any, 1, any, any)
                .input("has_mask_input", OnnxJavaType.FLOAT, any)
                .output("masks", OnnxJavaType.FLOAT, any, MASKS, any, any)
                .output("iou", OnnxJavaType.FLOAT, any, MASKS);
    }

    List<DecodedMask> decode(Encoding encoding, List<MaskPrompt> prompts) {
        int batch = prompts.size();
        int width = encoding.embeddingWidth();
        int height = encoding.embeddingHeight();
        int points = prompts.stream()
                .mapToInt(prompt -> prompt.labels().length)
                .max()
                .orElseThrow();
        FloatBuffer coords = floats(batch * points * 2);
        FloatBuffer labels = floats(batch * points);
        FloatBuffer masks = floats(batch * width * height);
        FloatBuffer hasMask = floats(batch);
        for (int b = 0; b < batch; b++) {
            MaskPrompt prompt = prompts.get(b);
            for (int p = 0; p < points; p++) {
                boolean given = p < prompt.labels().length;
                labels.put(b * points + p, given ? prompt.labels()[p] : MaskPrompt.PADDING);
                coords.put((b * points + p) * 2, given ? prompt.coords()[2 * p] : 0);
                coords.put((b * points + p) * 2 + 1, given ? prompt.coords()[2 * p + 1] : 0);
            }
            if (prompt.earlier() != null) {
                masks.put(b * width * height, prompt.earlier());
                hasMask.put(b, 1);
            }
        }
        Map<String, OnnxTensor> inputs = new HashMap<>();
        try {
            inputs.put(
                    "image_embedding",
                    tensor(encoding.imageEmbedding(), 1, encoding.embeddingChannels(), height, width));
            inputs.put("point_coords", tensor(coords, batch, points, 2));
            inputs.put("point_labels", tensor(labels, batch, points));
            inputs.put("mask_input", tensor(masks, batch, 1, height, width));
            inputs.put("has_mask_input", tensor(hasMask, batch));
            try (OrtSession.Result result = session.run(inputs)) {
                return results(result, batch, width, height);
            }
        } catch (OrtException e) {
            throw session.refusal("prompts could not be given: " + e.getMessage());
        } finally {
            inputs.values().forEach(OnnxTensor::close);
        }
    }

    private List<DecodedMask> results(OrtSession.Result result, int batch, int width, int height) {
        OnnxTensor masks = (OnnxTensor) result.get("masks").orElseThrow();
        session.checkShape("masks", masks.getInfo().getShape(), batch, MASKS, height, width);
        FloatBuffer logits = masks.getFloatBuffer();
        FloatBuffer iou = ((OnnxTensor) result.get("iou").orElseThrow()).getFloatBuffer();
        List<DecodedMask> decoded = new ArrayList<>(batch);
        for (int b = 0; b < batch; b++) {
            int best = 0;
            for (int m = 1; m < MASKS; m++) {
                best = iou.get(b * MASKS + m) > iou.get(b * MASKS + best) ? m : best;
            }
            float[] chosen = new float[width * height];
            logits.get((b * MASKS + best) * width * height, chosen);
            float estimate = Math.max(0, Math.min(1, iou.get(b * MASKS + best)));
            decoded.add(new DecodedMask(width, height, chosen, estimate));
        }
        return decoded;
    }

    private static FloatBuffer floats(int count) {
        return ByteBuffer.allocateDirect(count * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }

    private static OnnxTensor tensor(FloatBuffer buffer, long... shape) throws OrtException {
        return OnnxTensor.createTensor(OnnxSession.ENVIRONMENT, buffer, shape);
    }

    /** Decodes one prompt on a black picture: finds a decoder whose masks have another size than the embedding. */
    void selfCheck(Encoding encoding) {
        decode(encoding, List.of(MaskPrompt.builder().point(1, 1, true).build()));
    }

    @Override
    public void close() {
        session.close();
    }
}
