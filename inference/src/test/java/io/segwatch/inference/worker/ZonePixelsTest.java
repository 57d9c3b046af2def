package io.segwatch.inference.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.segwatch.v1.Camera;
import io.segwatch.v1.Point;
import io.segwatch.v1.PrivacyMask;
import io.segwatch.v1.Ring;
import io.segwatch.v1.Zone;
import org.junit.jupiter.api.Test;

class ZonePixelsTest {
    private static final Ring LEFT_HALF = ring(0, 0, 0.5, 0, 0.5, 1, 0, 1);
    private static final Ring TOP_LEFT = ring(0, 0, 0.5, 0, 0.5, 0.5, 0, 0.5);

    @Test
    void aZoneHasThePixelsWhoseCentresLieInIt() {
        ZonePixels pixels = new ZonePixels(
                Camera.newBuilder()
                        .addZones(zone("left", Zone.Kind.AREA, LEFT_HALF))
                        .build(),
                4,
                2);

        assertThat(pixels.byZone().get("")).hasSize(8);
        assertThat(pixels.byZone().get("left")).containsExactly(0, 1, 4, 5);
    }

    @Test
    void whatIsExcludedOrHiddenCountsNowhere() {
        Camera camera = Camera.newBuilder()
                .addZones(zone("left", Zone.Kind.AREA, LEFT_HALF))
                .addZones(zone("clock", Zone.Kind.EXCLUDE, TOP_LEFT))
                .addPrivacyMasks(PrivacyMask.newBuilder().setOutline(ring(0.75, 0, 1, 0, 1, 1, 0.75, 1)))
                .build();

        ZonePixels pixels = new ZonePixels(camera, 4, 2);
        assertThat(pixels.byZone().get("left")).containsExactly(4, 5);
        assertThat(pixels.byZone().get("")).containsExactly(2, 4, 5, 6);
        assertThat(pixels.byZone()).doesNotContainKey("clock");
    }

    @Test
    void aLineHasThePixelsThatItPasses() {
        Camera camera = Camera.newBuilder()
                .addZones(zone("line", Zone.Kind.LINE, ring(0, 0.75, 1, 0.75)))
                .build();

        assertThat(new ZonePixels(camera, 4, 2).byZone().get("line")).containsOnly(4, 5, 6, 7);
    }

    private static Zone zone(String id, Zone.Kind kind, Ring ring) {
        return Zone.newBuilder().setId(id).setKind(kind).addRings(ring).build();
    }

    private static Ring ring(double... coordinates) {
        Ring.Builder ring = Ring.newBuilder();
        for (int i = 0; i < coordinates.length; i += 2) {
            ring.addPoints(Point.newBuilder().setX(coordinates[i]).setY(coordinates[i + 1]));
        }
        return ring.build();
    }
}
