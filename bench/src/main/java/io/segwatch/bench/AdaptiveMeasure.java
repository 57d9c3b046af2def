package io.segwatch.bench;

import io.segwatch.bench.results.BenchMeasure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What adaptive inference saves, and what that costs. */
final class AdaptiveMeasure implements BenchMeasure {
    private static final double SHARE = 0.5;
    private static final double FPS = 10;
    private static final long AGE_MS = 1_000;
    private static final List<String> WORDS = List.of("person", "car", "road", "tree", "bicycle", "floor");

    @Override
    public String name() {
        return "adaptive";
    }

    @Override
    public String title() {
        return "Adaptive inference";
    }

    @Override
    public String method() {
        return "How far the areas of ten zones are from those of a worker that encodes every frame, with at most half of the encodings, on"
                + " the demo's clip at 10 fps and on scenes made of its pictures; six words. It is off by default.";
    }

    @Override
    public List<Figure> run(Conditions conditions) throws IOException {
        List<Figure> figures = new ArrayList<>();
        try (AdaptiveQuality measured = new AdaptiveQuality(conditions.model(), WORDS, new double[] {SHARE}, AGE_MS);
                ComposedScenes made = new ComposedScenes()) {
            add(figures, "the clip", measured.clip(conditions.footage(), FPS, conditions.quick() ? 2 : 12, made));
            List<AdaptiveQuality.Errors> scenes = new ArrayList<>();
            for (int seed = 0; seed < (conditions.quick() ? 1 : 6); seed++) {
                AdaptiveCommand.merge(scenes, measured.scene(made, seed, FPS));
            }
            add(figures, "scenes", scenes);
        }
        return figures;
    }

    private static void add(List<Figure> figures, String on, List<AdaptiveQuality.Errors> errors) {
        AdaptiveQuality.Errors adaptive = errors.get(0);
        AdaptiveQuality.Errors second = errors.get(1);
        figures.add(Figure.of(on + ": encoded, of all frames", adaptive.encoded(), ""));
        figures.add(Figure.of(on + ": error, % of a zone, mean", 100 * adaptive.mean(), "")
                .atMost(0.5));
        figures.add(Figure.of(on + ": the same of encoding every second frame", 100 * second.mean(), ""));
    }
}
