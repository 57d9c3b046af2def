package io.segwatch.topology.camera;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.segwatch.contracts.Rle;
import io.segwatch.v1.Camera;
import io.segwatch.v1.Point;
import io.segwatch.v1.PrivacyMask;
import io.segwatch.v1.Ring;
import io.segwatch.v1.Zone;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.Envelope;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.geom.GeometryFactory;
import org.locationtech.jts.geom.LinearRing;
import org.locationtech.jts.geom.Polygon;

/** JTS, cell by cell, is the reference for what a mask covers. */
class ZonesTest {
    private static final GeometryFactory JTS = new GeometryFactory();
    private static final int WIDTH = 24;
    private static final int HEIGHT = 14;

    @Test
    void weighsRotatedConcavePolygonsWithHolesAsJtsDoes() {
        Random random = new Random(11);
        for (int round = 0; round < 40; round++) {
            List<double[]> outline = star(random, 0.5, 0.5, 0.25, 0.5);
            List<double[]> hole = star(random, 0.5, 0.5, 0.05, 0.2);
            Zones zones = new Zones(camera(zone("z", Zone.Kind.AREA, outline, hole)));
            Polygon reference = JTS.createPolygon(ring(outline), new LinearRing[] {ring(hole)});

            assertMatches(zones, 1, reference, random);
        }
    }

    @Test
    void takesExcludedZonesOutOfEveryAreaAndOutOfTheWholePicture() {
        Random random = new Random(12);
        List<double[]> area = star(random, 0.5, 0.5, 0.2, 0.5);
        List<double[]> privacy = star(random, 0.7, 0.4, 0.1, 0.3);
        List<double[]> clock = rectangle(0, 0, 0.33, 0.1);
        Zones zones = new Zones(camera(
                zone("private", Zone.Kind.EXCLUDE, privacy),
                zone("z", Zone.Kind.AREA, area),
                zone("clock", Zone.Kind.EXCLUDE, clock)));
        Geometry visible = JTS.toGeometry(new Envelope(0, 1, 0, 1))
                .difference(JTS.createPolygon(ring(privacy)))
                .difference(JTS.createPolygon(ring(clock)));

        assertThat(zones.measured()).extracting(Zones.Measured::id).containsExactly("", "z");
        assertMatches(zones, 0, visible, random);
        assertMatches(zones, 1, visible.intersection(JTS.createPolygon(ring(area))), random);
    }

    /** What cannot be seen is no part of a zone: a share is of what is left of it. */
    @Test
    void takesWhatPrivacyMasksHideOutOfEveryAreaAndOutOfTheWholePicture() {
        Random random = new Random(14);
        List<double[]> area = star(random, 0.5, 0.5, 0.2, 0.5);
        List<double[]> hidden = rectangle(0.3, 0.25, 0.8, 0.75);
        Zones zones = new Zones(camera(zone("z", Zone.Kind.AREA, area)).toBuilder()
                .addPrivacyMasks(privacyMask(hidden))
                .build());
        Geometry visible = JTS.toGeometry(new Envelope(0, 1, 0, 1)).difference(JTS.createPolygon(ring(hidden)));

        assertMatches(zones, 0, visible, random);
        assertMatches(zones, 1, visible.intersection(JTS.createPolygon(ring(area))), random);
        Zones gone = new Zones(camera(zone("z", Zone.Kind.AREA, rectangle(0.4, 0.4, 0.6, 0.6))).toBuilder()
                .addPrivacyMasks(privacyMask(hidden))
                .build());
        assertThat(gone.isEmpty(1)).isTrue();
    }

    @Test
    void countsNothingOfWhatAPrivacyMaskWindsAroundTwice() {
        List<double[]> pentagram = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            pentagram.add(new double[] {
                0.5 + 0.4 * Math.sin(4 * Math.PI * i / 5), 0.5 - 0.4 * Math.cos(4 * Math.PI * i / 5)
            });
        }
        Zones zones = new Zones(camera(zone("middle", Zone.Kind.AREA, rectangle(0.45, 0.45, 0.55, 0.55))).toBuilder()
                .addPrivacyMasks(privacyMask(pentagram))
                .build());

        assertThat(zones.isEmpty(1)).isTrue();
    }

    private static PrivacyMask privacyMask(List<double[]> outline) {
        return PrivacyMask.newBuilder()
                .setOutline(zone("", Zone.Kind.AREA, outline).getRings(0))
                .build();
    }

    @Test
    void measuresALineByTheShareOfItsLength() {
        Random random = new Random(13);
        List<double[]> points = List.of(
                new double[] {0.05, 0.9}, new double[] {0.5, 0.1}, new double[] {0.93, 0.77}, new double[] {0.93, 0.2});
        Zones zones = new Zones(camera(zone("line", Zone.Kind.LINE, points)));
        Geometry reference = JTS.createLineString(coordinates(points, false));

        assertMatches(zones, 1, reference, random);
    }

    @Test
    void leavesTheHiddenPartOfALineOut() {
        Zones zones = new Zones(camera(
                zone("line", Zone.Kind.LINE, List.of(new double[] {0, 0.5}, new double[] {1, 0.5})),
                zone("hidden", Zone.Kind.EXCLUDE, rectangle(0.5, 0, 1, 1))));

        assertThat(zones.weights(WIDTH, HEIGHT)[1].total()).isEqualTo(WIDTH / 2.0, within(1e-9));
    }

    @Test
    void countsEveryCellOnceForAZoneAlongTheGrid() {
        Zones zones = new Zones(camera(zone("half", Zone.Kind.AREA, rectangle(0, 0, 0.5, 1))));

        assertThat(zones.weights(WIDTH, HEIGHT)[0].total()).isEqualTo(WIDTH * HEIGHT);
        assertThat(zones.weights(WIDTH, HEIGHT)[1].total()).isEqualTo(WIDTH * HEIGHT / 2.0);
    }

    @Test
    void takesAnOutlineThatCrossesItselfForItsParts() {
        List<double[]> bow = List.of(
                new double[] {0.1, 0.1}, new double[] {0.9, 0.9}, new double[] {0.9, 0.1}, new double[] {0.1, 0.9});

        Zones zones = new Zones(camera(zone("bow", Zone.Kind.AREA, bow)));

        assertThat(zones.weights(WIDTH, HEIGHT)[1].total()).isEqualTo(0.32 * WIDTH * HEIGHT, within(1e-9));
    }

    @Test
    void givesNothingForAZoneThatIsHiddenWhole() {
        Zones zones = new Zones(camera(
                zone("z", Zone.Kind.AREA, rectangle(0.2, 0.2, 0.4, 0.4)),
                zone("hidden", Zone.Kind.EXCLUDE, rectangle(0, 0, 1, 1))));
        MaskRuns all = runs(filled());

        assertThat(zones.share(0, all)).isZero();
        assertThat(zones.share(1, all)).isZero();
    }

    @Test
    void measuresMasksOfAnySizeAlike() {
        Zones zones = new Zones(camera(zone("z", Zone.Kind.AREA, rectangle(0.25, 0.25, 0.75, 0.75))));
        for (int size : new int[] {4, 8, 40}) {
            byte[] left = new byte[size * size];
            for (int i = 0; i < left.length; i++) {
                left[i] = (byte) (i % size < size / 2 ? 1 : 0);
            }
            MaskRuns runs = new MaskRuns();
            runs.read(Rle.encode(left, size, size));
            assertThat(zones.share(1, runs)).isEqualTo(0.5, within(1e-9));
        }
    }

    private static void assertMatches(Zones zones, int zone, Geometry shape, Random random) {
        byte[] pixels = new byte[WIDTH * HEIGHT];
        double[] weights = new double[pixels.length];
        Geometry grid = new org.locationtech.jts.geom.util.AffineTransformation()
                .scale(WIDTH, HEIGHT)
                .transform(shape);
        boolean line = shape.getDimension() == 1;
        double covered = 0;
        double total = 0;
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (random.nextInt(3) == 0 ? 1 : 0);
            int x = i % WIDTH;
            int y = i / WIDTH;
            Geometry inside = grid.intersection(JTS.toGeometry(new Envelope(x, x + 1, y, y + 1)));
            weights[i] = line ? inside.getLength() : inside.getArea();
            total += weights[i];
            covered += pixels[i] * weights[i];
        }
        assertThat(zones.weights(WIDTH, HEIGHT)[zone].total()).isEqualTo(total, within(1e-9));
        assertThat(zones.share(zone, runs(pixels))).isEqualTo(covered / total, within(1e-9));
    }

    private static MaskRuns runs(byte[] pixels) {
        MaskRuns runs = new MaskRuns();
        runs.read(Rle.encode(pixels, WIDTH, HEIGHT));
        return runs;
    }

    private static byte[] filled() {
        byte[] pixels = new byte[WIDTH * HEIGHT];
        java.util.Arrays.fill(pixels, (byte) 1);
        return pixels;
    }

    /** A simple, mostly concave polygon around a point. */
    private static List<double[]> star(Random random, double x, double y, double least, double most) {
        List<double[]> points = new ArrayList<>();
        int corners = 5 + random.nextInt(12);
        double turn = random.nextDouble();
        for (int i = 0; i < corners; i++) {
            double angle = 2 * Math.PI * (i + turn) / corners;
            double radius = least + (most - least) * random.nextDouble();
            points.add(new double[] {clip(x + radius * Math.cos(angle)), clip(y + radius * Math.sin(angle))});
        }
        return points;
    }

    private static double clip(double v) {
        return Math.max(0, Math.min(1, v));
    }

    private static List<double[]> rectangle(double x0, double y0, double x1, double y1) {
        return List.of(new double[] {x0, y0}, new double[] {x1, y0}, new double[] {x1, y1}, new double[] {x0, y1});
    }

    private static LinearRing ring(List<double[]> points) {
        return JTS.createLinearRing(coordinates(points, true));
    }

    private static Coordinate[] coordinates(List<double[]> points, boolean closed) {
        List<Coordinate> coordinates = new ArrayList<>();
        points.forEach(point -> coordinates.add(new Coordinate(point[0], point[1])));
        if (closed) {
            coordinates.add(coordinates.get(0).copy());
        }
        return coordinates.toArray(Coordinate[]::new);
    }

    private static Camera camera(Zone... zones) {
        return Camera.newBuilder().setId("c").addAllZones(List.of(zones)).build();
    }

    @SafeVarargs
    private static Zone zone(String id, Zone.Kind kind, List<double[]>... rings) {
        Zone.Builder zone = Zone.newBuilder().setId(id).setKind(kind).setVersion(1);
        for (List<double[]> ring : rings) {
            Ring.Builder builder = Ring.newBuilder();
            ring.forEach(
                    point -> builder.addPoints(Point.newBuilder().setX(point[0]).setY(point[1])));
            zone.addRings(builder);
        }
        return zone.build();
    }
}
