package io.segwatch.inference.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GpuObstacleTest {
    private static final String LOADING =
            "Error code - ORT_FAIL - message: provider_bridge_ort.cc:1844 ProviderLibrary::Get()"
                    + " [ONNXRuntimeError] : 1 : FAIL : Failed to load library libonnxruntime_providers_%s.so with error: %s:"
                    + " cannot open shared object file: No such file or directory\n";

    @ParameterizedTest
    @CsvSource({
        "cuda, libcublasLt.so.12, CUDA's cuBLAS 12 is missing (libcublasLt.so.12)",
        "cuda, libcudart.so.12, CUDA's runtime 12 is missing (libcudart.so.12)",
        "cuda, libcurand.so.10, CUDA's runtime 10 is missing (libcurand.so.10)",
        "cuda, libcudnn.so.9, cuDNN 9 is missing (libcudnn.so.9)",
        "tensorrt, libnvinfer.so.10, TensorRT 10 is missing (libnvinfer.so.10)",
        "nv_tensorrt_rtx, libcuda.so.1, NVIDIA's driver is missing (libcuda.so.1)",
        "nv_tensorrt_rtx, libnvidia-ml.so.1, NVIDIA's driver is missing (libnvidia-ml.so.1)",
        "nv_tensorrt_rtx, libtensorrt_rtx.so.1, TensorRT-RTX is missing (libtensorrt_rtx.so.1)",
        "cuda, libfoo.so.3, libfoo.so.3 is missing"
    })
    void aLibraryThatTheLoaderLacksIsNamedWithItsRemedy(String provider, String library, String expected) {
        assertThat(GpuObstacle.sentence(LOADING.formatted(provider, library)))
                .startsWith(expected)
                .contains("install");
    }

    @ParameterizedTest
    @CsvSource({
        "35, CUDA driver version is insufficient for CUDA runtime version, renew the driver",
        "100, no CUDA-capable device is detected, --gpus all",
        "101, invalid device ordinal, segwatch.inference.device",
        "2, out of memory, memory is full",
        "209, no kernel image is available for execution on the device, take cpu",
        "802, system not yet initialized, nvidia-fabricmanager",
        "804, forward compatibility was attempted on non supported HW, renew the driver"
    })
    void whatCudaSaysBecomesASentenceWithARemedy(int code, String words, String remedy) {
        String said = "Error code - ORT_FAIL - message: cuda_call.cc:129 CudaCall CUDA failure " + code + ": " + words
                + " ; GPU=0 ; hostname=node ; file=cuda_execution_provider.cc ; line=280 ; expr=cudaSetDevice(info_.device_id); ";
        assertThat(GpuObstacle.sentence(said)).contains(remedy).doesNotContain("expr=");
    }

    @Test
    void whatIsNotKnownIsToldAsItIsButShort() {
        assertThat(GpuObstacle.sentence("something new\nand more")).isEqualTo("something new");
        assertThat(GpuObstacle.sentence("x".repeat(5_000))).hasSize(301);
        assertThat(GpuObstacle.sentence("")).isEmpty();
    }
}
