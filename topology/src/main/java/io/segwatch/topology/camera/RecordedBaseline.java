package io.segwatch.topology.camera;

import io.segwatch.v1.Calibration;
import io.segwatch.v1.Camera;
import java.util.HashMap;
import java.util.Map;

/**
 * The hourly baseline at any time of a camera's past, from the hours that the live role has published. An hour counts
 * only for those after it, so that the answers are those that the live role had. For one thread.
 */
final class RecordedBaseline implements Baseline {
    private final Map<String, HourlyBaseline> hours = new HashMap<>();
    private final String camera;

    /** @param calibrations by key; those of other cameras and of zones' earlier shapes are left out */
    RecordedBaseline(Camera camera, Zones zones, Map<String, Calibration> calibrations) {
        this.camera = camera.getId();
        for (Calibration calibration : calibrations.values()) {
            int zone = zones.indexOf(calibration.getZone());
            if (calibration.getCamera().equals(camera.getId())
                    && zone >= 0
                    && zones.measured().get(zone).version() == calibration.getZoneVersion()) {
                hours.put(
                        Calibrator.key(camera.getId(), calibration.getZone(), calibration.getQuery()),
                        HourlyBaseline.of(calibration.getHours(), Calibrator.zoneOf(camera)));
            }
        }
    }

    @Override
    public double zScore(String zone, String query, long atMs, double share) {
        HourlyBaseline known = hours.get(Calibrator.key(camera, zone, query));
        HourlyBaseline.Statistics expected = known == null ? null : known.at(atMs);
        return expected == null ? Double.NaN : expected.zScore(share);
    }

    /** No rule on drift is tried on the past: it would need the baselines of then. */
    @Override
    public double drift(String query) {
        return Double.NaN;
    }
}
