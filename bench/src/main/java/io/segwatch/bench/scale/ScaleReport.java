package io.segwatch.bench.scale;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** The tables and pictures of docs/scaling.md. */
final class ScaleReport {
    private static final int KEPT_DAYS = 14;
    /** Cores of a worker without a GPU: what the times were measured on. */
    private static final int WORKER_CORES = 2;

    private static final int BROKER_CORES = 8;
    private static final double MONTH = 30 * 86_400.0;
    private static final List<Integer> SIZES = List.of(10, 1_000, 100_000, 1_000_000);
    /** Larger ones would take hours, and are cells of this size. */
    private static final List<Integer> SIMULATED = List.of(10, 100, 1_000);

    private final ScaleCommand.Measurements measured;
    private final Costs cpu;
    private final Costs gpu;
    private final Prices prices;
    private final double seconds;
    private final long seed;

    ScaleReport(ScaleCommand.Measurements measured, double gpuFps, Prices prices, double seconds, long seed) {
        this.measured = measured;
        this.cpu = measured.costs();
        this.gpu = onGpu(cpu, gpuFps);
        this.prices = prices;
        this.seconds = seconds;
        this.seed = seed;
    }

    /**
     * Half of a full batch's time is the batch's own, whatever it holds; batches of 16. One thread decodes and scores
     * in a process, so that several of them share a GPU; here they are one that is as fast.
     */
    private static Costs onGpu(Costs cpu, double framesASecond) {
        int batch = 16;
        double frameMs = 1_000 / framesASecond;
        return new Costs(
                cpu.fps(),
                cpu.ingestMs(),
                cpu.publishMs(),
                Math.min(cpu.decodeMs(), frameMs / 4),
                frameMs * batch / 2,
                frameMs / 2,
                Math.min(cpu.scoreMs(), frameMs / 2),
                cpu.spread(),
                batch,
                cpu.topologyMs(),
                cpu.commitMs(),
                cpu.frameBytes(),
                cpu.keptBytesADay());
    }

    void print(PrintWriter out) {
        line(out, "Costs: %s%n", cpu);
        compared(out);
        needed(out);
        simulated(out);
        filled(out);
    }

    /** One worker, as it was measured. */
    private Outcome predicted(int cameras) {
        return Simulation.run(new Plant(cameras, 4, 1, 1, 1, 1, 400e6), cpu, seconds, seed);
    }

    private void compared(PrintWriter out) {
        if (measured.points().isEmpty()) {
            return;
        }
        out.println("| cameras | frames a second of each: predicted | measured | age ms p50: predicted | measured"
                + " | p95: predicted | measured | least served: predicted | measured | load |");
        out.println("|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
        for (MeasuredPoint point : measured.points()) {
            Outcome simulated = predicted(point.cameras());
            line(
                    out,
                    "| %d | %.2f | %.2f | %d | %.0f | %d | %.0f | %.2f | %.2f | %.0f |",
                    point.cameras(),
                    simulated.fps(),
                    point.fps(),
                    simulated.observedMs().getValueAtPercentile(50),
                    point.p50Ms(),
                    simulated.observedMs().getValueAtPercentile(95),
                    point.p95Ms(),
                    simulated.fairness(),
                    point.fairness(),
                    point.load());
        }
        out.println();
    }

    private void needed(PrintWriter out) {
        out.println(
                "| cameras | inference on | frames/s | into Kafka MB/s | partitions | brokers | ingest cores | workers"
                        + " | topology cores | disk TB | a month | of a camera |");
        out.println("|--:|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
        for (int cameras : SIZES) {
            for (boolean onGpu : new boolean[] {false, true}) {
                Sizing sizing = sizing(cameras, onGpu);
                double month = month(sizing, onGpu);
                line(
                        out,
                        "| %,d | %s | %,.0f | %,.1f | %,d | %,d | %,d | %,d | %,d | %,.1f | %,.0f | %.2f |",
                        cameras,
                        onGpu ? "GPU" : "CPU",
                        cameras * cpu.fps(),
                        sizing.bytesASecond() / 1e6,
                        sizing.partitions(),
                        sizing.brokers(),
                        sizing.ingestCores(),
                        sizing.workers(),
                        sizing.topologyCores(),
                        sizing.diskBytes() / 1e12,
                        month,
                        month / cameras);
            }
            EdgeSizing edge = EdgeSizing.of(cameras, cpu, KEPT_DAYS);
            line(
                    out,
                    "| %,d | edge | %,.0f | %,.1f | %,d | %,d | at the edge | %,d boxes | %,d | %,.1f | %,.0f | %.2f |",
                    cameras,
                    cameras * cpu.fps(),
                    edge.bytesASecond() / 1e6,
                    edge.partitions(),
                    edge.brokers(),
                    edge.boxes(),
                    edge.readerCores(),
                    edge.diskBytes() / 1e12,
                    edge.month(prices, WORKER_CORES, BROKER_CORES, MONTH),
                    edge.month(prices, WORKER_CORES, BROKER_CORES, MONTH) / cameras);
        }
        out.println();
    }

    private Sizing sizing(int cameras, boolean onGpu) {
        return Sizing.of(cameras, onGpu ? gpu : cpu, KEPT_DAYS);
    }

    private double month(Sizing sizing, boolean onGpu) {
        double beside = gpu.workerFps() * (cpu.decodeMs() + cpu.scoreMs()) / 1_000;
        return sizing.month(prices, onGpu, onGpu ? 1 + (int) Math.ceil(beside) : WORKER_CORES, BROKER_CORES);
    }

    private void simulated(PrintWriter out) {
        out.println("| cameras | inference on | frames/s of each | age ms p50 | p95 | p99 | alert ms p95 | least served"
                + " | skipped | fullest | one worker less: p95 | least served |");
        out.println("|--:|---|--:|--:|--:|--:|--:|--:|--:|---|--:|--:|");
        for (int cameras : SIMULATED) {
            for (boolean onGpu : new boolean[] {false, true}) {
                Costs costs = onGpu ? gpu : cpu;
                Plant plant = Plant.of(sizing(cameras, onGpu), cameras);
                Outcome outcome = Simulation.run(plant, costs, seconds, seed);
                Outcome without =
                        Simulation.run(plant.withWorkers(Math.max(1, plant.workers() - 1)), costs, seconds, seed);
                line(
                        out,
                        "| %,d | %s | %.2f | %d | %d | %d | %d | %.2f | %.1f %% | %s %.0f %% | %d | %.2f |",
                        cameras,
                        onGpu ? "GPU" : "CPU",
                        outcome.fps(),
                        outcome.observedMs().getValueAtPercentile(50),
                        outcome.observedMs().getValueAtPercentile(95),
                        outcome.observedMs().getValueAtPercentile(99),
                        outcome.toldMs().getValueAtPercentile(95),
                        outcome.fairness(),
                        100 * outcome.skippedShare(),
                        outcome.fullest(),
                        100 * outcome.load().get(outcome.fullest()),
                        without.observedMs().getValueAtPercentile(95),
                        without.fairness());
            }
        }
        out.println();
    }

    /** What a plant for 100 cameras does with more. */
    private void filled(PrintWriter out) {
        out.println("| cameras on what 100 need | ingest | brokers | inference | topology | age ms p95 | frames/s of"
                + " each |");
        out.println("|--:|--:|--:|--:|--:|--:|--:|");
        for (int cameras : List.of(50, 100, 150, 200, 300, 500)) {
            Outcome outcome = overfilled(cameras);
            line(
                    out,
                    "| %d | %.0f %% | %.0f %% | %.0f %% | %.0f %% | %d | %.2f |",
                    cameras,
                    100 * outcome.load().get("ingest"),
                    100 * outcome.load().get("brokers"),
                    100 * outcome.load().get("inference"),
                    100 * outcome.load().get("topology"),
                    outcome.observedMs().getValueAtPercentile(95),
                    outcome.fps());
        }
        out.println();
    }

    private Outcome overfilled(int cameras) {
        return Simulation.run(Plant.of(sizing(100, false), cameras), cpu, seconds, seed);
    }

    void draw(Path folder) throws IOException {
        if (!measured.points().isEmpty()) {
            drawOneWorker(folder);
        }
        drawLoad(folder);
        cost().write(folder.resolve("cost.svg"));
    }

    private void drawOneWorker(Path folder) throws IOException {
        List<double[]> predicted = new ArrayList<>();
        List<double[]> predictedFps = new ArrayList<>();
        for (int cameras : List.of(1, 2, 3, 4, 6, 8, 12, 16, 24, 32)) {
            Outcome outcome = predicted(cameras);
            predicted.add(new double[] {cameras, outcome.observedMs().getValueAtPercentile(95)});
            predictedFps.add(new double[] {cameras, outcome.fps()});
        }
        new SvgChart("One worker: age of a frame when it is observed", "cameras", "ms, 95th percentile", true)
                .line("simulated", predicted)
                .dots("measured", points(MeasuredPoint::p95Ms))
                .write(folder.resolve("age.svg"));
        new SvgChart("One worker: frames a second of each camera", "cameras", "frames/s", false)
                .line("simulated", predictedFps)
                .dots("measured", points(MeasuredPoint::fps))
                .write(folder.resolve("rate.svg"));
    }

    private void drawLoad(Path folder) throws IOException {
        List<List<double[]>> loads =
                List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        List<String> names = List.of("ingest", "brokers", "inference", "topology");
        for (int cameras : List.of(20, 50, 100, 150, 200, 300, 500)) {
            Outcome outcome = overfilled(cameras);
            for (int i = 0; i < names.size(); i++) {
                loads.get(i).add(new double[] {cameras, 100 * outcome.load().get(names.get(i))});
            }
        }
        SvgChart load = new SvgChart("What a cluster for 100 cameras does with others", "cameras", "used, %", false);
        for (int i = 0; i < names.size(); i++) {
            load.line(names.get(i), loads.get(i));
        }
        load.write(folder.resolve("load.svg"));
    }

    private SvgChart cost() {
        List<double[]> onCpu = new ArrayList<>();
        List<double[]> onGpu = new ArrayList<>();
        List<double[]> edges = new ArrayList<>();
        for (int cameras : List.of(10, 30, 100, 300, 1_000, 10_000, 100_000, 1_000_000)) {
            onCpu.add(new double[] {cameras, month(sizing(cameras, false), false) / cameras});
            onGpu.add(new double[] {cameras, month(sizing(cameras, true), true) / cameras});
            EdgeSizing edge = EdgeSizing.of(cameras, cpu, KEPT_DAYS);
            edges.add(new double[] {cameras, edge.month(prices, WORKER_CORES, BROKER_CORES, MONTH) / cameras});
        }
        return new SvgChart("A camera's month, with the prices assumed", "cameras", "price", true)
                .line("central, CPU", onCpu)
                .line("central, GPU", onGpu)
                .line("edge", edges);
    }

    private List<double[]> points(ToDoubleFunction<MeasuredPoint> value) {
        return measured.points().stream()
                .map(point -> new double[] {point.cameras(), value.applyAsDouble(point)})
                .toList();
    }

    private static void line(PrintWriter out, String format, Object... values) {
        out.println(String.format(Locale.ROOT, format, values));
    }
}
