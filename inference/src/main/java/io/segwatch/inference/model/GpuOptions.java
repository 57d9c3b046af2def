package io.segwatch.inference.model;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;

/** How ONNX Runtime's sessions are set up for a GPU. Nothing of it has run on one yet. */
final class GpuOptions {
    private GpuOptions() {}

    static void addCuda(SessionOptions options) throws OrtException {
        try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions()) {
            // Batches and cameras change the input's size: a search of all algorithms would stop each new size for
            // seconds.
            cuda.add("cudnn_conv_algo_search", "HEURISTIC");
            // Doubling the arena takes memory that another worker on the same GPU needs.
            cuda.add("arena_extend_strategy", "kSameAsRequested");
            options.addCUDA(cuda);
        }
    }

    /**
     * Runs a network of a convolution and a product: a driver, GPU or library that lacks often shows only then.
     *
     * @throws OrtException what ONNX Runtime says of it
     */
    static void probe(SessionOptions options) throws OrtException {
        float[][][][] ones = {{{{1, 1, 1, 1}, {1, 1, 1, 1}, {1, 1, 1, 1}, {1, 1, 1, 1}}}};
        try (OrtSession session = OnnxSession.ENVIRONMENT.createSession(probeNetwork(), options);
                OnnxTensor input = OnnxTensor.createTensor(OnnxSession.ENVIRONMENT, ones);
                OrtSession.Result result = session.run(Map.of("x", input))) {
            float[][] product = (float[][]) result.get(0).getValue();
            if (product[0][0] != 16) {
                throw new OrtException("it computes 2 · 2 · 4 as " + product[0][0] + " instead of 16");
            }
        }
    }

    private static byte[] probeNetwork() {
        try (InputStream in = GpuOptions.class.getResourceAsStream("probe.onnx")) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new ModelException("probe.onnx cannot be read from the program's own files: " + e.getMessage(), e);
        }
    }
}
