package io.segwatch.topology.camera;

import io.segwatch.v1.Camera;
import io.segwatch.v1.Point;
import io.segwatch.v1.PrivacyMask;
import io.segwatch.v1.Ring;
import io.segwatch.v1.Zone;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.Envelope;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.geom.GeometryFactory;
import org.locationtech.jts.geom.LinearRing;
import org.locationtech.jts.geom.Polygon;
import org.locationtech.jts.geom.util.AffineTransformation;
import org.locationtech.jts.geom.util.GeometryFixer;
import org.locationtech.jts.operation.union.UnaryUnionOp;

/**
 * The zones of one camera, ready to be measured: the whole frame first, then those of the camera in their order. What
 * its EXCLUDE zones cover, and what its privacy masks hide, counts in none of them. For one thread.
 */
final class Zones {
    /**
     * A zone that areas are given for.
     *
     * @param id empty for the whole frame
     * @param name for people
     * @param version of its shape
     */
    record Measured(String id, String name, int version) {}

    /** Sizes of masks whose weights are kept; a camera has one, and a second while its model changes. */
    private static final int MAX_SIZES = 2;

    /** Of the picture's area, or of its side for a line: far less than a pixel. */
    private static final double LEAST_EXTENT = 1e-9;

    private static final GeometryFactory GEOMETRY = new GeometryFactory();

    private record Size(int width, int height) {}

    private final List<Measured> measured = new ArrayList<>();
    /** In picture coordinates, 0..1. */
    private final List<Geometry> shapes = new ArrayList<>();

    private final Map<Size, ZoneWeights[]> weights = new LinkedHashMap<>();

    /** @param camera whose zones are valid ({@link io.segwatch.contracts.Definitions}) */
    Zones(Camera camera) {
        Geometry frame = GEOMETRY.toGeometry(new Envelope(0, 1, 0, 1));
        Geometry visible = frame;
        for (PrivacyMask mask : camera.getPrivacyMasksList()) {
            visible = visible.difference(enclosed(mask));
        }
        for (Zone zone : camera.getZonesList()) {
            if (zone.getKind() == Zone.Kind.EXCLUDE) {
                visible = visible.difference(polygon(zone));
            }
        }
        measured.add(new Measured("", "the picture", 0));
        shapes.add(visible);
        for (Zone zone : camera.getZonesList()) {
            if (zone.getKind() != Zone.Kind.EXCLUDE) {
                Geometry shape = zone.getKind() == Zone.Kind.LINE ? line(zone) : polygon(zone);
                String name = zone.getName().isEmpty() ? zone.getId() : zone.getName();
                measured.add(new Measured(zone.getId(), name, zone.getVersion()));
                shapes.add(partsLike(shape, visible.intersection(shape)));
            }
        }
    }

    List<Measured> measured() {
        return measured;
    }

    /** Index of a zone, or -1 when the camera has none of this id. */
    int indexOf(String id) {
        for (int i = 0; i < measured.size(); i++) {
            if (measured.get(i).id().equals(id)) {
                return i;
            }
        }
        return -1;
    }

    /** Nothing of the zone is left beside the excluded zones: its shares mean nothing. */
    boolean isEmpty(int zone) {
        Geometry shape = shapes.get(zone);
        return (shape.getDimension() == 1 ? shape.getLength() : shape.getArea()) < LEAST_EXTENT;
    }

    /** Share of the zone, 0..1, that the runs cover. */
    double share(int zone, MaskRuns runs) {
        return runs.count() == 0 ? 0 : weights(runs.width(), runs.height())[zone].share(runs);
    }

    ZoneWeights[] weights(int width, int height) {
        Size size = new Size(width, height);
        ZoneWeights[] known = weights.get(size);
        if (known == null) {
            if (weights.size() == MAX_SIZES) {
                weights.remove(weights.keySet().iterator().next());
            }
            AffineTransformation toGrid = AffineTransformation.scaleInstance(width, height);
            known = shapes.stream()
                    .map(shape -> new ZoneWeights(Raster.weights(toGrid.transform(shape), width, height)))
                    .toArray(ZoneWeights[]::new);
            weights.put(size, known);
        }
        return known;
    }

    /** Where a polygon only touches a border, the intersection also has lines and points; they have no area. */
    private static Geometry partsLike(Geometry shape, Geometry geometry) {
        List<Geometry> parts = new ArrayList<>();
        for (int i = 0; i < geometry.getNumGeometries(); i++) {
            if (geometry.getGeometryN(i).getDimension() == shape.getDimension()) {
                parts.add(geometry.getGeometryN(i));
            }
        }
        return GEOMETRY.buildGeometry(parts);
    }

    /** All that the outline encloses, as it is burnt into the picture. */
    private static Geometry enclosed(PrivacyMask mask) {
        Geometry parts = GeometryFixer.fix(GEOMETRY.createPolygon(ring(mask.getOutline())));
        List<Geometry> whole = new ArrayList<>();
        for (int i = 0; i < parts.getNumGeometries(); i++) {
            if (parts.getGeometryN(i) instanceof Polygon part) {
                whole.add(GEOMETRY.createPolygon(part.getExteriorRing()));
            }
        }
        return UnaryUnionOp.union(whole, GEOMETRY);
    }

    private static Geometry polygon(Zone zone) {
        LinearRing outline = ring(zone.getRings(0));
        LinearRing[] holes =
                zone.getRingsList().stream().skip(1).map(Zones::ring).toArray(LinearRing[]::new);
        Polygon polygon = GEOMETRY.createPolygon(outline, holes);
        // A drawn outline may cross itself; then its parts are inside.
        return polygon.isValid() ? polygon : GeometryFixer.fix(polygon);
    }

    private static LinearRing ring(Ring ring) {
        Coordinate[] points = new Coordinate[ring.getPointsCount() + 1];
        for (int i = 0; i < points.length; i++) {
            points[i] = coordinate(ring.getPoints(i % ring.getPointsCount()));
        }
        return GEOMETRY.createLinearRing(points);
    }

    private static Geometry line(Zone zone) {
        Coordinate[] points =
                zone.getRings(0).getPointsList().stream().map(Zones::coordinate).toArray(Coordinate[]::new);
        // The union drops what the line runs over twice.
        return UnaryUnionOp.union(GEOMETRY.createLineString(points));
    }

    private static Coordinate coordinate(Point point) {
        return new Coordinate(point.getX(), point.getY());
    }
}
