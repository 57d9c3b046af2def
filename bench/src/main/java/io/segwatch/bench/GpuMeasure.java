package io.segwatch.bench;

import io.segwatch.bench.results.BenchMeasure;
import java.util.List;

/** Points to where a GPU is measured, which takes PyTorch and nothing of this build. */
final class GpuMeasure implements BenchMeasure {
    @Override
    public String name() {
        return "gpu";
    }

    @Override
    public String title() {
        return "On a GPU";
    }

    @Override
    public String method() {
        return "`bench/gpu` measures it by itself within ten minutes and writes [GPU.md](GPU.md), frames a second and cameras a GPU.";
    }

    @Override
    public List<Figure> run(Conditions conditions) {
        return List.of(Figure.missing("ViT-B SAM-CLIP and the default model", "no GPU was at hand; see GPU.md"));
    }
}
