package io.segwatch.bench.alerts;

import io.segwatch.contracts.Rle;
import io.segwatch.v1.Camera;
import io.segwatch.v1.FrameId;
import io.segwatch.v1.Observation;
import io.segwatch.v1.Point;
import io.segwatch.v1.QueryMask;
import io.segwatch.v1.Ring;
import io.segwatch.v1.Zone;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * Ten minutes before a camera, made from a seed: what is truly there is known to the pixel, and what a model would say
 * of it is drawn with the model's errors. For one thread.
 */
final class SimulatedScene {
    static final String QUERY = "thing";
    static final String CAMERA = "scene";

    private static final long START_MS = 1_700_000_000_000L / 3_600_000 * 3_600_000;
    private static final long LENGTH_MS = 600_000;
    private static final double FPS = 10;
    private static final int WIDTH = 96;
    private static final int HEIGHT = 54;

    private static final double CLOCK_X = 0.7;
    private static final double CLOCK_Y = 0.12;

    private final SceneProfile condition;
    private final SplittableRandom random;
    private final List<GroundTruth> visits = new ArrayList<>();
    private final byte[] pixels = new byte[WIDTH * HEIGHT];

    private double swing;
    private double shakeX;
    private double shakeY;
    private GroundTruth blob;
    private long burstUntilMs;
    private double burst;
    private long clockUntilMs;

    SimulatedScene(SceneProfile condition, long seed) {
        this.condition = condition;
        this.random = new SplittableRandom(seed);
        plan();
    }

    /** What was truly there, in order of time. */
    List<GroundTruth> visits() {
        return visits;
    }

    /** The camera; where a clock is burnt into the picture, it is masked out, as a person would do. */
    Camera camera() {
        Camera.Builder camera = Camera.newBuilder().setId(CAMERA);
        if (condition.clock) {
            camera.addZones(Zone.newBuilder()
                    .setId("clock")
                    .setKind(Zone.Kind.EXCLUDE)
                    .addRings(Ring.newBuilder()
                            .addPoints(point(CLOCK_X, 0))
                            .addPoints(point(1, 0))
                            .addPoints(point(1, CLOCK_Y))
                            .addPoints(point(CLOCK_X, CLOCK_Y))));
        }
        return camera.build();
    }

    /** Half of the visits are due; a quarter is too small and a quarter too short for an alert. */
    private void plan() {
        long at = START_MS + 10_000;
        while (at < START_MS + LENGTH_MS - 60_000) {
            int kind = random.nextInt(4);
            double share = kind == 2 ? between(0.005, 0.035) : between(0.07, 0.25);
            long stay = kind == 3 ? Math.round(between(300, 1_400)) : Math.round(between(6_000, 30_000));
            double ry = Math.min(0.45, Math.sqrt(share / Math.PI) * between(0.8, 1.5));
            double rx = share / Math.PI / ry;
            long hidden = 0;
            long hiddenMs = 0;
            if (kind != 3 && random.nextDouble() < condition.occlusions) {
                hiddenMs = Math.round(between(500, 1_500));
                hidden = at + Math.round(between(3_000, stay - 2_500.0));
            }
            visits.add(new GroundTruth(
                    kind < 2,
                    at,
                    at + stay,
                    between(rx, 1 - rx),
                    // Below the clock, so that masking it out takes nothing from the thing.
                    Math.max(CLOCK_Y + ry, between(ry, 1 - ry)),
                    rx,
                    ry,
                    hidden,
                    hidden + hiddenMs));
            at += stay + Math.round(between(14_000, 40_000));
        }
    }

    /** The model's observations in order of time; can be asked for once. */
    void play(Consumer<Observation> out) {
        long frames = Math.round(LENGTH_MS * FPS / 1_000);
        for (long sequence = 0; sequence < frames; sequence++) {
            long atMs = START_MS + Math.round(sequence * 1_000 / FPS);
            draw(atMs);
            if (random.nextDouble() >= condition.dropped) {
                out.accept(observation(atMs, sequence));
            }
        }
    }

    private void draw(long atMs) {
        Arrays.fill(pixels, (byte) 0);
        wander(atMs);
        boolean missed = random.nextDouble() < condition.missed;
        for (GroundTruth visit : visits) {
            if (visit.visible(atMs) && !missed) {
                double score = condition.bias + swing + (atMs < burstUntilMs ? burst : 0);
                ellipse(visit.xAt(atMs) + shakeX, visit.y() + shakeY, visit.rx(), visit.ry(), score);
            }
        }
        if (blob.visible(atMs)) {
            ellipse(blob.x(), blob.y(), blob.rx(), blob.ry(), 0);
        }
        if (atMs < clockUntilMs) {
            rectangle();
        }
        speckle();
    }

    /** Each pixel by itself with the same chance: the way to the next one is geometrically distributed. */
    private void speckle() {
        double perPixel = Math.log1p(-condition.speckle);
        for (int i = stride(perPixel); i < pixels.length; i += 1 + stride(perPixel)) {
            pixels[i] = 1;
        }
    }

    private int stride(double perPixel) {
        return (int) Math.min(pixels.length, Math.log1p(-random.nextDouble()) / perPixel);
    }

    /** What changes from frame to frame whether there is a thing or not. */
    private void wander(long atMs) {
        // First-order autoregressions, whose spread stays what the condition says.
        swing = 0.95 * swing + condition.swing * Math.sqrt(1 - 0.95 * 0.95) * random.nextGaussian();
        shakeX = 0.6 * shakeX + condition.shake * 0.8 * random.nextGaussian();
        shakeY = 0.6 * shakeY + condition.shake * 0.8 * random.nextGaussian();
        if ((blob == null || atMs >= blob.toMs()) && happens(condition.blobsPerMinute) || blob == null) {
            double radius = Math.sqrt(between(0.02, 0.15) / Math.PI);
            long toMs = atMs + Math.round(between(100, 1_400));
            blob = new GroundTruth(false, atMs, toMs, random.nextDouble(), random.nextDouble(), radius, radius, 0, 0);
        }
        if (atMs >= burstUntilMs && happens(condition.burstsPerMinute)) {
            burstUntilMs = atMs + Math.round(between(200, 1_000));
            burst = random.nextBoolean() ? 0.5 : -0.5;
        }
        if (condition.clock && atMs >= clockUntilMs && happens(2)) {
            clockUntilMs = atMs + Math.round(between(500, 8_000));
        }
    }

    private boolean happens(double perMinute) {
        return random.nextDouble() < perMinute / 60 / FPS;
    }

    private void ellipse(double x, double y, double rx, double ry, double score) {
        double reach = 1 + Math.max(0, score) + 3 * condition.edge;
        int left = cell(x - rx * reach, WIDTH);
        int right = cell(x + rx * reach, WIDTH);
        int top = cell(y - ry * reach, HEIGHT);
        int bottom = cell(y + ry * reach, HEIGHT);
        for (int row = top; row < bottom; row++) {
            double dy = ((row + 0.5) / HEIGHT - y) / ry;
            for (int column = left; column < right; column++) {
                double dx = ((column + 0.5) / WIDTH - x) / rx;
                double inside = 1 - Math.sqrt(dx * dx + dy * dy);
                if (inside + score + condition.edge * random.nextGaussian() > 0) {
                    pixels[row * WIDTH + column] = 1;
                }
            }
        }
    }

    private static int cell(double at, int size) {
        return (int) Math.max(0, Math.min(size, Math.round(at * size)));
    }

    private void rectangle() {
        for (int row = 0; row < cell(CLOCK_Y, HEIGHT); row++) {
            Arrays.fill(pixels, row * WIDTH + cell(CLOCK_X, WIDTH), (row + 1) * WIDTH, (byte) 1);
        }
    }

    private Observation observation(long atMs, long sequence) {
        int area = 0;
        for (byte pixel : pixels) {
            area += pixel;
        }
        return Observation.newBuilder()
                .setFrame(FrameId.newBuilder().setCamera(CAMERA).setEpoch(1).setSequence(sequence))
                .setCapturedAtMs(atMs)
                .setObservedAtMs(atMs + 120)
                .setTargetFps(FPS)
                .setModel("scene")
                .addQueries(QueryMask.newBuilder()
                        .setQuery(QUERY)
                        .setMask(Rle.encode(pixels, WIDTH, HEIGHT))
                        .setShare((double) area / pixels.length)
                        .setPeakProbability(area > 0 ? 0.9 : 0.1))
                .build();
    }

    private double between(double from, double to) {
        return from + random.nextDouble() * (to - from);
    }

    private static Point point(double x, double y) {
        return Point.newBuilder().setX(x).setY(y).build();
    }
}
