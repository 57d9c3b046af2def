package io.segwatch.topology.camera;

import io.segwatch.contracts.MalformedRecordException;
import io.segwatch.contracts.Topic;
import io.segwatch.v1.Alert;
import io.segwatch.v1.Area;
import io.segwatch.v1.Camera;
import io.segwatch.v1.Observation;
import io.segwatch.v1.Point;
import io.segwatch.v1.Query;
import io.segwatch.v1.Ring;
import io.segwatch.v1.Rule;
import io.segwatch.v1.Zone;
import java.util.Map;

/** Observations as another program may write them, one after the other: each is preceded by its length, two bytes. */
public final class ObservationFuzz {
    private static final long START = 1_764_000_000_000L;
    private static final CameraProcessor.Options OPTIONS =
            new CameraProcessor.Options(2_000, 5_000, 30_000, 5_000, 3_600_000, 8, 0.25, 0.15);
    private static final DefinitionSnapshot DEFINITIONS = new DefinitionSnapshot(
            Map.of(
                    "door",
                    Camera.newBuilder()
                            .setId("door")
                            .setUrl("file:/a.mp4")
                            .addZones(Zone.newBuilder()
                                    .setId("z")
                                    .addRings(Ring.newBuilder()
                                            .addPoints(Point.newBuilder().setX(0.1))
                                            .addPoints(Point.newBuilder().setX(0.9))
                                            .addPoints(Point.newBuilder().setY(0.9))))
                            .build()),
            Map.of("q", Query.newBuilder().setId("q").setText("q").build()),
            Map.of(
                    "r",
                    Rule.newBuilder()
                            .setId("r")
                            .setQuery("q")
                            .setZone("z")
                            .setEnter(0.1)
                            .setExit(0.05)
                            .build(),
                    "few",
                    Rule.newBuilder()
                            .setId("few")
                            .setExpression("q < 0.5 % or peak(q) > 90 %")
                            .setMinComponent(0.01)
                            .build()));
    private static final CameraProcessor.Output NOWHERE = new CameraProcessor.Output() {
        @Override
        public void area(Area area) {
            share(area.getMin());
            share(area.getMean());
            share(area.getMax());
        }

        @Override
        public void alert(Alert alert) {
            if (alert.getReason().length() > 2_000) {
                throw new AssertionError("a reason of " + alert.getReason().length() + " characters");
            }
        }
    };

    private ObservationFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        CameraProcessor processor = new CameraProcessor("door", OPTIONS, START);
        processor.update(DEFINITIONS, NOWHERE);
        long now = START;
        for (int at = 0; at + 2 <= data.length; now += 200) {
            int length = Math.min((data[at] & 0xff) << 8 | data[at + 1] & 0xff, data.length - at - 2);
            byte[] value = new byte[length];
            System.arraycopy(data, at + 2, value, 0, length);
            at += 2 + length;
            try {
                Observation observation = Topic.OBSERVATIONS.parse(value);
                processor.observe(observation, now, now, NOWHERE);
            } catch (MalformedRecordException e) {
                if (e.getMessage().length() > 600) {
                    throw new AssertionError("a reason of " + e.getMessage().length() + " characters", e);
                }
            }
        }
        processor.tick(now + 60_000, NOWHERE);
        processor.now();
    }

    private static void share(double share) {
        if (!(share >= 0 && share <= 1)) {
            throw new AssertionError("a share of " + share);
        }
    }
}
