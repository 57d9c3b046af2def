package io.segwatch.inference.model;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEpDevice;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import ai.onnxruntime.providers.OrtTensorRTProviderOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How ONNX Runtime's sessions are set up for a GPU. Nothing of it has run on one yet. */
final class GpuOptions {
    private GpuOptions() {}

    /** Whether ONNX Runtime was built with it, whatever the machine has; a plugin is no part of a build. */
    static boolean isBuiltIn(String provider) {
        return switch (provider) {
            case "CUDA" -> OnnxSession.builtIn().contains(OrtProvider.CUDA);
            case "TensorRT" -> OnnxSession.builtIn().contains(OrtProvider.TENSOR_RT);
            default -> true;
        };
    }

    static void addCuda(SessionOptions options, NetworkSettings settings) throws OrtException {
        try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(settings.device())) {
            // Batches and cameras change the input's size: a search of all algorithms would stop each new size for
            // seconds.
            cuda.add("cudnn_conv_algo_search", "HEURISTIC");
            // Doubling the arena takes memory that another worker on the same GPU needs.
            cuda.add("arena_extend_strategy", "kSameAsRequested");
            options.addCUDA(cuda);
        }
    }

    /** TensorRT first; what it cannot run is CUDA's. */
    static void addTensorRt(SessionOptions options, NetworkSettings settings) throws OrtException, IOException {
        Optional<String> cache = cache(settings);
        try (OrtTensorRTProviderOptions tensorRt = new OrtTensorRTProviderOptions(settings.device())) {
            tensorRt.add("trt_fp16_enable", "1");
            // The background's sum of exponentials goes far beyond 65504, where 16 bits end.
            tensorRt.add("trt_op_types_to_exclude", "NonMaxSuppression,NonZero,RoiAlign,Exp,ReduceSum,Log");
            if (cache.isPresent()) {
                tensorRt.add("trt_engine_cache_enable", "1");
                tensorRt.add("trt_engine_cache_path", cache.get());
                tensorRt.add("trt_timing_cache_enable", "1");
                tensorRt.add("trt_timing_cache_path", cache.get());
            }
            options.addTensorrt(tensorRt);
        }
        addCuda(options, settings);
    }

    /** The plugin's library is loaded once a process, and keeps its compiled kernels in the folder. */
    static void addTensorRtRtx(SessionOptions options, NetworkSettings settings) throws OrtException, IOException {
        TensorRtRtx.register(settings.tensorRtRtx()
                .orElseThrow(() -> new IOException("segwatch.inference.tensorrt-rtx-library names no library")));
        List<OrtEpDevice> devices = TensorRtRtx.devices();
        if (settings.device() >= devices.size()) {
            throw new IOException("it serves " + devices.size() + " of this machine's GPUs, and none has the number "
                    + settings.device() + " (segwatch.inference.device)");
        }
        Map<String, String> more = new HashMap<>();
        cache(settings).ifPresent(folder -> more.put("nv_runtime_cache_path", folder));
        options.addExecutionProvider(List.of(devices.get(settings.device())), more);
    }

    private static Optional<String> cache(NetworkSettings settings) throws IOException {
        if (settings.cache() == null) {
            return Optional.empty();
        }
        Path folder = settings.cache().toAbsolutePath();
        Files.createDirectories(folder);
        return Optional.of(folder.toString());
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
