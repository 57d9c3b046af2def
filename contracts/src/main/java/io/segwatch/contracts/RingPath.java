package io.segwatch.contracts;

import io.segwatch.v1.Point;
import io.segwatch.v1.PrivacyMask;
import io.segwatch.v1.Ring;
import io.segwatch.v1.Zone;
import java.awt.geom.Path2D;
import java.util.List;

/** What is drawn on a camera's picture, as a path to fill, to draw, or to ask what lies in it. */
public final class RingPath {
    private RingPath() {}

    /**
     * All rings of a zone: what an even number of them encloses is outside. A line stays open.
     *
     * @param width of the picture that the path is for, and {@code height}; 1 for parts of it
     */
    public static Path2D of(Zone zone, double width, double height) {
        boolean closed = zone.getKind() != Zone.Kind.LINE;
        return path(zone.getRingsList(), new Path2D.Double(Path2D.WIND_EVEN_ODD), closed, width, height);
    }

    /** Whatever a privacy mask encloses, where it crosses itself too; sizes as for a zone. */
    public static Path2D of(PrivacyMask mask, double width, double height) {
        return path(List.of(mask.getOutline()), new Path2D.Double(Path2D.WIND_NON_ZERO), true, width, height);
    }

    private static Path2D path(List<Ring> rings, Path2D path, boolean closed, double width, double height) {
        for (Ring ring : rings) {
            for (int i = 0; i < ring.getPointsCount(); i++) {
                Point point = ring.getPoints(i);
                if (i == 0) {
                    path.moveTo(point.getX() * width, point.getY() * height);
                } else {
                    path.lineTo(point.getX() * width, point.getY() * height);
                }
            }
            if (closed && ring.getPointsCount() > 0) {
                path.closePath();
            }
        }
        return path;
    }
}
