package io.segwatch.topology.camera;

import com.google.protobuf.InvalidProtocolBufferException;
import io.segwatch.contracts.Definitions;
import io.segwatch.v1.AcceptedBaseline;
import io.segwatch.v1.Calibration;
import io.segwatch.v1.Query;
import io.segwatch.v1.Rule;
import java.time.ZoneId;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calibrates each query on one camera: its recent distribution, its drift from the accepted baseline, and its baseline
 * for the hour. Takes one frame a second of event time, and depends on the frames and the definitions alone. For one
 * thread.
 */
final class Calibrator implements Baseline {
    /** Where calibrations go. */
    interface Publisher {
        /** @param calibration null when the camera, zone or query is gone */
        void calibration(String key, Calibration calibration);
    }

    private static final Logger log = LoggerFactory.getLogger(Calibrator.class);
    private static final long PUBLISH_EVERY_MS = 600_000;
    private static final long SECOND_MS = 1_000;

    /** What was last published of a series. */
    private record LastPublished(long atMs, long count, long hourMs, long baselineAtMs, boolean drifted) {}

    private final String camera;
    private final CameraProcessor.Options options;
    /** By zone/query. */
    private final TreeMap<String, CalibrationSeries> series = new TreeMap<>();

    private final Map<String, CalibrationSeries> wholeFrame = new HashMap<>();
    private final Map<String, LastPublished> lastPublished = new HashMap<>();
    private final Map<String, CalibrationSeries> dropped = new HashMap<>();
    private final CurrentModel model = new CurrentModel();
    /** The newest frame is of another model than the calibration. */
    private boolean incomparable;

    private Map<String, Query> queries = Map.of();
    private Map<String, Long> requests = new HashMap<>();
    private Map<String, Integer> zoneVersions = Map.of();
    private ZoneId local = ZoneId.of("UTC");
    private long sampledSecond = -1;
    private boolean full;

    Calibrator(String camera, CameraProcessor.Options options) {
        this.camera = camera;
        this.options = options;
    }

    /** The time zone of a camera's hourly baseline. */
    static ZoneId zoneOf(io.segwatch.v1.Camera camera) {
        return ZoneId.of(camera.getTimeZone().isEmpty() ? "UTC" : camera.getTimeZone());
    }

    /** Key of a calibration in its topic. */
    static String key(String camera, String zone, String query) {
        return camera + '/' + zone + '/' + query;
    }

    /** Applies the definitions; what was calibrated for another shape or other words starts from nothing. */
    void update(
            Zones zones,
            ZoneId zoneId,
            Map<String, Query> defined,
            Collection<AcceptedBaseline> accepted,
            Publisher out) {
        queries = defined;
        local = zoneId;
        zoneVersions = new HashMap<>();
        zones.measured().forEach(zone -> zoneVersions.put(zone.id(), zone.version()));
        requests = new HashMap<>();
        accepted.stream()
                .filter(baseline -> baseline.getCamera().equals(camera))
                .forEach(baseline -> requests.put(baseline.getQuery(), baseline.getAcceptedAtMs()));
        series.entrySet().removeIf(entry -> {
            String zone = zone(entry.getKey());
            String query = query(entry.getKey());
            boolean gone = !queries.containsKey(query) || !zoneVersions.containsKey(zone);
            if (gone) {
                out.calibration(key(camera, zone, query), null);
            }
            boolean ends = gone || entry.getValue().identity() != identity(zone, query);
            if (ends) {
                drop(entry.getKey(), entry.getValue());
            }
            return ends;
        });
        series.values().forEach(each -> each.hours.update(local));
        full = false;
    }

    private void drop(String key, CalibrationSeries old) {
        dropped.put(key, old);
        lastPublished.remove(key);
        wholeFrame.remove(query(key), old);
    }

    /** The built-in rules: an alert for each query that drifts. No rule that people define can have such an id. */
    List<Rule> driftRules() {
        if (options.driftEnter() == 0) {
            return List.of();
        }
        return queries.values().stream()
                .filter(query -> !query.getDisabled())
                .map(query -> Rule.newBuilder()
                        .setId(Definitions.DRIFT + query.getId())
                        .setName("Drift of " + query.getText())
                        .setQuery(query.getId())
                        .setMeasure(Rule.Measure.DRIFT)
                        .setEnter(options.driftEnter())
                        .setExit(options.driftExit())
                        .build())
                .toList();
    }

    /**
     * A frame's values; the frame is later than all before.
     *
     * @param observedWith the model; what was calibrated with the one before starts from nothing
     */
    void sample(String observedWith, long atMs, List<Windows.SeriesValue> values, Publisher out) {
        String former = model.id();
        CurrentModel.Turn turn = model.frame(observedWith, atMs);
        incomparable = turn == CurrentModel.Turn.OTHER;
        if (incomparable) {
            return;
        }
        if (turn == CurrentModel.Turn.CHANGED) {
            log.info(
                    "Camera {} is observed with {}, no longer with {}: its baselines start anew",
                    camera,
                    observedWith,
                    former);
            series.forEach(this::drop);
            series.clear();
        }
        long second = Math.floorDiv(atMs, SECOND_MS);
        if (second <= sampledSecond) {
            return;
        }
        for (Windows.SeriesValue value : values) {
            String key = value.zone() + '/' + value.query();
            CalibrationSeries known = series.get(key);
            if (known == null) {
                known = start(key, value);
            }
            if (known != null) {
                sampledSecond = second;
                long hourMs = known.hours.hourStart(atMs);
                if (known.sample(atMs, hourMs, value.share(), value.peakProbability())) {
                    known.compare(
                            requests.getOrDefault(value.query(), 0L),
                            comparable(options.driftEnter()),
                            options.driftExit());
                    publish(key, known, out);
                    known.compress();
                }
            }
        }
    }

    /** Event time goes back to {@code toMs}: what was sampled after it is forgotten. */
    void goBack(long toMs) {
        sampledSecond = Math.floorDiv(toMs, SECOND_MS) - 1;
        lastPublished.clear();
        model.goBack(toMs);
        series.values().forEach(known -> known.goBack(toMs, known.hours.hourStart(toMs)));
    }

    /** Without an alert, nothing counts as drifted. */
    private static double comparable(double enter) {
        return enter == 0 ? Double.POSITIVE_INFINITY : enter;
    }

    private CalibrationSeries start(String key, Windows.SeriesValue value) {
        if (!queries.containsKey(value.query())) {
            return null;
        }
        if (series.size() >= options.calibrationsPerCamera()) {
            if (!full) {
                log.warn(
                        "Camera {} has more than {} zones times queries; the rest is not calibrated. Raise"
                                + " segwatch.topology.calibrations-per-camera.",
                        camera,
                        options.calibrationsPerCamera());
            }
            full = true;
            return null;
        }
        CalibrationSeries started = new CalibrationSeries(
                options.driftSpanMs(), value.zone().isEmpty(), identity(value.zone(), value.query()));
        keep(key, started);
        return started;
    }

    private void keep(String key, CalibrationSeries started) {
        started.hours.update(local);
        series.put(key, started);
        if (zone(key).isEmpty()) {
            wholeFrame.put(query(key), started);
        }
    }

    private void publish(String key, CalibrationSeries known, Publisher out) {
        LastPublished last = lastPublished.get(key);
        LastPublished now =
                new LastPublished(known.atMs(), known.count(), known.hour(), known.baselineAtMs(), known.drifted());
        boolean changed = last == null
                || now.count() > last.count() * 1.1
                || now.atMs() - last.atMs() >= PUBLISH_EVERY_MS
                || now.hourMs() != last.hourMs()
                || now.baselineAtMs() != last.baselineAtMs()
                || now.drifted() != last.drifted();
        if (changed) {
            lastPublished.put(key, now);
            String zone = zone(key);
            String query = query(key);
            Calibration.Builder calibration = Calibration.newBuilder()
                    .setCamera(camera)
                    .setZone(zone)
                    .setZoneVersion(zoneVersions.getOrDefault(zone, 0))
                    .setQuery(query)
                    .setModel(model.id());
            out.calibration(
                    key(camera, zone, query), known.describe(calibration).build());
        }
    }

    @Override
    public double zScore(String zone, String query, long atMs, double share) {
        CalibrationSeries known = incomparable ? null : series.get(zone + '/' + query);
        HourlyBaseline.Statistics expected = known == null ? null : known.hours.at(atMs);
        return expected == null ? Double.NaN : expected.zScore(share);
    }

    @Override
    public double drift(String query) {
        CalibrationSeries known = wholeFrame.get(query);
        return known == null ? Double.NaN : known.drift();
    }

    /** A hash of the query's words and the zone's shape: neither name nor colour matter. */
    private int identity(String zone, String query) {
        Query words = queries.get(query).toBuilder()
                .clearColor()
                .clearCameras()
                .clearDisabled()
                .build();
        return 31 * words.toByteString().hashCode() + zoneVersions.getOrDefault(zone, 0);
    }

    private static String zone(String key) {
        return key.substring(0, key.indexOf('/'));
    }

    private static String query(String key) {
        return key.substring(key.indexOf('/') + 1);
    }

    /** Writes what has changed since the last call. */
    void saveChanges(CameraProcessor.StateWriter writer) {
        dropped.forEach((key, old) -> old.forget(writer.under(key + '/')));
        dropped.clear();
        model.saveChanges(writer);
        series.forEach((key, each) -> each.saveChanges(writer.under(key + '/')));
    }

    /** Drops all that was saved and published. */
    void forget(CameraProcessor.StateWriter writer, Publisher out) {
        series.forEach((key, each) -> {
            each.forget(writer.under(key + '/'));
            out.calibration(key(camera, zone(key), query(key)), null);
        });
        series.clear();
        wholeFrame.clear();
        model.forget(writer);
    }

    /** Takes a part that {@link #saveChanges} wrote; {@link #update} comes after. */
    void load(String key, byte[] state) throws InvalidProtocolBufferException {
        if (model.load(key, state)) {
            return;
        }
        int end = key.lastIndexOf('/');
        String name = key.substring(0, end);
        if (!series.containsKey(name)) {
            keep(name, new CalibrationSeries(options.driftSpanMs(), zone(name).isEmpty(), 0));
        }
        CalibrationSeries loaded = series.get(name);
        loaded.load(key.substring(end + 1), state);
        sampledSecond = Math.max(sampledSecond, Math.floorDiv(loaded.atMs(), SECOND_MS));
    }
}
