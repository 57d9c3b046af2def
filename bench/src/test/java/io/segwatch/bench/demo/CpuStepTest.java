package io.segwatch.bench.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CpuStepTest {
    private static StackTraceElement call(String type, String method) {
        return new StackTraceElement(type, method, "", 0);
    }

    @Test
    void theInnermostCallOfSegwatchCounts() {
        assertThat(CpuStep.of("inference-1", new StackTraceElement[] {
                    call("org.bytedeco.opencv.global.opencv_imgcodecs", "imdecode"),
                    call("io.segwatch.inference.worker.FrameDecoder", "decode"),
                    call("io.segwatch.inference.worker.FramePipeline", "feed")
                }))
                .isEqualTo("JPEG decode");
        assertThat(CpuStep.of("inference-1", new StackTraceElement[] {
                    call("io.segwatch.contracts.Rle", "encode"),
                    call("io.segwatch.inference.scoring.MaskMaker", "describe")
                }))
                .isEqualTo("RLE");
    }

    @Test
    void aNetworkIsRunForWhomeverItWasAskedBy() {
        StackTraceElement run = call("io.segwatch.inference.model.OnnxSession", "run");
        assertThat(CpuStep.of("inference-1-encoder", new StackTraceElement[] {
                    run,
                    call("io.segwatch.inference.model.SegmentationModel", "encode"),
                    call("io.segwatch.inference.worker.EncoderThread", "encode")
                }))
                .isEqualTo("encode");
        assertThat(CpuStep.of(
                        "inference-1",
                        new StackTraceElement[] {run, call("io.segwatch.inference.worker.PromptHandler", "answer")}))
                .isEqualTo("prompts");
        assertThat(CpuStep.of("inference-1", new StackTraceElement[] {run})).isEqualTo("inference, other");
    }

    @Test
    void aThreadOfALibraryIsToldByItsName() {
        StackTraceElement[] select = {call("sun.nio.ch.EPoll", "wait")};
        assertThat(CpuStep.of("kafka-producer-network-thread | inference-1", select))
                .isEqualTo("produce, network");
        assertThat(CpuStep.of("data-plane-kafka-request-handler-0", select)).isEqualTo("broker");
        assertThat(CpuStep.of("main", select)).isEqualTo("other");
        assertThat(CpuStep.ofNative("C2 CompilerThre")).isEqualTo("JIT compilers");
        assertThat(CpuStep.ofNative("java")).isNull();
    }
}
