package io.segwatch.topology.camera;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import io.segwatch.contracts.MalformedRecordException;
import io.segwatch.topology.state.CameraState.ClockState;
import io.segwatch.v1.Alert;
import io.segwatch.v1.Area;
import io.segwatch.v1.Calibration;
import io.segwatch.v1.Camera;
import io.segwatch.v1.CameraNow;
import io.segwatch.v1.Observation;
import io.segwatch.v1.QueryMask;
import io.segwatch.v1.Rule;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One camera: its observations become areas, alerts and calibrations. All of it runs in event time, and depends on
 * nothing but the observations, the definitions, and whether the camera is silent. For one thread.
 */
public final class CameraProcessor {
    /**
     * @param graceMs a window closes when event time is so far past its end
     * @param silenceMs without an observation for so long by the wall clock, event time goes on with the wall clock
     * @param alertSilenceMs an open alert closes when no frame has answered its rule for so long
     * @param updateEveryMs an open alert reports a new peak at most so often
     * @param driftSpanMs span that is compared with the baseline, milliseconds, 60,000 or more; a day sees all hours
     * @param calibrationsPerCamera zones times queries that are calibrated on a camera; further ones are not
     * @param driftEnter distance from the baseline at which a query's drift alert opens, 0..1; 0 for no such alert
     * @param driftExit distance under which it closes
     */
    public record Options(
            long graceMs,
            long silenceMs,
            long alertSilenceMs,
            long updateEveryMs,
            long driftSpanMs,
            int calibrationsPerCamera,
            double driftEnter,
            double driftExit) {
        /** Calibrates 64 pairs of zone and query over a day, with a drift alert from 0.25 to 0.15. */
        public Options(long graceMs, long silenceMs, long alertSilenceMs, long updateEveryMs) {
            this(graceMs, silenceMs, alertSilenceMs, updateEveryMs, 86_400_000, 64, 0.25, 0.15);
        }
    }

    /** Where areas, alerts and calibrations go. */
    public interface Output {
        void area(Area area);

        void alert(Alert alert);

        /**
         * @param key camera/zone/query
         * @param calibration null when the camera, zone or query is gone
         */
        default void calibration(String key, Calibration calibration) {}

        /** Event time or frame numbers had been ahead of what is observed, and were given up. */
        default void clockReset(long fromMs, long toMs) {}
    }

    /** Where state goes, part by part, so that only what has changed is written. */
    public interface StateWriter {
        /** Keeps a part under its key, in place of the one before; null drops it. */
        void save(String key, MessageLite part);

        /** The same place, with every key behind {@code prefix}. */
        default StateWriter under(String prefix) {
            return (key, part) -> save(prefix + key, part);
        }
    }

    /** How a frame came to its window. */
    public enum Arrival {
        COUNTED,
        /** Its second has closed. */
        LATE,
        /** It was counted before. */
        REPEATED
    }

    /** Why an alert has closed, in the alert's words. */
    static final String CLOCK_PUT_BACK = "the camera's event time was ahead of the observations and was put back";

    private static final long FORGET_AFTER_MS = 3_600_000;

    private final String camera;
    private final Options options;
    private final EventClock clock = new EventClock();
    private final Windows windows;
    private final RuleEngine rules;
    private final Calibrator calibrator;
    /** By query: a new query's answers about frames that the windows have passed. */
    private final TreeMap<String, Windows> backfills = new TreeMap<>();

    /** Parts that an older version wrote, as this one writes them, until they are saved. */
    private final TreeMap<String, MessageLite> upgraded = new TreeMap<>();

    private DefinitionSnapshot definitions;
    private Measurement measurement;
    private long lastObservationMs;
    private long lastBackfillMs;
    private long silentSinceMs;
    private boolean dirty;
    private boolean versionSaved;

    /** @param nowMs wall clock */
    public CameraProcessor(String camera, Options options, long nowMs) {
        this.camera = camera;
        this.options = options;
        this.windows = new Windows(camera, options.graceMs());
        this.rules = new RuleEngine(camera, options);
        this.calibrator = new Calibrator(camera, options);
        this.lastObservationMs = nowMs;
        this.lastBackfillMs = nowMs;
        this.silentSinceMs = nowMs;
    }

    /** Applies the definitions; must come before the first observation. */
    public void update(DefinitionSnapshot snapshot, Output out) {
        if (snapshot == definitions) {
            return;
        }
        definitions = snapshot;
        Camera defined = snapshot.cameras().getOrDefault(camera, Camera.getDefaultInstance());
        Zones zones = new Zones(defined);
        calibrator.update(
                zones,
                Calibrator.zoneOf(defined),
                snapshot.queries(),
                snapshot.baselines().values(),
                out::calibration);
        List<Rule> all = new ArrayList<>(snapshot.rules().values());
        all.addAll(calibrator.driftRules());
        RulePlan plan = new RulePlan(camera, zones, all, snapshot::nameOf);
        measurement = new Measurement(zones, plan.signals());
        rules.update(plan, out::alert);
        dirty = true;
    }

    /**
     * An observation of this camera, in any order.
     *
     * @param recordAtMs time of its record, milliseconds since 1970: event time is never far after it; 0 for none
     * @param nowMs wall clock
     * @throws MalformedRecordException before anything has changed
     */
    public Arrival observe(Observation observation, long recordAtMs, long nowMs, Output out) {
        if (!observation.getFrame().getCamera().equals(camera)) {
            throw new MalformedRecordException("frame.camera is not the record's key");
        }
        List<Windows.SeriesValue> values = measurement.values(observation);
        dirty = true;
        if (observation.getBackfill()) {
            lastBackfillMs = nowMs;
            return backfill(observation, recordAtMs, values, out);
        }
        lastObservationMs = nowMs;
        silentSinceMs = nowMs;
        long beforeMs = clock.atMs();
        EventClock.FrameTime reading = clock.read(observation, recordAtMs);
        if (reading.reset()) {
            out.clockReset(beforeMs, reading.atMs());
            if (reading.atMs() <= beforeMs) {
                goBack(reading.atMs(), out);
            }
        }
        Arrival arrival = windows.add(reading.atMs(), observation, values, out::area);
        if (reading.newest()) {
            calibrator.sample(observation.getModel(), reading.atMs(), values, out::calibration);
            double[] signals = measurement.signals(reading.atMs(), calibrator);
            rules.frame(reading.atMs(), observation.getFrame(), signals, out::alert);
        }
        return arrival;
    }

    /** What came with the wrong time ends with it: it would refuse or hold up all that is to come. */
    private void goBack(long toMs, Output out) {
        windows.finish(out::area);
        rules.restart(CLOCK_PUT_BACK, out::alert);
        calibrator.goBack(toMs);
    }

    private Arrival backfill(Observation observation, long recordAtMs, List<Windows.SeriesValue> values, Output out) {
        Arrival arrival = Arrival.COUNTED;
        for (QueryMask query : observation.getQueriesList()) {
            List<Windows.SeriesValue> own = values.stream()
                    .filter(value -> value.query().equals(query.getQuery()))
                    .toList();
            arrival = backfills
                    .computeIfAbsent(query.getQuery(), any -> Windows.ofSeconds(camera, options.graceMs()))
                    .add(EventClock.believable(observation, recordAtMs), observation, own, out::area);
        }
        return arrival;
    }

    /** Until {@code nowMs} no observation could be read: what was not heard is no silence of the camera. */
    public void listenFrom(long nowMs) {
        silentSinceMs = nowMs;
    }

    /**
     * Brings the wall clock to {@code nowMs}: when the camera has been silent for long enough, its windows and alerts
     * end as if a frame had come now.
     */
    public void tick(long nowMs, Output out) {
        long silentMs = nowMs - silentSinceMs;
        boolean busy = clock.atMs() >= 0 && !(windows.isIdle() && rules.isIdle());
        if (silentMs >= options.silenceMs() && busy) {
            windows.advance(clock.atMs() + silentMs, out::area);
            rules.advance(clock.atMs() + silentMs, out::alert);
            dirty = true;
        }
        if (nowMs - lastBackfillMs >= options.silenceMs() && !backfills.isEmpty()) {
            backfills.values().forEach(seconds -> seconds.finish(out::area));
            dirty = true;
        }
    }

    /** What is open now; needs no {@link #update}. */
    public CameraNow now() {
        CameraNow.Builder now = CameraNow.newBuilder().setCamera(camera).setEventTimeMs(Math.max(0, clock.atMs()));
        windows.current(now::addOpenWindows);
        rules.current(now::addOpenAlerts);
        return now.build();
    }

    /** The camera is gone: not defined, silent for an hour, and nothing of it open. */
    public boolean isGone(long nowMs) {
        return !definitions.cameras().containsKey(camera)
                && nowMs - lastObservationMs > FORGET_AFTER_MS
                && windows.isIdle()
                && rules.isIdle()
                && backfills.isEmpty();
    }

    /** All that is known of the camera was erased. */
    public boolean isErased() {
        return clock.atMs() < definitions.erasedBeforeMs().getOrDefault(camera, Long.MIN_VALUE);
    }

    /** Drops all that was saved; the camera must be gone, and the processor not be used again. */
    public void forget(StateWriter writer, Output out) {
        calibrator.forget(writer.under("calibration/"), out::calibration);
        writer.save("clock", null);
        writer.save("window/f", null);
        writer.save("window/l", null);
        writer.save(StateFormat.VERSION_PART, null);
    }

    /** Event time of the newest frame; -1 before the first. */
    public long eventTimeMs() {
        return clock.atMs();
    }

    /** Writes what has changed since the last call, and all that an older version wrote. */
    public void saveChanges(StateWriter writer) {
        upgraded.forEach(writer::save);
        upgraded.clear();
        if (!dirty) {
            return;
        }
        dirty = false;
        if (!versionSaved) {
            writer.save(StateFormat.VERSION_PART, StateFormat.current());
            versionSaved = true;
        }
        writer.save("clock", clock.toState());
        windows.saveChanges(writer.under("window/"));
        rules.saveChanges(writer);
        calibrator.saveChanges(writer.under("calibration/"));
        backfills.forEach((query, seconds) -> seconds.saveChanges(writer.under("backfill/" + query + "/")));
        backfills.values().removeIf(Windows::isIdle);
    }

    /**
     * Takes all parts of the camera that {@link #saveChanges} wrote, in this version or an older one; {@link #update}
     * comes after.
     *
     * @throws IllegalStateException when a newer version wrote them, or when they cannot be read, with the remedy
     */
    public void load(Map<String, byte[]> parts) {
        try {
            upgraded.putAll(StateFormat.upgrade(parts));
            versionSaved = !parts.isEmpty();
            for (String key : parts.keySet()) {
                MessageLite older = upgraded.get(key);
                load(key, older == null ? parts.get(key) : older.toByteArray());
            }
            if (!upgraded.isEmpty()) {
                upgraded.put(StateFormat.VERSION_PART, StateFormat.current());
            }
        } catch (IOException e) {
            throw new IllegalStateException("The state of camera " + camera + " cannot be read: " + e.getMessage(), e);
        }
    }

    private void load(String key, byte[] state) throws InvalidProtocolBufferException {
        int slash = key.indexOf('/');
        switch (slash < 0 ? key : key.substring(0, slash)) {
            case StateFormat.VERSION_PART -> {}
            case "clock" -> clock.load(ClockState.parseFrom(state));
            case "window" -> windows.load(key.substring(slash + 1), state);
            case "rules" -> rules.load(state);
            case "calibration" -> calibrator.load(key.substring(slash + 1), state);
            default -> {
                int end = key.lastIndexOf('/');
                backfills
                        .computeIfAbsent(
                                key.substring(slash + 1, end), any -> Windows.ofSeconds(camera, options.graceMs()))
                        .load(key.substring(end + 1), state);
            }
        }
    }
}
