package io.segwatch.bench;

import io.segwatch.contracts.Rle;
import io.segwatch.topology.camera.ZoneAreas;
import io.segwatch.v1.Camera;
import io.segwatch.v1.Mask;
import io.segwatch.v1.Observation;
import io.segwatch.v1.Point;
import io.segwatch.v1.QueryMask;
import io.segwatch.v1.Ring;
import io.segwatch.v1.Zone;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** What is done with the masks of one frame with {@value #QUERIES} queries. */
@State(Scope.Benchmark)
public class MaskBenchmark {
    static final int QUERIES = 50;
    static final int ZONES = 8;
    private static final int CORNERS = 12;

    private final List<Mask> masks = new ArrayList<>();
    private final List<byte[]> pixels = new ArrayList<>();
    private ZoneAreas zones;

    @Setup
    public void load() {
        try (FramePath path = new FramePath(QUERIES)) {
            Observation observation = path.observe(path.encode());
            for (QueryMask query : observation.getQueriesList()) {
                masks.add(query.getMask());
                pixels.add(Rle.decode(query.getMask()));
            }
        }
        zones = new ZoneAreas(camera());
    }

    @Benchmark
    public void encodeRle(Blackhole encoded) {
        for (int i = 0; i < masks.size(); i++) {
            encoded.consume(Rle.encode(
                    pixels.get(i), masks.get(i).getWidth(), masks.get(i).getHeight()));
        }
    }

    @Benchmark
    public void decodeRle() {
        for (int i = 0; i < masks.size(); i++) {
            Rle.decodeInto(masks.get(i), pixels.get(i));
        }
    }

    /** Shares of the whole frame and of {@value #ZONES} zones with {@value #CORNERS} corners. */
    @Benchmark
    public double zoneAreas() {
        double sum = 0;
        for (Mask mask : masks) {
            sum += zones.sum(mask);
        }
        return sum;
    }

    /** Overlapping stars over the picture. */
    private static Camera camera() {
        Camera.Builder camera = Camera.newBuilder().setId("bench");
        for (int zone = 0; zone < ZONES; zone++) {
            Ring.Builder ring = Ring.newBuilder();
            for (int corner = 0; corner < CORNERS; corner++) {
                double angle = 2 * Math.PI * corner / CORNERS;
                double radius = corner % 2 == 0 ? 0.4 : 0.2;
                ring.addPoints(Point.newBuilder()
                        .setX(0.4 + 0.2 * zone / ZONES + radius * Math.cos(angle))
                        .setY(0.5 + radius * Math.sin(angle)));
            }
            camera.addZones(Zone.newBuilder().setId("zone" + zone).addRings(ring));
        }
        return camera.build();
    }
}
