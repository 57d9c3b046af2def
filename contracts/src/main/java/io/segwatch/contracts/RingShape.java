package io.segwatch.contracts;

import io.segwatch.v1.Point;
import io.segwatch.v1.Ring;
import java.util.ArrayList;
import java.util.List;

/** Whether a zone's ring encloses anything, and whether a line leads anywhere. */
final class RingShape {
    /** Twice the area of the smallest triangle that counts, of a picture of 1 by 1. */
    private static final double SMALLEST = 1e-12;

    private RingShape() {}

    /**
     * Whether the ring has an area. It may cross itself, so that its signed area says nothing; what it draws to and fro
     * on the same way is taken out, and of an area at least a triangle is left.
     */
    static boolean hasArea(Ring ring) {
        List<Point> points = new ArrayList<>(ring.getPointsList());
        boolean changed = true;
        while (changed && points.size() >= 3) {
            changed = false;
            for (int i = 0; i < points.size() && points.size() >= 3; i++) {
                Point before = points.get((i + points.size() - 1) % points.size());
                Point after = points.get((i + 1) % points.size());
                if (Math.abs(cross(before, points.get(i), after)) < SMALLEST) {
                    points.remove(i);
                    changed = true;
                }
            }
        }
        return points.size() >= 3;
    }

    /** Whether the line has two points that differ. */
    static boolean hasLength(Ring line) {
        return line.getPointsList().stream().distinct().count() > 1;
    }

    private static double cross(Point a, Point b, Point c) {
        return (b.getX() - a.getX()) * (c.getY() - a.getY()) - (b.getY() - a.getY()) * (c.getX() - a.getX());
    }
}
