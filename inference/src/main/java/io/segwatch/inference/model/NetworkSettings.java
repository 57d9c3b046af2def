package io.segwatch.inference.model;

import io.segwatch.inference.openvino.OpenVino;
import java.nio.file.Path;

/**
 * Where a model's networks run.
 *
 * @param provider auto, cpu, openvino, cuda or tensorrt
 * @param threads of a network on the CPU; 0 for one a core
 * @param openVino folder of OpenVINO's library, which need not be there
 * @param cache folder for what was compiled for this machine, kept from start to start; null for none
 */
public record NetworkSettings(String provider, int threads, Path openVino, Path cache) {
    /** OpenVINO where {@code ./segwatch openvino} puts it, and nothing kept. */
    public static NetworkSettings of(String provider, int threads) {
        return new NetworkSettings(provider, threads, OpenVino.defaultFolder(), null);
    }
}
