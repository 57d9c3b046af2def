package io.segwatch.inference.worker;

import io.segwatch.contracts.RingPath;
import io.segwatch.v1.Camera;
import io.segwatch.v1.Point;
import io.segwatch.v1.PrivacyMask;
import io.segwatch.v1.Ring;
import io.segwatch.v1.Zone;
import java.awt.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The pixels of a mask that lie in each zone of a camera, and in the whole frame: those whose centres do, without what
 * EXCLUDE zones and privacy masks cover; of a line, those that it passes through, as often as points of it lie there.
 */
final class ZonePixels {
    /** Points to a pixel of a line's length. */
    private static final int STEPS = 2;

    private final Camera camera;
    private final int width;
    private final int height;
    private final List<Shape> left = new ArrayList<>();
    private final Map<String, int[]> pixels = new LinkedHashMap<>();

    /** Of a mask of {@code width} x {@code height} pixels. */
    ZonePixels(Camera camera, int width, int height) {
        this.camera = camera;
        this.width = width;
        this.height = height;
        for (Zone each : camera.getZonesList()) {
            if (each.getKind() == Zone.Kind.EXCLUDE) {
                left.add(RingPath.of(each, width, height));
            }
        }
        for (PrivacyMask mask : camera.getPrivacyMasksList()) {
            left.add(RingPath.of(mask, width, height));
        }
        pixels.put("", IntStream.range(0, width * height).filter(this::counts).toArray());
        for (Zone zone : camera.getZonesList()) {
            if (zone.getKind() == Zone.Kind.AREA) {
                Shape outline = RingPath.of(zone, width, height);
                pixels.put(
                        zone.getId(),
                        IntStream.of(pixels.get(""))
                                .filter(i -> outline.contains(i % width + 0.5, i / width + 0.5))
                                .toArray());
            } else if (zone.getKind() == Zone.Kind.LINE) {
                pixels.put(zone.getId(), line(zone.getRings(0)));
            }
        }
    }

    /** By zone, row-major; of the whole frame under the empty string. */
    Map<String, int[]> byZone() {
        return pixels;
    }

    boolean isOf(Camera other, int otherWidth, int otherHeight) {
        return camera.equals(other) && width == otherWidth && height == otherHeight;
    }

    private int[] line(Ring ring) {
        IntStream.Builder on = IntStream.builder();
        for (int i = 1; i < ring.getPointsCount(); i++) {
            Point a = ring.getPoints(i - 1);
            Point b = ring.getPoints(i);
            double across = (b.getX() - a.getX()) * width;
            double down = (b.getY() - a.getY()) * height;
            int steps = Math.max(1, (int) Math.ceil(Math.hypot(across, down) * STEPS));
            for (int s = 0; s < steps; s++) {
                double t = (s + 0.5) / steps;
                int x = Math.min(width - 1, Math.max(0, (int) (a.getX() * width + t * across)));
                int y = Math.min(height - 1, Math.max(0, (int) (a.getY() * height + t * down)));
                on.add(y * width + x);
            }
        }
        return on.build().filter(this::counts).toArray();
    }

    private boolean counts(int i) {
        double x = i % width + 0.5;
        double y = i / width + 0.5;
        return left.stream().noneMatch(shape -> shape.contains(x, y));
    }
}
