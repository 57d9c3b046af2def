package io.segwatch.dashboard.rest;

import io.segwatch.contracts.Problem;
import io.segwatch.contracts.VisibleText;
import io.segwatch.v1.Camera;
import io.segwatch.v1.Point;
import io.segwatch.v1.PrivacyMask;
import io.segwatch.v1.Ring;
import io.segwatch.v1.Zone;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Whether the shapes on a camera's picture are what whoever drew them sees. What a camera had before stays as it is:
 * only a shape that is new or changed is refused.
 */
final class ZoneShapes {
    private static final String CROSSES =
            "crosses itself, so that it is not clear what is inside; order its points along the outline";

    private ZoneShapes() {}

    static List<Problem> check(Camera camera, Optional<Camera> old) {
        Set<List<Ring>> known = new HashSet<>();
        old.ifPresent(before -> {
            before.getZonesList().forEach(zone -> known.add(zone.getRingsList()));
            before.getPrivacyMasksList().forEach(mask -> known.add(List.of(mask.getOutline())));
        });
        List<Problem> problems = new ArrayList<>();
        for (int i = 0; i < camera.getZonesCount(); i++) {
            Zone zone = camera.getZones(i);
            if (zone.getKind() != Zone.Kind.LINE && !known.contains(zone.getRingsList())) {
                rings("zones[" + i + "].rings", zone.getRingsList(), problems);
            }
        }
        for (int i = 0; i < camera.getPrivacyMasksCount(); i++) {
            List<Ring> outline = List.of(camera.getPrivacyMasks(i).getOutline());
            if (!known.contains(outline)) {
                rings("privacyMasks[" + i + "].outline", outline, problems);
            }
        }
        return problems;
    }

    private static void rings(String field, List<Ring> rings, List<Problem> problems) {
        if (rings.stream().anyMatch(ZoneShapes::crossesItself)) {
            problems.add(new Problem(field, CROSSES));
            return;
        }
        for (int hole = 1; hole < rings.size(); hole++) {
            if (!isWithin(rings.get(hole), rings.get(0))) {
                problems.add(new Problem(
                        field, "has a hole that leaves its outline: each ring after the first must lie in the first"));
                return;
            }
        }
    }

    private static boolean crossesItself(Ring ring) {
        int n = ring.getPointsCount();
        for (int i = 0; i < n; i++) {
            for (int j = i + 2; j < n; j++) {
                if (cross(ring.getPoints(i), next(ring, i), ring.getPoints(j), next(ring, j))) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Points may lie on the outline. */
    private static boolean isWithin(Ring hole, Ring outline) {
        for (int i = 0; i < hole.getPointsCount(); i++) {
            for (int j = 0; j < outline.getPointsCount(); j++) {
                if (cross(hole.getPoints(i), next(hole, i), outline.getPoints(j), next(outline, j))) {
                    return false;
                }
            }
        }
        double x =
                hole.getPointsList().stream().mapToDouble(Point::getX).average().orElse(0);
        double y =
                hole.getPointsList().stream().mapToDouble(Point::getY).average().orElse(0);
        return contains(outline, x, y)
                || hole.getPointsList().stream().anyMatch(p -> contains(outline, p.getX(), p.getY()));
    }

    private static boolean contains(Ring ring, double x, double y) {
        boolean inside = false;
        for (int i = 0; i < ring.getPointsCount(); i++) {
            Point a = ring.getPoints(i);
            Point b = next(ring, i);
            if (a.getY() > y != b.getY() > y
                    && x < (b.getX() - a.getX()) * (y - a.getY()) / (b.getY() - a.getY()) + a.getX()) {
                inside = !inside;
            }
        }
        return inside;
    }

    private static Point next(Ring ring, int i) {
        return ring.getPoints((i + 1) % ring.getPointsCount());
    }

    /** Whether two sides cross; touching is not crossing. */
    private static boolean cross(Point a, Point b, Point c, Point d) {
        return turn(a, b, c) * turn(a, b, d) < 0 && turn(c, d, a) * turn(c, d, b) < 0;
    }

    private static double turn(Point a, Point b, Point c) {
        return (b.getX() - a.getX()) * (c.getY() - a.getY()) - (b.getY() - a.getY()) * (c.getX() - a.getX());
    }

    /** Two of one name cannot be told apart in a list, a chart or a rule. */
    static Optional<Problem> sameNames(Camera camera) {
        Set<String> names = new HashSet<>();
        return Stream.concat(
                        camera.getZonesList().stream().map(Zone::getName),
                        camera.getPrivacyMasksList().stream().map(PrivacyMask::getName))
                .filter(name -> !name.isEmpty() && !names.add(VisibleText.meaning(name)))
                .findFirst()
                .map(name -> new Problem("zones", "has two of the name \"" + name + "\"; they cannot be told apart"));
    }
}
