package io.segwatch.topology.camera;

import com.google.protobuf.InvalidProtocolBufferException;
import io.segwatch.topology.state.CameraState.SeriesState;
import io.segwatch.topology.state.CameraState.SpanState;
import io.segwatch.v1.Calibration.Builder;
import io.segwatch.v1.Hours;
import io.segwatch.v1.Spread;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/**
 * One query in one zone: what it showed lately, its baseline and its hours. Samples wait in a short list and are put
 * into the digests once a minute, so that a second costs a few bytes of state. Moves in event time alone. For one
 * thread.
 */
final class CalibrationSeries {
    /** Quarters of the recent span that have a digest each; the oldest is dropped whole. */
    private static final int PARTS = 4;

    private static final long MINUTE_MS = 60_000;
    /** Ten minutes of them; fewer are too few to compare. */
    static final int FEWEST_SAMPLES = 600;

    private static final double[] RANKS = {0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99};
    private static final int BINS = 100;

    /** What lies in one part of the recent span, or in the baseline. */
    private record Span(long startMs, Digest share, Digest peak) {
        static Span at(long startMs, long number) {
            int slot = (int) Math.floorMod(number, (long) Digest.SLOTS);
            return new Span(startMs, new Digest(slot), new Digest(slot));
        }

        SpanState toState() {
            return SpanState.newBuilder()
                    .setStartMs(startMs)
                    .setShare(share.toState())
                    .setPeak(peak.toState())
                    .build();
        }

        static Span of(SpanState state) {
            return new Span(state.getStartMs(), Digest.of(state.getShare()), Digest.of(state.getPeak()));
        }
    }

    private final long partMs;
    /** A peak is the whole frame's, so it is calibrated there alone. */
    private final boolean withPeak;

    final HourlyBaseline hours = new HourlyBaseline();
    /** All but the digests and the hours that are over; its samples wait for the end of their minute. */
    private final SeriesState.Builder state = SeriesState.newBuilder();

    private final TreeMap<Long, Span> parts = new TreeMap<>();
    private Span baseline;

    /** What the last minute went into. */
    private Span ended;

    private final Set<Long> changedParts = new HashSet<>();
    private boolean baselineChanged;
    private boolean hoursChanged;
    private boolean dirty = true;

    /** @param identity of what is measured: of another zone or query all of this would be wrong */
    CalibrationSeries(long recentMs, boolean withPeak, int identity) {
        this.partMs = recentMs / PARTS;
        this.withPeak = withPeak;
        state.setIdentity(identity).setSinceMs(-1).setAtMs(-1).setMinuteMs(-1).setHourStartMs(-1);
    }

    /**
     * Takes a sample, later than all before; true when a minute has ended, and with it something may be published.
     *
     * @param hourMs start of the hour of local time
     */
    boolean sample(long nowMs, long hourMs, double share, double peak) {
        boolean minuteEnded = state.getMinuteMs() >= 0 && nowMs >= state.getMinuteMs() + MINUTE_MS;
        if (minuteEnded) {
            endMinute();
        }
        if (state.getSinceMs() < 0) {
            state.setSinceMs(nowMs);
        }
        state.setMinuteMs(Math.floorDiv(nowMs, MINUTE_MS) * MINUTE_MS)
                .addShare((float) share)
                .addPeak((float) peak);
        addToHour(hourMs, share);
        state.setAtMs(nowMs);
        dirty = true;
        return minuteEnded;
    }

    /**
     * Forgets what was sampled after {@code toMs}, but for the part of the recent span that holds it.
     *
     * @param hourMs start of its hour of local time
     */
    void goBack(long toMs, long hourMs) {
        state.setMinuteMs(-1)
                .clearShare()
                .clearPeak()
                .setHourStartMs(-1)
                .clearHourSamples()
                .clearHourMean()
                .clearHourSquares()
                .setSinceMs(Math.min(state.getSinceMs(), toMs))
                .setAtMs(Math.min(state.getAtMs(), toMs));
        changedParts.addAll(parts.tailMap(toMs, false).keySet());
        parts.tailMap(toMs, false).clear();
        hoursChanged |= hours.dropFrom(hourMs);
        dirty = true;
    }

    private void endMinute() {
        long start = Math.floorDiv(state.getMinuteMs(), partMs) * partMs;
        Span part = parts.computeIfAbsent(start, at -> Span.at(at, at / partMs));
        while (parts.firstKey() < start - PARTS * partMs) {
            changedParts.add(parts.pollFirstEntry().getKey());
        }
        for (int i = 0; i < state.getShareCount(); i++) {
            part.share().add(state.getShare(i));
            if (withPeak) {
                part.peak().add(state.getPeak(i));
            }
        }
        ended = part;
        state.clearShare().clearPeak();
        changedParts.add(start);
    }

    /** After a minute that has ended, once what is to be told of it has been. */
    void compress() {
        ended.share().compress();
        if (withPeak) {
            ended.peak().compress();
        }
    }

    /** Deviations by B. Welford, "Note on a method for calculating corrected sums of squares and products", 1962. */
    private void addToHour(long hourMs, double share) {
        if (hourMs != state.getHourStartMs()) {
            int samples = state.getHourSamples();
            if (samples > 0) {
                float deviation = (float) Math.sqrt(state.getHourSquares() / samples);
                hours.add(state.getHourStartMs(), samples, (float) state.getHourMean(), deviation);
                hoursChanged = true;
            }
            state.setHourStartMs(hourMs).clearHourSamples().clearHourMean().clearHourSquares();
        }
        int samples = state.getHourSamples() + 1;
        double difference = share - state.getHourMean();
        double mean = state.getHourMean() + difference / samples;
        state.setHourSamples(samples)
                .setHourMean(mean)
                .setHourSquares(state.getHourSquares() + difference * (share - mean));
    }

    /**
     * At the end of a minute: takes the recent span as baseline when a person has accepted it, or when it is the first
     * that is complete, and compares the two.
     *
     * @param requestMs when a person last accepted what is there, event time; 0 for never
     */
    void compare(long requestMs, double enter, double exit) {
        boolean enough = recentShare().count() >= FEWEST_SAMPLES;
        boolean requested = requestMs > state.getRequestMetMs() && requestMs >= state.getSinceMs();
        boolean first = baseline == null && state.getAtMs() - state.getSinceMs() >= partMs * PARTS;
        if (enough && (requested || first)) {
            baseline = new Span(
                    state.getAtMs(), recentShare().merged(), recentPeak().merged());
            state.setBaselineAtMs(state.getAtMs()).setAccepted(requested);
            if (requested) {
                state.setRequestMetMs(requestMs);
            }
            baselineChanged = true;
        }
        boolean known = enough && baseline != null;
        setDrift(
                known ? Drift.distance(baseline.share(), recentShare()) : Double.NaN,
                known && withPeak ? Drift.distance(baseline.peak(), recentPeak()) : Double.NaN);
        state.setDrifted(drift() >= (state.getDrifted() ? exit : enter));
        dirty = true;
    }

    private void setDrift(double share, double peak) {
        state.clearShareDrift().clearPeakDrift();
        if (!Double.isNaN(share)) {
            state.setShareDrift(share);
        }
        if (!Double.isNaN(peak)) {
            state.setPeakDrift(peak);
        }
    }

    /** The greater drift of the share and the peak, 0..1; NaN while it is not known. */
    double drift() {
        return state.hasPeakDrift() ? Math.max(shareDrift(), state.getPeakDrift()) : shareDrift();
    }

    private double shareDrift() {
        return state.hasShareDrift() ? state.getShareDrift() : Double.NaN;
    }

    private MergedDigest recentShare() {
        return new MergedDigest(parts.values().stream().map(Span::share).toList());
    }

    private MergedDigest recentPeak() {
        return new MergedDigest(parts.values().stream().map(Span::peak).toList());
    }

    int identity() {
        return state.getIdentity();
    }

    long atMs() {
        return state.getAtMs();
    }

    long count() {
        return recentShare().count();
    }

    long hour() {
        return state.getHourStartMs();
    }

    long baselineAtMs() {
        return state.getBaselineAtMs();
    }

    boolean drifted() {
        return state.getDrifted();
    }

    Builder describe(Builder calibration) {
        calibration
                .setAtMs(state.getAtMs())
                .setSinceMs(state.getSinceMs())
                .setShare(spread(recentShare(), baseline == null ? null : baseline.share(), state.getShareDrift()))
                .setBaselineAtMs(state.getBaselineAtMs())
                .setBaselineAccepted(state.getAccepted())
                .setDriftKnown(!Double.isNaN(drift()))
                .setDrift(Double.isNaN(drift()) ? 0 : drift())
                .setDrifted(state.getDrifted())
                .setHours(hours.toMessage());
        if (withPeak) {
            calibration.setPeakProbability(
                    spread(recentPeak(), baseline == null ? null : baseline.peak(), state.getPeakDrift()));
        }
        HourlyBaseline.Statistics expected = hours.at(state.getAtMs());
        if (expected != null) {
            calibration.setUsualKnown(true).setUsualMean(expected.mean()).setUsualDeviation(expected.deviation());
        }
        return calibration;
    }

    private static Spread spread(MergedDigest recent, Digest base, double drift) {
        Spread.Builder spread = Spread.newBuilder()
                .setSamples(recent.count())
                .setAbsent(recent.absent())
                .setDrift(drift);
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
    void saveChanges(CameraProcessor.StateWriter writer) {
        if (!dirty) {
            return;
        }
        dirty = false;
        writer.save("now", state.build());
        for (long start : changedParts) {
            Span part = parts.get(start);
            writer.save("part-" + start, part == null ? null : part.toState());
        }
        changedParts.clear();
        if (baselineChanged) {
            writer.save("baseline", baseline.toState());
            baselineChanged = false;
        }
        if (hoursChanged) {
            writer.save("hours", hours.toMessage());
            hoursChanged = false;
        }
    }

    /** Drops all that was saved. */
    void forget(CameraProcessor.StateWriter writer) {
        writer.save("now", null);
        parts.keySet().forEach(start -> writer.save("part-" + start, null));
        changedParts.forEach(start -> writer.save("part-" + start, null));
        writer.save("baseline", null);
        writer.save("hours", null);
    }

    /** Takes a part that {@link #saveChanges} wrote. */
    void load(String key, byte[] saved) throws InvalidProtocolBufferException {
        switch (key) {
            case "now" -> {
                state.clear().mergeFrom(saved);
                dirty = false;
            }
            case "baseline" -> baseline = Span.of(SpanState.parseFrom(saved));
            case "hours" -> hours.load(Hours.parseFrom(saved));
            default -> {
                Span part = Span.of(SpanState.parseFrom(saved));
                parts.put(part.startMs(), part);
            }
        }
    }
}
