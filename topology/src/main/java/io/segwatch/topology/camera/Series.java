package io.segwatch.topology.camera;

import io.segwatch.v1.Calibration.Builder;
import io.segwatch.v1.Spread;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/**
 * One query in one zone: what it showed lately, its baseline and its usual hours. Samples wait in a short list and are
 * put into the digests once a minute, so that a second costs a few bytes of state. Moves in event time alone. For one
 * thread.
 */
final class Series {
    /** Quarters of the recent span that have a digest each; the oldest is dropped whole. */
    private static final int PARTS = 4;

    private static final long MINUTE_MS = 60_000;
    /** Ten minutes of them; fewer say nothing. */
    static final int FEWEST_SAMPLES = 600;

    private static final double[] RANKS = {0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99};
    private static final int BINS = 100;

    private record Sample(float share, float peak) {}

    /** What lies in one part of the recent span, or in the baseline. */
    private record Part(long startMs, Digest share, Digest peak) {
        static Part at(long startMs, long number) {
            int slot = (int) Math.floorMod(number, (long) Digest.SLOTS);
            return new Part(startMs, new Digest(slot), new Digest(slot));
        }

        void write(DataOutput out) throws IOException {
            out.writeLong(startMs);
            share.write(out);
            peak.write(out);
        }

        static Part read(DataInput in) throws IOException {
            return new Part(in.readLong(), Digest.read(in), Digest.read(in));
        }
    }

    private final long partMs;
    /** A peak is the whole frame's, so it is calibrated there alone. */
    private final boolean withPeak;
    /** Of what is measured: of another zone or query all of this would be wrong. */
    private int identity;

    final HourlyBaseline hours = new HourlyBaseline();
    private final List<Sample> waiting = new ArrayList<>();
    private final TreeMap<Long, Part> parts = new TreeMap<>();
    private Part baseline;
    private long baselineAtMs;
    private long requestMetMs;
    private boolean accepted;
    private long sinceMs = -1;
    private long atMs = -1;
    private long minuteMs = -1;
    private double shareDrift = Double.NaN;
    private double peakDrift = Double.NaN;
    private boolean drifted;

    private long hourStartMs = -1;
    private int hourSamples;
    private double hourMean;
    private double hourSquares;

    private final Set<Long> changedParts = new HashSet<>();
    private boolean baselineChanged;
    private boolean hoursChanged;
    private boolean unsaved = true;

    Series(long recentMs, boolean withPeak, int identity) {
        this.partMs = recentMs / PARTS;
        this.withPeak = withPeak;
        this.identity = identity;
    }

    /**
     * Takes a sample, later than all before; true when a minute has ended, and with it something may be told.
     *
     * @param hourMs start of the hour of local time
     */
    boolean sample(long nowMs, long hourMs, double share, double peak) {
        boolean minuteEnded = minuteMs >= 0 && nowMs >= minuteMs + MINUTE_MS;
        if (minuteEnded) {
            endMinute();
        }
        if (sinceMs < 0) {
            sinceMs = nowMs;
        }
        minuteMs = Math.floorDiv(nowMs, MINUTE_MS) * MINUTE_MS;
        waiting.add(new Sample((float) share, (float) peak));
        addToHour(hourMs, share);
        atMs = nowMs;
        unsaved = true;
        return minuteEnded;
    }

    private void endMinute() {
        long start = Math.floorDiv(minuteMs, partMs) * partMs;
        Part part = parts.computeIfAbsent(start, at -> Part.at(at, at / partMs));
        while (parts.firstKey() < start - PARTS * partMs) {
            changedParts.add(parts.pollFirstEntry().getKey());
        }
        for (Sample sample : waiting) {
            part.share().add(sample.share());
            if (withPeak) {
                part.peak().add(sample.peak());
            }
        }
        waiting.clear();
        changedParts.add(start);
    }

    /** Deviations by B. Welford, "Note on a method for calculating corrected sums of squares and products", 1962. */
    private void addToHour(long hourMs, double share) {
        if (hourMs != hourStartMs) {
            if (hourSamples > 0) {
                hours.add(hourStartMs, hourSamples, (float) hourMean, (float) Math.sqrt(hourSquares / hourSamples));
                hoursChanged = true;
            }
            hourStartMs = hourMs;
            hourSamples = 0;
            hourMean = 0;
            hourSquares = 0;
        }
        hourSamples++;
        double difference = share - hourMean;
        hourMean += difference / hourSamples;
        hourSquares += difference * (share - hourMean);
    }

    /**
     * At the end of a minute: takes the recent span as baseline when a person has accepted it, or when it is the first
     * that is complete, and compares the two.
     *
     * @param requestMs when a person last accepted what is there, event time; 0 for never
     */
    void compare(long requestMs, double enter, double exit) {
        boolean enough = recentShare().count() >= FEWEST_SAMPLES;
        boolean asked = requestMs > requestMetMs && requestMs >= sinceMs;
        boolean first = baseline == null && atMs - sinceMs >= partMs * PARTS;
        if (enough && (asked || first)) {
            baseline = new Part(atMs, recentShare().merged(), recentPeak().merged());
            baselineAtMs = atMs;
            requestMetMs = asked ? requestMs : requestMetMs;
            accepted = asked;
            baselineChanged = true;
        }
        boolean known = enough && baseline != null;
        shareDrift = known ? Drift.distance(baseline.share(), recentShare()) : Double.NaN;
        peakDrift = known && withPeak ? Drift.distance(baseline.peak(), recentPeak()) : Double.NaN;
        drifted = drift() >= (drifted ? exit : enter);
        unsaved = true;
    }

    /** The greater drift of the share and the peak, 0..1; NaN while it is not known. */
    double drift() {
        return Double.isNaN(peakDrift) ? shareDrift : Math.max(shareDrift, peakDrift);
    }

    private MergedDigest recentShare() {
        return new MergedDigest(parts.values().stream().map(Part::share).toList());
    }

    private MergedDigest recentPeak() {
        return new MergedDigest(parts.values().stream().map(Part::peak).toList());
    }

    int identity() {
        return identity;
    }

    long atMs() {
        return atMs;
    }

    long count() {
        return recentShare().count();
    }

    long hour() {
        return hourStartMs;
    }

    long baselineAtMs() {
        return baselineAtMs;
    }

    boolean drifted() {
        return drifted;
    }

    Builder describe(Builder calibration) {
        calibration
                .setAtMs(atMs)
                .setSinceMs(sinceMs)
                .setShare(spread(recentShare(), baseline == null ? null : baseline.share(), shareDrift))
                .setBaselineAtMs(baselineAtMs)
                .setBaselineAccepted(accepted)
                .setDriftKnown(!Double.isNaN(drift()))
                .setDrift(Double.isNaN(drift()) ? 0 : drift())
                .setDrifted(drifted)
                .setHours(hours.toMessage());
        if (withPeak) {
            calibration.setPeakProbability(spread(recentPeak(), baseline == null ? null : baseline.peak(), peakDrift));
        }
        HourlyBaseline.Usual usual = hours.at(atMs);
        if (usual != null) {
            calibration.setUsualKnown(true).setUsualMean(usual.mean()).setUsualDeviation(usual.deviation());
        }
        return calibration;
    }

    private static Spread spread(MergedDigest recent, Digest base, double drift) {
        Spread.Builder spread = Spread.newBuilder()
                .setSamples(recent.count())
                .setAbsent(recent.absent())
                .setDrift(Double.isNaN(drift) ? 0 : drift);
        for (long count : recent.histogram(BINS)) {
            spread.addHistogram(count);
        }
        if (base != null) {
            for (long count : new MergedDigest(List.of(base)).histogram(BINS)) {
                spread.addBaselineHistogram(count);
            }
        }
        Digest merged = recent.merged();
        for (double rank : RANKS) {
            double amongOthers = (rank - recent.absent()) / (1 - recent.absent());
            spread.addQuantiles(amongOthers > 0 ? merged.quantileOfOthers(Math.min(1, amongOthers)) : 0);
        }
        Distribution.of(recent)
                .suggest(false)
                .ifPresent(suggestion ->
                        spread.setSuggestedEnter(suggestion.enter()).setSuggestedExit(suggestion.exit()));
        return spread.build();
    }

    /** Writes what has changed since the last call. */
    void saveChanges(CameraProcessor.StateWriter saver) {
        if (!unsaved) {
            return;
        }
        unsaved = false;
        saver.save("now", this::write);
        for (long start : changedParts) {
            Part part = parts.get(start);
            saver.save("part-" + start, part == null ? null : part::write);
        }
        changedParts.clear();
        if (baselineChanged) {
            saver.save("baseline", baseline::write);
            baselineChanged = false;
        }
        if (hoursChanged) {
            saver.save("hours", hours::write);
            hoursChanged = false;
        }
    }

    /** Drops all that was saved. */
    void forget(CameraProcessor.StateWriter saver) {
        saver.save("now", null);
        parts.keySet().forEach(start -> saver.save("part-" + start, null));
        changedParts.forEach(start -> saver.save("part-" + start, null));
        saver.save("baseline", null);
        saver.save("hours", null);
    }

    /** Takes a part that {@link #saveChanges} wrote. */
    void load(String key, DataInput in) throws IOException {
        switch (key) {
            case "now" -> read(in);
            case "baseline" -> baseline = Part.read(in);
            case "hours" -> hours.read(in);
            default -> {
                Part part = Part.read(in);
                parts.put(part.startMs(), part);
            }
        }
    }

    /** Layout: identity, times, flags, drifts, the hour so far, then the waiting samples. */
    private void write(DataOutput out) throws IOException {
        out.writeInt(identity);
        for (long time : new long[] {baselineAtMs, requestMetMs, sinceMs, atMs, minuteMs, hourStartMs}) {
            out.writeLong(time);
        }
        out.writeBoolean(accepted);
        out.writeBoolean(drifted);
        out.writeDouble(shareDrift);
        out.writeDouble(peakDrift);
        out.writeInt(hourSamples);
        out.writeDouble(hourMean);
        out.writeDouble(hourSquares);
        out.writeInt(waiting.size());
        for (Sample sample : waiting) {
            out.writeFloat(sample.share());
            out.writeFloat(sample.peak());
        }
    }

    private void read(DataInput in) throws IOException {
        identity = in.readInt();
        baselineAtMs = in.readLong();
        requestMetMs = in.readLong();
        sinceMs = in.readLong();
        atMs = in.readLong();
        minuteMs = in.readLong();
        hourStartMs = in.readLong();
        accepted = in.readBoolean();
        drifted = in.readBoolean();
        shareDrift = in.readDouble();
        peakDrift = in.readDouble();
        hourSamples = in.readInt();
        hourMean = in.readDouble();
        hourSquares = in.readDouble();
        int samples = in.readInt();
        for (int i = 0; i < samples; i++) {
            waiting.add(new Sample(in.readFloat(), in.readFloat()));
        }
        unsaved = false;
    }
}
