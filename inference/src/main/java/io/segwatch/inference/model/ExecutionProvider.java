package io.segwatch.inference.model;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where ONNX Runtime runs the networks, decided once. "auto" takes CUDA where ONNX Runtime's GPU build and a GPU are
 * present, else the CPU. TensorRT runs only when it is configured: it builds an engine for each new size of input,
 * which takes minutes.
 *
 * @param provider CPU, CUDA, TensorRT or TensorRT-RTX
 * @param reason why, as a clause for messages
 * @param threads of each network on the CPU
 */
record ExecutionProvider(String provider, String reason, int threads, NetworkSettings settings) {
    private static final Logger log = LoggerFactory.getLogger(ExecutionProvider.class);

    static ExecutionProvider choose(NetworkSettings settings) {
        ExecutionProvider chosen = switch (settings.provider()) {
            case "auto" -> auto(settings);
            // OpenVINO runs the encoder alone.
            case "cpu", "openvino" -> of("CPU", "configured", settings);
            case "cuda" -> required("CUDA", settings);
            case "tensorrt" -> required("TensorRT", settings);
            case "tensorrt-rtx" -> required("TensorRT-RTX", settings);
            default ->
                throw new ModelException("segwatch.inference.provider must be auto, cpu, openvino, cuda, tensorrt or"
                        + " tensorrt-rtx, not " + settings.provider() + ".");
        };
        log.info("Networks run on {} ({}), {} threads", chosen.provider, chosen.reason, chosen.threads);
        return chosen;
    }

    private static ExecutionProvider of(String provider, String reason, NetworkSettings settings) {
        int cores = settings.threads() > 0
                ? settings.threads()
                : Runtime.getRuntime().availableProcessors();
        return new ExecutionProvider(provider, reason, cores, settings);
    }

    private static ExecutionProvider auto(NetworkSettings settings) {
        ExecutionProvider cuda = of("CUDA", "a GPU is present", settings);
        String obstacle = cuda.obstacle();
        return obstacle == null ? cuda : of("CPU", obstacle, settings);
    }

    private static ExecutionProvider required(String name, NetworkSettings settings) {
        ExecutionProvider required = of(name, "configured", settings);
        String obstacle = required.obstacle();
        if (obstacle != null) {
            throw new ModelException("segwatch.inference.provider asks for " + name + ", but " + obstacle
                    + ". Mend that, or take auto or cpu.");
        }
        return required;
    }

    /** Why the provider cannot run here; null when it can. */
    private String obstacle() {
        if (!GpuOptions.isBuiltIn(provider)) {
            return "this build of ONNX Runtime has no " + provider;
        }
        try (SessionOptions options = options()) {
            GpuOptions.probe(options);
            return null;
        } catch (OrtException | ModelException e) {
            return provider + " does not start: " + GpuObstacle.sentence(e.getMessage());
        }
    }

    /** Options for a session of an image network. */
    SessionOptions options() throws OrtException {
        SessionOptions options = cpuOptions();
        try {
            switch (provider) {
                case "CUDA" -> GpuOptions.addCuda(options, settings);
                case "TensorRT" -> GpuOptions.addTensorRt(options, settings);
                case "TensorRT-RTX" -> GpuOptions.addTensorRtRtx(options, settings);
                default -> {
                    // The CPU needs nothing more.
                }
            }
            return options;
        } catch (OrtException | RuntimeException e) {
            options.close();
            throw e;
        } catch (IOException e) {
            options.close();
            throw new ModelException(e.getMessage(), e);
        }
    }

    /** Options for the network of prompts: their number changes, and TensorRT would build an engine for each. */
    SessionOptions promptOptions() throws OrtException {
        return provider.equals("TensorRT") ? of("CUDA", reason, settings).options() : options();
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
