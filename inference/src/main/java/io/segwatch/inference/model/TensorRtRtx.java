package io.segwatch.inference.model;

import ai.onnxruntime.OrtEpDevice;
import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * NVIDIA's plugin of ONNX Runtime (PyPI: onnxruntime-ep-nv-tensorrt-rtx-cu12, -cu13), which brings CUDA's runtime and
 * TensorRT-RTX along, so that a GPU needs its driver alone.
 */
final class TensorRtRtx {
    private static final String NAME = "NvTensorRTRTXExecutionProvider";
    /** The plugin needs them and looks for them by name; once loaded, they are found. */
    private static final List<String> BESIDE =
            List.of("libcudart.so", "libtensorrt_rtx.so", "libtensorrt_onnxparser_rtx.so");

    private static Path registered;

    private TensorRtRtx() {}

    /**
     * Loads the plugin; a second time does nothing.
     *
     * @throws OrtException what the loader says
     * @throws IOException when there is no such file, or another was loaded before
     */
    static synchronized void register(Path library) throws OrtException, IOException {
        Path file = library.toAbsolutePath();
        if (file.equals(registered)) {
            return;
        }
        if (registered != null) {
            throw new IOException(registered + " is loaded already, and a process takes one");
        }
        if (!Files.isRegularFile(file)) {
            throw new IOException("segwatch.inference.tensorrt-rtx-library is " + library
                    + ", and there is no such file; it is libonnxruntime_providers_nv_tensorrt_rtx.so of the plugin");
        }
        for (String prefix : BESIDE) {
            load(file.getParent(), prefix);
        }
        OnnxSession.ENVIRONMENT.registerExecutionProviderLibrary(NAME, file.toString());
        registered = file;
    }

    private static void load(Path folder, String prefix) throws OrtException, IOException {
        try (Stream<Path> files = Files.list(folder)) {
            Path found = files.filter(file -> file.getFileName().toString().startsWith(prefix))
                    .sorted()
                    .findFirst()
                    .orElse(null);
            if (found != null) {
                System.load(found.toString());
            }
        } catch (UnsatisfiedLinkError e) {
            throw new OrtException(e.getMessage());
        }
    }

    /** The GPUs that it serves, in its order. */
    static List<OrtEpDevice> devices() throws OrtException {
        return OnnxSession.ENVIRONMENT.getEpDevices().stream()
                .filter(device -> device.getEpName().equals(NAME))
                .toList();
    }
}
