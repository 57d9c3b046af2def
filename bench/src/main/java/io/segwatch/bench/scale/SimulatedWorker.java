package io.segwatch.bench.scale;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * An inference worker as {@code FramePipeline} is: one frame a camera waits, the newest, in the turn of its camera; one
 * thread decodes a batch and observes what is encoded, beside the encoder, which has one batch and one more in front.
 */
final class SimulatedWorker {
    private static final int MOST_UNENCODED = 2;

    private final Clock clock;
    private final Costs costs;
    private final SplittableRandom random;
    private final Consumer<SimulatedFrame> observed;
    private final Map<Integer, SimulatedFrame> newest = new LinkedHashMap<>();
    private final ArrayDeque<List<SimulatedFrame>> decoded = new ArrayDeque<>();
    private final ArrayDeque<List<SimulatedFrame>> encoded = new ArrayDeque<>();
    private boolean threadBusy;
    private boolean encoderBusy;
    private double threadUs;
    private double encoderUs;
    private long skipped;

    SimulatedWorker(Clock clock, Costs costs, SplittableRandom random, Consumer<SimulatedFrame> observed) {
        this.clock = clock;
        this.costs = costs;
        this.random = random;
        this.observed = observed;
    }

    void accept(SimulatedFrame frame) {
        // In the place of the older one: the camera keeps its turn.
        if (newest.put(frame.camera(), frame) != null) {
            skipped++;
        }
        advance();
    }

    private void advance() {
        if (!encoderBusy && !decoded.isEmpty()) {
            encode(decoded.poll());
        }
        if (threadBusy) {
            return;
        }
        if (!encoded.isEmpty()) {
            observe(encoded.poll());
        } else if (!newest.isEmpty() && decoded.size() + (encoderBusy ? 1 : 0) < MOST_UNENCODED) {
            decode(takeBatch());
        }
    }

    private List<SimulatedFrame> takeBatch() {
        List<SimulatedFrame> batch = new ArrayList<>();
        Iterator<SimulatedFrame> eldestFirst = newest.values().iterator();
        while (eldestFirst.hasNext() && batch.size() < costs.maxBatch()) {
            batch.add(eldestFirst.next());
            eldestFirst.remove();
        }
        return batch;
    }

    private void decode(List<SimulatedFrame> batch) {
        threadBusy = true;
        double us = 1_000 * costs.decodeMs() * batch.size();
        threadUs += us;
        clock.after((long) us, () -> {
            threadBusy = false;
            decoded.add(batch);
            advance();
        });
    }

    private void encode(List<SimulatedFrame> batch) {
        encoderBusy = true;
        double us = 1_000 * (costs.encodeBatchMs() + costs.encodeFrameMs() * batch.size()) * wander();
        encoderUs += us;
        clock.after((long) us, () -> {
            encoderBusy = false;
            encoded.add(batch);
            advance();
        });
    }

    private void observe(List<SimulatedFrame> batch) {
        threadBusy = true;
        double us = 1_000 * costs.scoreMs() * batch.size();
        threadUs += us;
        clock.after((long) us, () -> {
            threadBusy = false;
            batch.forEach(observed);
            advance();
        });
    }

    /** Mean 1 and the measured spread: an exponential that is moved. */
    private double wander() {
        double spread = Math.min(1, costs.spread());
        return 1 - spread - spread * Math.log(1 - random.nextDouble());
    }

    long skipped() {
        return skipped;
    }

    /** Of the encoder or of the thread beside it, whichever has more to do. */
    double load(double spanUs) {
        return Math.min(1, Math.max(encoderUs, threadUs) / spanUs);
    }
}
