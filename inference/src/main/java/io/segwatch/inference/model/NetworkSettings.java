package io.segwatch.inference.model;

import io.segwatch.inference.openvino.OpenVino;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a model's networks run.
 *
 * @param provider auto, cpu, openvino, cuda, tensorrt or tensorrt-rtx
 * @param threads of a network on the CPU; 0 for one a core
 * @param openVino folder of OpenVINO's library, which need not be there
 * @param cache folder for what was compiled for this machine, kept from start to start; null for none
 * @param device number of the GPU, as {@code nvidia-smi -L} counts those that the process may see
 * @param tensorRtRtx library of the provider tensorrt-rtx; empty for none
 */
public record NetworkSettings(
        String provider, int threads, Path openVino, Path cache, int device, Optional<Path> tensorRtRtx) {
    /** On the first GPU, without TensorRT-RTX. */
    public NetworkSettings(String provider, int threads, Path openVino, Path cache) {
        this(provider, threads, openVino, cache, 0, Optional.empty());
    }

    /** OpenVINO where {@code ./segwatch openvino} puts it, and nothing kept. */
    public static NetworkSettings of(String provider, int threads) {
        return new NetworkSettings(provider, threads, OpenVino.defaultFolder(), null);
    }
}
