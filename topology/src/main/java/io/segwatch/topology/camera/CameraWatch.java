package io.segwatch.topology.camera;

import io.segwatch.topology.area.Zones;
import io.segwatch.topology.calibration.Calibrator;
import io.segwatch.topology.rule.RuleEngine;
import io.segwatch.topology.rule.RulePlan;
import io.segwatch.topology.state.Saver;
import io.segwatch.topology.window.EventClock;
import io.segwatch.topology.window.Windows;
import io.segwatch.v1.Alert;
import io.segwatch.v1.Area;
import io.segwatch.v1.Calibration;
import io.segwatch.v1.Camera;
import io.segwatch.v1.CameraNow;
import io.segwatch.v1.Observation;
import io.segwatch.v1.QueryMask;
import io.segwatch.v1.Rule;
import java.io.DataInput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Watches one camera: its observations become areas and alerts. All of it runs in event time, and depends on nothing
 * but the observations, what is defined, and whether the camera is silent. For one thread.
 */
public final class CameraWatch {
    /**
     * @param graceMs a window closes when event time is so far past its end
     * @param silenceMs without an observation for so long by the wall clock, event time goes on with the wall clock
     * @param rules limits of its alerts
     * @param calibration limits of its calibrations
     */
    public record Settings(long graceMs, long silenceMs, RuleEngine.Limits rules, Calibrator.Limits calibration) {
        /** With the default calibration. */
        public Settings(long graceMs, long silenceMs, RuleEngine.Limits rules) {
            this(graceMs, silenceMs, rules, Calibrator.Limits.defaults());
        }
    }

    /** Where areas, alerts and calibrations go. */
    public interface Output extends Calibrator.Output {
        void area(Area area);

        void alert(Alert alert);

        /** Left out where only areas and alerts matter. */
        @Override
        default void calibration(String key, Calibration calibration) {}
    }

    private static final long FORGET_AFTER_MS = 3_600_000;

    private final String camera;
    private final Settings settings;
    private final EventClock clock = new EventClock();
    private final Windows windows;
    private final RuleEngine rules;
    private final Calibrator calibrator;
    /** By query: a new query's answers about frames that the windows have passed. */
    private final TreeMap<String, Windows> backfills = new TreeMap<>();

    private Watchlist followed;
    private Measurement measurement;
    private long heardAtMs;
    private long backfilledAtMs;
    private boolean unsaved;

    /** @param nowMs wall clock */
    public CameraWatch(String camera, Settings settings, long nowMs) {
        this.camera = camera;
        this.settings = settings;
        this.windows = new Windows(camera, settings.graceMs());
        this.rules = new RuleEngine(camera, settings.rules());
        this.calibrator = new Calibrator(camera, settings.calibration());
        this.heardAtMs = nowMs;
        this.backfilledAtMs = nowMs;
    }

    /** Takes up what is defined now; must come before the first observation. */
    public void follow(Watchlist watchlist, Output out) {
        if (watchlist == followed) {
            return;
        }
        followed = watchlist;
        Camera defined = watchlist.cameras().getOrDefault(camera, Camera.getDefaultInstance());
        Zones zones = new Zones(defined);
        calibrator.follow(
                zones,
                Calibrator.zoneOf(defined),
                watchlist.queries(),
                watchlist.baselines().values(),
                out);
        List<Rule> all = new ArrayList<>(watchlist.rules().values());
        all.addAll(calibrator.driftRules());
        RulePlan plan = new RulePlan(camera, zones, all, watchlist::nameOf);
        measurement = new Measurement(zones, plan.signals());
        rules.follow(plan, out::alert);
        unsaved = true;
    }

    /**
     * An observation of this camera, in any order.
     *
     * @param nowMs wall clock
     * @throws MalformedObservation before anything has changed
     */
    public Windows.Outcome observe(Observation observation, long nowMs, Output out) {
        if (!observation.getFrame().getCamera().equals(camera)) {
            throw new MalformedObservation("frame.camera is not the record's key");
        }
        List<Windows.Value> values = measurement.values(observation);
        unsaved = true;
        if (observation.getBackfill()) {
            backfilledAtMs = nowMs;
            return backfill(observation, values, out);
        }
        heardAtMs = nowMs;
        EventClock.Reading reading = clock.read(observation);
        Windows.Outcome outcome =
                windows.add(reading.atMs(), observation.getFrame(), observation.getTargetFps(), values, out::area);
        if (reading.newest()) {
            calibrator.sample(reading.atMs(), values, out);
            double[] signals = measurement.signals(reading.atMs(), calibrator);
            rules.frame(reading.atMs(), observation.getFrame(), signals, out::alert);
        }
        return outcome;
    }

    private Windows.Outcome backfill(Observation observation, List<Windows.Value> values, Output out) {
        Windows.Outcome outcome = Windows.Outcome.COUNTED;
        for (QueryMask query : observation.getQueriesList()) {
            List<Windows.Value> own = values.stream()
                    .filter(value -> value.query().equals(query.getQuery()))
                    .toList();
            outcome = backfills
                    .computeIfAbsent(query.getQuery(), any -> Windows.ofSeconds(camera, settings.graceMs()))
                    .add(
                            EventClock.believable(observation),
                            observation.getFrame(),
                            observation.getTargetFps(),
                            own,
                            out::area);
        }
        return outcome;
    }

    /**
     * The wall clock says {@code nowMs}: when the camera has been silent for long enough, its windows and alerts end as
     * if a frame had come now.
     */
    public void tick(long nowMs, Output out) {
        long silentMs = nowMs - heardAtMs;
        boolean watching = clock.atMs() >= 0 && !(windows.isIdle() && rules.isQuiet());
        if (silentMs >= settings.silenceMs() && watching) {
            windows.advance(clock.atMs() + silentMs, out::area);
            rules.advance(clock.atMs() + silentMs, out::alert);
            unsaved = true;
        }
        if (nowMs - backfilledAtMs >= settings.silenceMs() && !backfills.isEmpty()) {
            backfills.values().forEach(seconds -> seconds.finish(out::area));
            unsaved = true;
        }
    }

    /** What is open now; needs no {@link #follow}. */
    public CameraNow now() {
        CameraNow.Builder now = CameraNow.newBuilder().setCamera(camera).setEventTimeMs(Math.max(0, clock.atMs()));
        windows.current(now::addOpenWindows);
        rules.current(now::addOpenAlerts);
        return now.build();
    }

    /** The camera is gone: not defined, silent for an hour, and nothing of it open. */
    public boolean isGone(long nowMs) {
        return !followed.cameras().containsKey(camera)
                && nowMs - heardAtMs > FORGET_AFTER_MS
                && windows.isIdle()
                && rules.isQuiet()
                && backfills.isEmpty();
    }

    /** Drops all that was saved; the watch must be idle, and not be used again. */
    public void forget(Saver saver, Output out) {
        calibrator.forget(saver.under("calibration/"), out);
        saver.save("clock", null);
        saver.save("window/f", null);
        saver.save("window/l", null);
    }

    /** Event time of the newest frame; -1 before the first. */
    public long eventTimeMs() {
        return clock.atMs();
    }

    /** Writes what has changed since the last call. */
    public void saveChanges(Saver saver) {
        if (!unsaved) {
            return;
        }
        unsaved = false;
        saver.save("clock", clock::write);
        windows.saveChanges(saver.under("window/"));
        rules.saveChanges(saver);
        calibrator.saveChanges(saver.under("calibration/"));
        backfills.forEach((query, seconds) -> seconds.saveChanges(saver.under("backfill/" + query + "/")));
        backfills.values().removeIf(Windows::isIdle);
    }

    /** Takes a part that {@link #saveChanges} wrote; {@link #follow} comes after. */
    public void load(String key, DataInput in) throws IOException {
        int slash = key.indexOf('/');
        String part = slash < 0 ? key : key.substring(0, slash);
        switch (part) {
            case "clock" -> clock.read(in);
            case "window" -> windows.load(key.substring(slash + 1), in);
            case "rules" -> rules.load(in);
            case "calibration" -> calibrator.load(key.substring(slash + 1), in);
            default -> {
                int end = key.lastIndexOf('/');
                backfills
                        .computeIfAbsent(
                                key.substring(slash + 1, end), any -> Windows.ofSeconds(camera, settings.graceMs()))
                        .load(key.substring(end + 1), in);
            }
        }
    }
}
