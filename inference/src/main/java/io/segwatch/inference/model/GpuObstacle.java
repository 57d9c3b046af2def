package io.segwatch.inference.model;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the loader and CUDA say when a GPU cannot be used, as a clause that names what lacks and the remedy. */
final class GpuObstacle {
    private static final int LONGEST = 300;
    private static final Pattern MISSING =
            Pattern.compile("(lib[\\w.+-]+?\\.so[\\w.]*): cannot open shared object file");
    private static final Pattern VERSION = Pattern.compile("\\.so\\.(\\d+)");
    private static final String PATH = ", and have its folder in LD_LIBRARY_PATH";

    /** A library, by how its name begins, and how a person knows and gets it. */
    private record Part(String prefix, String name, String remedy) {}

    private static final List<Part> PARTS = List.of(
            new Part("libcudnn", "cuDNN", "install it for the CUDA that is named beside it" + PATH),
            new Part(
                    "libcuda.", "NVIDIA's driver", "install it; a container must be started with its GPU (--gpus all)"),
            new Part(
                    "libnvidia-ml",
                    "NVIDIA's driver",
                    "install it; a container must be started with its GPU (--gpus all)"),
            new Part("libnvinfer", "TensorRT", "install it" + PATH + ", or take cuda"),
            new Part("libnvonnxparser", "TensorRT's parser", "install TensorRT" + PATH + ", or take cuda"),
            new Part("libtensorrt", "TensorRT-RTX", "install the plugin's Python package whole"),
            new Part("libcublas", "CUDA's cuBLAS", "install that CUDA's libraries" + PATH),
            new Part("libcu", "CUDA's runtime", "install that CUDA's libraries" + PATH),
            new Part("libnv", "CUDA's runtime", "install that CUDA's libraries" + PATH));

    /** What CUDA says, as it begins or as it ends, and what it means. */
    private record Saying(String words, String meaning) {}

    private static final List<Saying> SAYINGS = List.of(
            new Saying(
                    "driver version is insufficient",
                    "NVIDIA's driver is not there, or older than this build's CUDA: install or renew the driver"),
            new Saying(
                    "no CUDA-capable device",
                    "no NVIDIA GPU can be seen: look at nvidia-smi and CUDA_VISIBLE_DEVICES; a container must be"
                            + " started with its GPU (--gpus all)"),
            new Saying(
                    "invalid device ordinal",
                    "there is no GPU of that number: look at nvidia-smi -L and set segwatch.inference.device"),
            new Saying(
                    "no kernel image is available",
                    "this GPU is older or newer than this build of ONNX Runtime serves: take cpu"),
            new Saying(
                    "system not yet initialized",
                    "the GPU waits for NVIDIA's fabric manager: start nvidia-fabricmanager"),
            new Saying("forward compatibility", "the driver is too old for this build's CUDA: renew the driver"),
            new Saying(
                    "all CUDA-capable devices are busy",
                    "another process has the GPU for itself: end it, or set its compute mode to DEFAULT"),
            new Saying(
                    "GLIBC", "this system's C library is older than ONNX Runtime's GPU build wants: renew the system"));

    private GpuObstacle() {}

    /** @param said the message of ONNX Runtime or of the loader */
    static String sentence(String said) {
        Matcher missing = MISSING.matcher(said);
        if (missing.find()) {
            return missing(missing.group(1));
        }
        if (DeviceMemory.isExhausted(said)) {
            return "the GPU's memory is full: end what else runs on it (nvidia-smi), or take another by"
                    + " segwatch.inference.device";
        }
        String lower = said.toLowerCase(Locale.ROOT);
        for (Saying saying : SAYINGS) {
            if (lower.contains(saying.words.toLowerCase(Locale.ROOT))) {
                return saying.meaning;
            }
        }
        String first = said.lines().findFirst().orElse("");
        return first.length() > LONGEST ? first.substring(0, LONGEST) + "…" : first;
    }

    private static String missing(String library) {
        for (Part part : PARTS) {
            if (library.startsWith(part.prefix)) {
                return part.name + version(part, library) + " is missing (" + library + "): " + part.remedy;
            }
        }
        return library + " is missing: install it" + PATH;
    }

    /** The major version that the library's name asks for, where the part is known by it. */
    private static String version(Part part, String library) {
        Matcher version = VERSION.matcher(library);
        boolean told = !part.name.startsWith("NVIDIA") && !part.name.startsWith("TensorRT-RTX") && version.find();
        return told ? " " + version.group(1) : "";
    }
}
