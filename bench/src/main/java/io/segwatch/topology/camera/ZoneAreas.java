package io.segwatch.topology.camera;

import io.segwatch.v1.Camera;
import io.segwatch.v1.Mask;

/**
 * Opens the measuring of zones to the benchmarks; it lies in the package that it measures, whose own door has no use
 * for it. For one thread.
 */
public final class ZoneAreas {
    private final Zones zones;
    private final MaskRuns runs = new MaskRuns();

    /** @param camera whose zones are valid */
    public ZoneAreas(Camera camera) {
        this.zones = new Zones(camera);
    }

    /** Sum of the shares, each 0..1, that a mask covers of the whole frame and of each zone. */
    public double sum(Mask mask) {
        runs.read(mask);
        double sum = 0;
        for (int zone = 0; zone < zones.measured().size(); zone++) {
            sum += zones.share(zone, runs);
        }
        return sum;
    }
}
