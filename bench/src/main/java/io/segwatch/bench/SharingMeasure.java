package io.segwatch.bench;

import io.segwatch.bench.results.BenchMeasure;
import java.io.IOException;
import java.util.List;
import org.openjdk.jmh.runner.RunnerException;

/** What one more query, zone, viewer or prompt costs, by the benchmarks of {@code bench/run}. */
final class SharingMeasure implements BenchMeasure {
    private static final String BENCHMARKS =
            "io\\.segwatch\\.bench\\.(FrameBenchmark\\.(frame|encode)|MaskBenchmark\\.zoneAreas|SharingBenchmark\\..*)";

    @Override
    public String name() {
        return "sharing";
    }

    @Override
    public String title() {
        return "One encoding for queries, zones and prompts";
    }

    @Override
    public String method() {
        return "JMH, each benchmark in a JVM of its own, all of them in each round; the least time of all rounds, because what else the machine"
                + " does can only add to it. A frame is encoded, scored, smoothed and made masks and an observation, as the worker does."
                + " An encoding for each head is what two networks of this size would take. As networks alone, in Python:"
                + " both heads beside two networks: [training/RESULTS.md](../training/RESULTS.md#one-backbone-against-two-networks).";
    }

    @Override
    public List<Figure> run(Conditions conditions) throws IOException {
        Figures figures;
        try {
            figures = new JmhRounds(
                            conditions.quick() ? 1 : 2,
                            conditions.quick() ? 1 : 3,
                            conditions.model(),
                            conditions.footage(),
                            conditions.work())
                    .run(BENCHMARKS, "1", "50", "200");
        } catch (RunnerException e) {
            throw new IOException("A benchmark failed: " + e.getMessage(), e);
        }
        double frame = figures.micros("FrameBenchmark.frame 1");
        double encoding = figures.micros("FrameBenchmark.encode 1");
        return List.of(
                Figure.of("both heads on one encoding over an encoding for each", frame / (frame + encoding), "")
                        .atMost(0.55),
                Figure.of(
                                "a frame with 50 queries over one with 1",
                                figures.micros("FrameBenchmark.frame 50") / frame,
                                "")
                        .atMost(1.10),
                Figure.of(
                                "a frame with 200 queries over one with 1",
                                figures.micros("FrameBenchmark.frame 200") / frame,
                                "")
                        .atMost(1.3),
                Figure.of(
                                "prompts that one thread answers",
                                1e6 / figures.micros("SharingBenchmark.prompt"),
                                "a second")
                        .atLeast(100),
                Figure.of(
                        "areas of " + MaskBenchmark.QUERIES + " masks in " + MaskBenchmark.ZONES
                                + " zones over a frame with 1 query",
                        figures.micros("MaskBenchmark.zoneAreas") / frame,
                        ""),
                Figure.of(
                        SharingBenchmark.QUERIES + " queries or viewers, an encoding for each over one for all",
                        figures.micros("SharingBenchmark.encodedForEach")
                                / figures.micros("SharingBenchmark.encodedOnce"),
                        ""),
                Figure.of("a frame with 1 query", frame / 1000, "ms"));
    }
}
