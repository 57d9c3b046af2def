package io.segwatch.inference.search;

import io.segwatch.contracts.RingPath;
import io.segwatch.inference.features.CoarseShare;
import io.segwatch.inference.features.FeatureVectors;
import io.segwatch.v1.Camera;
import io.segwatch.v1.Point;
import io.segwatch.v1.PrivacyMask;
import io.segwatch.v1.Ring;
import io.segwatch.v1.Zone;
import java.awt.Shape;
import java.awt.geom.Path2D;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The part of each cell that lies in a zone as it is drawn now, without what EXCLUDE zones and privacy masks cover; of
 * a line, its length in the cell. To a sixteenth of a cell. For one thread.
 */
final class ZoneCells {
    /** Points of a cell along each side that are asked whether they lie inside. */
    private static final int SAMPLES = 16;
    /** Of a line, to a cell. */
    private static final int STEPS = 32;

    private final Optional<Zone> zone;
    private final List<Shape> left = new ArrayList<>();
    private int columns;
    private int rows;
    private float[] weights = new float[0];

    /** @param zone of the camera; empty for the whole frame */
    ZoneCells(Camera camera, Optional<Zone> zone) {
        this.zone = zone;
        for (Zone each : camera.getZonesList()) {
            if (each.getKind() == Zone.Kind.EXCLUDE) {
                left.add(RingPath.of(each, 1, 1));
            }
        }
        for (PrivacyMask mask : camera.getPrivacyMasksList()) {
            left.add(RingPath.of(mask, 1, 1));
        }
    }

    /** Share of the zone, 0..1, of what is kept of it. */
    double share(FeatureVectors frame, CellScorer scorer) {
        if (scorer.absent()) {
            return 0;
        }
        float[] probabilities = scorer.probabilities();
        float threshold = scorer.threshold();
        float[] weight = weights(frame.columns(), frame.rows());
        int[] places = frame.places();
        double total = 0;
        double covered = 0;
        for (int c = 0; c < frame.cells(); c++) {
            total += weight[places[c]];
            if (probabilities[c] > 0) {
                covered += weight[places[c]] * CoarseShare.of(probabilities[c], threshold);
            }
        }
        return total <= 0 ? 0 : Math.min(1, covered / total);
    }

    /** Row-major. */
    float[] weights(int gridColumns, int gridRows) {
        if (gridColumns != columns || gridRows != rows) {
            columns = gridColumns;
            rows = gridRows;
            weights = new float[columns * rows];
            if (zone.isPresent() && zone.get().getKind() == Zone.Kind.LINE) {
                line(zone.get().getRings(0));
            } else {
                area(zone.map(each -> RingPath.of(each, 1, 1)));
            }
        }
        return weights;
    }

    private void area(Optional<Path2D> outline) {
        for (int y = 0; y < rows * SAMPLES; y++) {
            double py = (y + 0.5) / (rows * SAMPLES);
            for (int x = 0; x < columns * SAMPLES; x++) {
                double px = (x + 0.5) / (columns * SAMPLES);
                if ((outline.isEmpty() || outline.get().contains(px, py)) && counts(px, py)) {
                    weights[y / SAMPLES * columns + x / SAMPLES] += 1f / (SAMPLES * SAMPLES);
                }
            }
        }
    }

    private void line(Ring ring) {
        for (int i = 1; i < ring.getPointsCount(); i++) {
            Point a = ring.getPoints(i - 1);
            Point b = ring.getPoints(i);
            double across = (b.getX() - a.getX()) * columns;
            double down = (b.getY() - a.getY()) * rows;
            double length = Math.hypot(across, down);
            int steps = Math.max(1, (int) Math.ceil(length * STEPS));
            for (int s = 0; s < steps; s++) {
                double t = (s + 0.5) / steps;
                double px = a.getX() + t * (b.getX() - a.getX());
                double py = a.getY() + t * (b.getY() - a.getY());
                if (counts(px, py)) {
                    weights[place(py, rows) * columns + place(px, columns)] += (float) (length / steps);
                }
            }
        }
    }

    private static int place(double at, int size) {
        return Math.max(0, Math.min(size - 1, (int) (at * size)));
    }

    private boolean counts(double x, double y) {
        return left.stream().noneMatch(shape -> shape.contains(x, y));
    }
}
