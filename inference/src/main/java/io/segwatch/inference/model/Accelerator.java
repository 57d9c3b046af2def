package io.segwatch.inference.model;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.providers.OrtTensorRTProviderOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the networks run, decided once. "auto" takes CUDA when ONNX Runtime's GPU build and a GPU are there, else the
 * CPU. TensorRT is only taken when it is asked for: it builds an engine for each new size of input, which takes
 * minutes.
 *
 * @param provider CPU, CUDA or TensorRT
 * @param reason why, in a sentence for a person
 * @param threads of one network on the CPU
 */
record Accelerator(String provider, String reason, int threads) {
    private static final Logger log = LoggerFactory.getLogger(Accelerator.class);

    static Accelerator choose(String wanted, int threads) {
        int cores = threads > 0 ? threads : Runtime.getRuntime().availableProcessors();
        Accelerator chosen = switch (wanted) {
            case "auto" -> auto(cores);
            case "cpu" -> new Accelerator("CPU", "asked for", cores);
            case "cuda" -> required("CUDA", OrtProvider.CUDA, cores);
            case "tensorrt" -> required("TensorRT", OrtProvider.TENSOR_RT, cores);
            default ->
                throw new ModelException(
                        "segwatch.inference.provider must be auto, cpu, cuda or tensorrt, not " + wanted + ".");
        };
        log.info("Networks run on {} ({}), {} threads", chosen.provider, chosen.reason, chosen.threads);
        return chosen;
    }

    private static Accelerator auto(int threads) {
        Accelerator cuda = new Accelerator("CUDA", "a GPU is there", threads);
        String obstacle = cuda.obstacle(OrtProvider.CUDA);
        return obstacle == null ? cuda : new Accelerator("CPU", obstacle, threads);
    }

    private static Accelerator required(String name, OrtProvider provider, int threads) {
        Accelerator accelerator = new Accelerator(name, "asked for", threads);
        String obstacle = accelerator.obstacle(provider);
        if (obstacle != null) {
            throw new ModelException("segwatch.inference.provider asks for " + name + ", but " + obstacle
                    + ". Put it right, or take auto or cpu.");
        }
        return accelerator;
    }

    /** Null when the provider can be had. */
    private String obstacle(OrtProvider wanted) {
        if (!OrtEnvironment.getAvailableProviders().contains(wanted)) {
            return "this build of ONNX Runtime has no " + wanted.getName();
        }
        try {
            options().close();
            return null;
        } catch (OrtException e) {
            return provider + " does not start: " + e.getMessage();
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
            options.addCUDA();
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
