package io.segwatch.bench.scale;

import io.segwatch.kafka.Kafka;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;

/**
 * Cameras, ingest, brokers, workers and topology as queues, event by event; all that is random comes from the seed.
 * Cameras lie on partitions as Kafka's hash puts them, so that some workers have more of them than others.
 */
final class Simulation {
    private static final int FRAMES_THAT_WAIT = 1_000;
    private static final double WARM_UP = 0.2;

    private final Plant plant;
    private final Costs costs;
    private final SplittableRandom random;
    private final Clock clock = new Clock();
    private final long startUs;
    private final long endUs;
    private final Histogram observedMs = new Histogram(3);
    private final Histogram toldMs = new Histogram(3);
    private final int[] observed;
    private final Station ingest;
    private final List<Station> brokers;
    private final List<SimulatedWorker> workers;
    private final List<Station> topology;

    private Simulation(Plant plant, Costs costs, double seconds, long seed) {
        this.plant = plant;
        this.costs = costs;
        this.random = new SplittableRandom(seed);
        this.endUs = (long) (1_000_000 * seconds);
        this.startUs = (long) (endUs * WARM_UP);
        this.observed = new int[plant.cameras()];
        this.topology = stations(plant.topologyThreads(), 1_000 * costs.topologyMs(), this::processed);
        this.workers = IntStream.range(0, Math.min(plant.workers(), plant.partitions()))
                .mapToObj(worker -> new SimulatedWorker(clock, costs, random.split(), this::encoded))
                .toList();
        double brokerUs = 1e6 * costs.frameBytes() * plant.copies() / plant.brokerBytesASecond();
        this.brokers = stations(plant.brokers(), brokerUs, this::stored);
        this.ingest = new Station(
                clock, plant.ingestCores(), Math.max(1, plant.cameras()), 1_000 * costs.ingestMs(), this::grabbed);
    }

    private List<Station> stations(int count, double serviceUs, Consumer<SimulatedFrame> next) {
        List<Station> stations = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            stations.add(new Station(clock, 1, FRAMES_THAT_WAIT, serviceUs, next));
        }
        return stations;
    }

    /** @param seconds of simulated time; the first fifth is not counted */
    static Outcome run(Plant plant, Costs costs, double seconds, long seed) {
        return new Simulation(plant, costs, seconds, seed).run();
    }

    private Outcome run() {
        for (int camera = 0; camera < plant.cameras(); camera++) {
            int own = camera;
            int partition = Kafka.partitionOf("camera-" + camera, plant.partitions());
            // Cameras run by clocks of their own.
            clock.after((long) (random.nextDouble() * 1e6 / costs.fps()), () -> capture(own, partition));
        }
        clock.runUntil(endUs);
        double seconds = (endUs - startUs) / 1e6;
        long skipped = workers.stream().mapToLong(SimulatedWorker::skipped).sum();
        long dropped = ingest.dropped()
                + brokers.stream().mapToLong(Station::dropped).sum()
                + topology.stream().mapToLong(Station::dropped).sum();
        return new Outcome(observedMs, toldMs, observed, seconds, load(), skipped, dropped);
    }

    private Map<String, Double> load() {
        Map<String, Double> load = new TreeMap<>();
        load.put("ingest", ingest.load(endUs));
        load.put("brokers", most(brokers));
        load.put(
                "inference",
                workers.stream().mapToDouble(one -> one.load(endUs)).max().orElse(0));
        load.put("topology", most(topology));
        return load;
    }

    private double most(List<Station> stations) {
        return stations.stream().mapToDouble(one -> one.load(endUs)).max().orElse(0);
    }

    private void capture(int camera, int partition) {
        ingest.accept(new SimulatedFrame(camera, partition, clock.nowUs()));
        clock.after((long) (1e6 / costs.fps()), () -> capture(camera, partition));
    }

    private void grabbed(SimulatedFrame frame) {
        brokers.get(frame.partition() % brokers.size()).accept(frame);
    }

    private void stored(SimulatedFrame frame) {
        int worker = plant.ownerOf(frame.partition(), plant.workers());
        clock.after(
                (long) (1_000 * costs.publishMs()), () -> workers.get(worker).accept(frame));
    }

    private void encoded(SimulatedFrame frame) {
        if (clock.nowUs() >= startUs) {
            observedMs.recordValue(ageMs(frame));
            observed[frame.camera()]++;
        }
        topology.get(plant.ownerOf(frame.partition(), topology.size())).accept(frame);
    }

    private void processed(SimulatedFrame frame) {
        if (clock.nowUs() >= startUs) {
            // It comes at any moment between two transactions.
            toldMs.recordValue(ageMs(frame) + (long) (random.nextDouble() * costs.commitMs()));
        }
    }

    private long ageMs(SimulatedFrame frame) {
        return (clock.nowUs() - frame.capturedUs()) / 1_000;
    }
}
