package io.segwatch.topology.camera;

import io.segwatch.contracts.MalformedRecordException;
import io.segwatch.topology.camera.Windows.SeriesValue;
import io.segwatch.v1.Observation;
import io.segwatch.v1.QueryMask;
import io.segwatch.v1.Rule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Takes the numbers from an observation: each query's share of each zone, and the rules' signals. For one thread. */
final class Measurement {
    static final int MAX_QUERIES = 1_000;
    private static final int MAX_ID = 200;
    private static final double MAX_FPS = 1_000;
    /** The year 2200; keeps sums of times far from overflow. */
    private static final long MAX_TIME_MS = 7_258_118_400_000L;

    /** Where a signal goes. */
    private record SignalIndex(int index, Signal signal) {}

    private final Zones zones;
    private final Map<String, List<SignalIndex>> wanted = new HashMap<>();
    private final List<SignalIndex> referred = new ArrayList<>();
    private final double[] signals;
    private final MaskRuns runs = new MaskRuns();
    private final double[] shares;

    /** @param signals of the rules, in the order of their plan */
    Measurement(Zones zones, List<Signal> signals) {
        this.zones = zones;
        this.signals = new double[signals.size()];
        this.shares = new double[zones.measured().size()];
        for (int i = 0; i < signals.size(); i++) {
            wanted.computeIfAbsent(signals.get(i).query(), any -> new ArrayList<>())
                    .add(new SignalIndex(i, signals.get(i)));
            if (signals.get(i).of() == Rule.Measure.CHANGE || signals.get(i).of() == Rule.Measure.DRIFT) {
                referred.add(new SignalIndex(i, signals.get(i)));
            }
        }
    }

    /** The values of all zones and queries; {@link #signals} afterwards gives the rules' numbers. */
    List<SeriesValue> values(Observation observation) {
        check(observation);
        Arrays.fill(signals, Double.NaN);
        List<SeriesValue> values = new ArrayList<>(observation.getQueriesCount() * shares.length);
        for (QueryMask query : observation.getQueriesList()) {
            measure(query);
            for (int zone = 0; zone < shares.length; zone++) {
                Zones.Measured measured = zones.measured().get(zone);
                values.add(new SeriesValue(
                        measured.id(), measured.version(), query.getQuery(), shares[zone], query.getPeakProbability()));
            }
        }
        return values;
    }

    /**
     * Measures the rules' signals and no more; {@link #signals} afterwards gives their numbers.
     *
     * @throws MalformedRecordException when the observation breaks its contract
     */
    void measure(Observation observation) {
        check(observation);
        Arrays.fill(signals, Double.NaN);
        for (QueryMask query : observation.getQueriesList()) {
            if (wanted.containsKey(query.getQuery())) {
                measure(query);
            }
        }
    }

    /**
     * The rules' numbers of the frame that was measured last, in the order of the plan's signals; NaN where the
     * observation did not answer the query or the reference does not know. To be asked once; the array is reused.
     */
    double[] signals(long atMs, Baseline reference) {
        for (SignalIndex want : referred) {
            String query = want.signal().query();
            double share = signals[want.index()];
            if (Double.isNaN(share)) {
                continue;
            }
            signals[want.index()] = want.signal().of() == Rule.Measure.DRIFT
                    ? reference.drift(query)
                    : reference.zScore(
                            zones.measured().get(want.signal().zone()).id(), query, atMs, share);
        }
        return signals;
    }

    private void measure(QueryMask query) {
        read(query);
        for (int zone = 0; zone < shares.length; zone++) {
            shares[zone] = zones.share(zone, runs);
        }
        for (SignalIndex want : wanted.getOrDefault(query.getQuery(), List.of())) {
            signals[want.index()] = number(query, want.signal());
        }
    }

    private double number(QueryMask query, Signal signal) {
        if (signal.of() == Rule.Measure.PEAK_PROBABILITY) {
            return query.getPeakProbability();
        }
        if (signal.minComponent() > 0) {
            return zones.share(signal.zone(), runs.withoutComponentsUnder(signal.minComponent()));
        }
        return shares[signal.zone()];
    }

    private void read(QueryMask query) {
        try {
            runs.read(query.getMask());
        } catch (IllegalArgumentException e) {
            throw new MalformedRecordException("The mask of query " + query.getQuery() + ": " + e.getMessage());
        }
    }

    private static void check(Observation observation) {
        long captured = observation.getCapturedAtMs();
        long observed = observation.getObservedAtMs();
        if (captured < 0 || captured > MAX_TIME_MS || observed < 0 || observed > MAX_TIME_MS) {
            throw new MalformedRecordException("captured_at_ms " + Long.toUnsignedString(captured)
                    + " or observed_at_ms " + Long.toUnsignedString(observed) + " is no time before the year 2200");
        }
        if (!(observation.getTargetFps() >= 0 && observation.getTargetFps() <= MAX_FPS)) {
            throw new MalformedRecordException("target_fps " + observation.getTargetFps() + " is outside 0..1000");
        }
        if (observation.getFrame().getSequence() < 0) {
            throw new MalformedRecordException("frame.sequence is over 2^63");
        }
        if (observation.getQueriesCount() > MAX_QUERIES) {
            throw new MalformedRecordException(observation.getQueriesCount() + " queries, more than " + MAX_QUERIES);
        }
        Set<String> seen = new HashSet<>();
        for (QueryMask query : observation.getQueriesList()) {
            if (query.getQuery().isEmpty() || query.getQuery().length() > MAX_ID || !seen.add(query.getQuery())) {
                throw new MalformedRecordException("A query's id is empty, longer than " + MAX_ID + " or given twice");
            }
            if (!(query.getPeakProbability() >= 0 && query.getPeakProbability() <= 1)) {
                throw new MalformedRecordException(
                        "peak_probability " + query.getPeakProbability() + " is outside 0..1");
            }
        }
    }
}
