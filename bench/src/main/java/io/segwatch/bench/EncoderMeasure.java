package io.segwatch.bench;

import io.segwatch.bench.results.BenchMeasure;
import io.segwatch.inference.openvino.OpenVino;
import java.nio.file.Path;
import java.util.List;

/** The encoder's time by OpenVINO beside that by ONNX Runtime. */
final class EncoderMeasure implements BenchMeasure {
    private static final double WANTED = 0.5;

    @Override
    public String name() {
        return "encoder";
    }

    @Override
    public String title() {
        return "The encoder by OpenVINO beside ONNX Runtime";
    }

    @Override
    public String method() {
        return "One frame, the same file, a thread for each core, in turn; OpenVINO in the type that the worker would choose here"
                + " (`bf16` where the processor has it, else `f32`).";
    }

    @Override
    public List<Figure> run(Conditions conditions) {
        Path library = OpenVino.defaultFolder();
        if (!OpenVino.isIn(library)) {
            return List.of(Figure.missing("OpenVINO over ONNX Runtime", "`./segwatch openvino` fetches it"));
        }
        List<EncoderTimes.Times> times =
                EncoderTimes.measure(List.of(conditions.model()), library, 0, conditions.quick() ? 5 : 60);
        EncoderTimes.Times plain = times.get(0);
        EncoderTimes.Times other = times.get(1);
        return List.of(
                Figure.of(plain.name(), plain.wallMs(), "ms"),
                Figure.of(other.name(), other.wallMs(), "ms"),
                Figure.of("OpenVINO over ONNX Runtime, time", other.wallMs() / plain.wallMs(), "")
                        .atMost(WANTED)
                        .noted(
                                other.name().contains("bf16")
                                        ? ""
                                        : "this processor has no bf16, in which it is twice as fast"),
                Figure.of("OpenVINO over ONNX Runtime, CPU time", other.cpuMs() / plain.cpuMs(), ""));
    }
}
