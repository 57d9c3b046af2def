package io.segwatch.topology.camera;

import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.CoordinateSequence;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.geom.LineString;
import org.locationtech.jts.geom.Polygon;

/**
 * Exact weight of each cell of a grid under a geometry in the grid's coordinates: the area of a polygon within the
 * cell, or the length of a line within it. Weights are column-major, as the runs of a mask are.
 *
 * <p>Polygons by signed trapezoids: each piece of an edge adds the area between itself and the bottom of its cell to
 * the cell, and its full width to the cells below, so that a running sum down the column gives every cell's area. It is
 * the method of font rasterisers (R. Levien, font-rs) with columns for rows, and is exact up to rounding.
 */
final class Raster {
    private final int width;
    private final int height;
    /** One more row than the grid: an edge along the bottom spills there. */
    private final double[] spill;

    private final double[] weights;

    private Raster(int width, int height) {
        this.width = width;
        this.height = height;
        this.spill = new double[width * (height + 2)];
        this.weights = new double[width * height];
    }

    /** Weights of a valid geometry that lies within 0..width, 0..height: polygons by area, lines by length. */
    static double[] weights(Geometry geometry, int width, int height) {
        Raster raster = new Raster(width, height);
        for (int i = 0; i < geometry.getNumGeometries(); i++) {
            Geometry part = geometry.getGeometryN(i);
            if (part instanceof Polygon polygon) {
                // Normalised: the outline runs clockwise and the holes the other way, so that holes take away.
                raster.polygon((Polygon) polygon.norm());
            } else if (part instanceof LineString line) {
                raster.line(line.getCoordinateSequence());
            }
        }
        return raster.finish();
    }

    private void polygon(Polygon polygon) {
        edges(polygon.getExteriorRing().getCoordinateSequence());
        for (int i = 0; i < polygon.getNumInteriorRing(); i++) {
            edges(polygon.getInteriorRingN(i).getCoordinateSequence());
        }
    }

    private void edges(CoordinateSequence ring) {
        for (int i = 1; i < ring.size(); i++) {
            Coordinate a = ring.getCoordinate(i - 1);
            Coordinate b = ring.getCoordinate(i);
            if (a.x != b.x) {
                forEachPiece(a, b, (column, row, x0, y0, x1, y1) -> {
                    double across = x1 - x0;
                    double belowEdge = row + 1 - (y0 + y1) / 2;
                    spill[column * (height + 2) + row] += across * belowEdge;
                    spill[column * (height + 2) + row + 1] += across * (1 - belowEdge);
                });
            }
        }
    }

    private void line(CoordinateSequence points) {
        for (int i = 1; i < points.size(); i++) {
            forEachPiece(
                    points.getCoordinate(i - 1),
                    points.getCoordinate(i),
                    (column, row, x0, y0, x1, y1) -> weights[column * height + row] += Math.hypot(x1 - x0, y1 - y0));
        }
    }

    private double[] finish() {
        for (int x = 0; x < width; x++) {
            double sum = 0;
            for (int y = 0; y < height; y++) {
                sum += spill[x * (height + 2) + y];
                weights[x * height + y] += Math.min(1, Math.abs(sum));
            }
        }
        return weights;
    }

    /** A part of a segment that lies within one cell. */
    private interface Piece {
        void within(int column, int row, double x0, double y0, double x1, double y1);
    }

    private void forEachPiece(Coordinate a, Coordinate b, Piece piece) {
        double t = 0;
        double x = a.x;
        double y = a.y;
        while (t < 1) {
            double next = Math.min(nextCrossing(a.x, b.x, x, t), nextCrossing(a.y, b.y, y, t));
            double x1 = next == 1 ? b.x : a.x + (b.x - a.x) * next;
            double y1 = next == 1 ? b.y : a.y + (b.y - a.y) * next;
            // The middle lies in the cell, from whichever direction the border was reached.
            int column = clamp((int) Math.floor((x + x1) / 2), width);
            int row = clamp((int) Math.floor((y + y1) / 2), height);
            piece.within(column, row, x, y, x1, y1);
            x = x1;
            y = y1;
            t = next;
        }
    }

    /** Where along the segment its coordinate next reaches a whole number, 1 at the latest. */
    private static double nextCrossing(double from, double to, double at, double t) {
        if (from == to) {
            return 1;
        }
        double border = to > from ? Math.floor(at) + 1 : Math.ceil(at) - 1;
        double crossing = (border - from) / (to - from);
        if (crossing <= t) {
            // Rounding left us just short of the border that was crossed last.
            crossing = (border + Math.signum(to - from) - from) / (to - from);
        }
        return Math.min(1, crossing);
    }

    private static int clamp(int index, int size) {
        return Math.max(0, Math.min(size - 1, index));
    }
}
