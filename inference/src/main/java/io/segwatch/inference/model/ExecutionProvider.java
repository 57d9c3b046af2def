package io.segwatch.inference.model;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.providers.OrtTensorRTProviderOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where ONNX Runtime runs the networks, decided once. "auto" takes CUDA where ONNX Runtime's GPU build and a GPU are
 * present, else the CPU. TensorRT runs only when it is configured: it builds an engine for each new size of input,
 * which takes minutes.
 *
 * @param provider CPU, CUDA or TensorRT
 * @param reason why, as a clause for messages
 * @param threads of each network on the CPU
 */
record ExecutionProvider(String provider, String reason, int threads) {
    private static final Logger log = LoggerFactory.getLogger(ExecutionProvider.class);

    static ExecutionProvider choose(String configured, int threads) {
        int cores = threads > 0 ? threads : Runtime.getRuntime().availableProcessors();
        ExecutionProvider chosen = switch (configured) {
            case "auto" -> auto(cores);
            // OpenVINO runs the encoder alone.
            case "cpu", "openvino" -> new ExecutionProvider("CPU", "configured", cores);
            case "cuda" -> required("CUDA", OrtProvider.CUDA, cores);
            case "tensorrt" -> required("TensorRT", OrtProvider.TENSOR_RT, cores);
            default ->
                throw new ModelException(
                        "segwatch.inference.provider must be auto, cpu, openvino, cuda or tensorrt, not " + configured
                                + ".");
        };
        log.info("Networks run on {} ({}), {} threads", chosen.provider, chosen.reason, chosen.threads);
        return chosen;
    }

    private static ExecutionProvider auto(int threads) {
        ExecutionProvider cuda = new ExecutionProvider("CUDA", "a GPU is present", threads);
        String obstacle = cuda.obstacle(OrtProvider.CUDA);
        return obstacle == null ? cuda : new ExecutionProvider("CPU", obstacle, threads);
    }

    private static ExecutionProvider required(String name, OrtProvider provider, int threads) {
        ExecutionProvider required = new ExecutionProvider(name, "configured", threads);
        String obstacle = required.obstacle(provider);
        if (obstacle != null) {
            throw new ModelException("segwatch.inference.provider asks for " + name + ", but " + obstacle
                    + ". Mend that, or take auto or cpu.");
        }
        return required;
    }

    /** Why the provider cannot run here; null when it can. */
    private String obstacle(OrtProvider required) {
        if (!OrtEnvironment.getAvailableProviders().contains(required)) {
            return "this build of ONNX Runtime has no " + required.getName();
        }
        try (SessionOptions options = options()) {
            GpuOptions.probe(options);
            return null;
        } catch (OrtException e) {
            return provider + " does not start: " + GpuObstacle.sentence(e.getMessage());
        }
    }

    /** Options for a session of an image network. */
    SessionOptions options() throws OrtException {
        SessionOptions options = cpuOptions();
        if (provider.equals("TensorRT")) {
            try (OrtTensorRTProviderOptions tensorRt = new OrtTensorRTProviderOptions()) {
                tensorRt.add("trt_fp16_enable", "1");
                options.addTensorrt(tensorRt);
            }
        }
        if (!provider.equals("CPU")) {
            GpuOptions.addCuda(options);
        }
        return options;
    }

    /** Options for a session that stays on the CPU. */
    SessionOptions cpuOptions() throws OrtException {
        SessionOptions options = new SessionOptions();
        options.setOptimizationLevel(SessionOptions.OptLevel.ALL_OPT);
        options.setIntraOpNumThreads(threads);
        options.setInterOpNumThreads(1);
        // A thread that spins between two frames burns the core that Kafka and the cameras need.
        options.addConfigEntry("session.intra_op.allow_spinning", "0");
        return options;
    }
}
