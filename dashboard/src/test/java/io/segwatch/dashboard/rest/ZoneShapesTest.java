package io.segwatch.dashboard.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.segwatch.contracts.Problem;
import io.segwatch.v1.Camera;
import io.segwatch.v1.Point;
import io.segwatch.v1.PrivacyMask;
import io.segwatch.v1.Ring;
import io.segwatch.v1.Zone;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ZoneShapesTest {
    private static final double[] BOW_TIE = {0.1, 0.1, 0.9, 0.9, 0.9, 0.1, 0.1, 0.9};
    private static final double[] SQUARE = {0.1, 0.1, 0.9, 0.1, 0.9, 0.9, 0.1, 0.9};
    private static final double[] INNER = {0.3, 0.3, 0.5, 0.3, 0.5, 0.5};
    private static final double[] OUTER = {0.3, 0.3, 0.95, 0.3, 0.5, 0.5};

    @Test
    void anOutlineThatCrossesItselfIsRefusedAtItsField() {
        assertThat(ZoneShapes.check(camera(zone(SQUARE), zone(BOW_TIE)), Optional.empty()))
                .extracting(Problem::field)
                .containsExactly("zones[1].rings");
        Camera masked = Camera.newBuilder()
                .addPrivacyMasks(PrivacyMask.newBuilder().setOutline(ring(BOW_TIE)))
                .build();
        assertThat(ZoneShapes.check(masked, Optional.empty()))
                .extracting(Problem::field)
                .containsExactly("privacyMasks[0].outline");
    }

    @Test
    void aHoleLiesInItsOutline() {
        assertThat(ZoneShapes.check(camera(zone(SQUARE, INNER)), Optional.empty()))
                .isEmpty();
        assertThat(ZoneShapes.check(camera(zone(SQUARE, OUTER)), Optional.empty()))
                .hasSize(1);
        assertThat(ZoneShapes.check(camera(zone(INNER, SQUARE)), Optional.empty()))
                .hasSize(1);
    }

    @Test
    void aLineMayCrossItself() {
        Zone.Builder line = zone(BOW_TIE).setKind(Zone.Kind.LINE);
        assertThat(ZoneShapes.check(camera(line), Optional.empty())).isEmpty();
    }

    @Test
    void whatWasThereBeforeDoesNotKeepTheCameraFromBeingChanged() {
        Camera before = camera(zone(BOW_TIE).setId("old"));
        Camera renamed =
                before.toBuilder().setName("Door").addZones(zone(SQUARE)).build();
        assertThat(ZoneShapes.check(renamed, Optional.of(before))).isEmpty();
    }

    @Test
    void twoZonesOfOneNameAreTold() {
        Camera camera = camera(zone(SQUARE).setName("Left lanes"), zone(SQUARE).setName("left  Lanes"));
        assertThat(ZoneShapes.sameNames(camera)).isPresent();
        assertThat(ZoneShapes.sameNames(camera(zone(SQUARE), zone(SQUARE)))).isEmpty();
    }

    private static Camera camera(Zone.Builder... zones) {
        Camera.Builder camera = Camera.newBuilder();
        for (Zone.Builder zone : zones) {
            camera.addZones(zone);
        }
        return camera.build();
    }

    private static Zone.Builder zone(double[]... rings) {
        Zone.Builder zone = Zone.newBuilder();
        for (double[] ring : rings) {
            zone.addRings(ring(ring));
        }
        return zone;
    }

    private static Ring ring(double... coordinates) {
        Ring.Builder ring = Ring.newBuilder();
        for (int i = 0; i < coordinates.length; i += 2) {
            ring.addPoints(Point.newBuilder().setX(coordinates[i]).setY(coordinates[i + 1]));
        }
        return ring.build();
    }
}
