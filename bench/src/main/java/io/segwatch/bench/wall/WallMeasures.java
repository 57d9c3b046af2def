package io.segwatch.bench.wall;

import io.segwatch.bench.faults.Deployment;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/**
 * Measures the page and who watches it, on a broker and a dashboard in processes of their own. Pictures are those of a
 * clip and masks are drawn, so that no model takes part. For one thread.
 */
public final class WallMeasures implements AutoCloseable {
    private static final int TILES = 12;
    private static final int TILES_FPS = 4;
    private static final int MOST_TILES = 36;
    private static final int MOST_TILES_FPS = 2;
    private static final int VIEWED_FPS = 5;
    private static final long MOST_KB_A_SECOND = 500;
    private static final double MOST_OF_A_CORE = 0.4;
    private static final long MOST_MB = 60;
    private static final long MOST_SCRIPT_KB = 400;
    private static final long FIRST_PAINT_MS = 300;
    private static final int VISITORS = 5;
    private static final double MOST_TIMES_AS_OLD = 2;
    private static final Duration WARM_UP = Duration.ofSeconds(10);

    private final Deployment deployment;
    private final ClipPictures pictures;
    private final Path chromium;
    private final PrintWriter out;
    private boolean holds = true;

    /**
     * Starts the dashboard.
     *
     * @param folder for what is written
     * @param clip a video
     * @param viewers that may watch at a time
     */
    public WallMeasures(Path folder, Path clip, Path chromium, int viewers, PrintWriter out)
            throws IOException, InterruptedException {
        this.chromium = chromium;
        this.out = out;
        this.pictures = ClipPictures.of(clip);
        String most = Integer.toString(viewers + 100);
        this.deployment = new Deployment(
                folder,
                folder.resolve("data"),
                Deployment.SMALL_JVM,
                Map.of(
                        "segwatch.dashboard.max-viewers", most,
                        "segwatch.dashboard.max-viewers-per-address", most,
                        "segwatch.dashboard.max-connections", Integer.toString(2 * viewers + 1_000)));
        deployment.start("dashboard");
    }

    /** What 12 tiles at 4 frames a second send to a page, and how soon that page is there. */
    public void tiles(Duration duration) throws IOException, InterruptedException {
        try (ReplayedCameras cameras = new ReplayedCameras(deployment, pictures, TILES, TILES_FPS);
                MeasuredPage page = new MeasuredPage(chromium, address(), "wall")) {
            page.awaitTiles(cameras.count());
            row("first paint of the wall, the first ever, ms", page.firstPaintMs(), 0);
            page.pass(WARM_UP);
            row("first paint of the wall, ms", page.firstPaintMs(VISITORS), FIRST_PAINT_MS);
            row("script of the wall, kB", page.scriptBytes() / 1_000.0, MOST_SCRIPT_KB);
            page.countReceived();
            page.pass(duration);
            row(
                    TILES + " tiles at " + TILES_FPS + " fps, kB/s",
                    page.received() / 1_000.0 / duration.toSeconds(),
                    MOST_KB_A_SECOND);
        }
        try (ReplayedCameras cameras = new ReplayedCameras(deployment, pictures, 1, TILES_FPS);
                MeasuredPage page = new MeasuredPage(chromium, address(), "cameras/" + cameras.first())) {
            page.awaitLive();
            row("first paint of a camera, ms", page.firstPaintMs(VISITORS), FIRST_PAINT_MS);
            row("script of a camera, kB", page.scriptBytes() / 1_000.0, MOST_SCRIPT_KB);
        }
    }

    /** What a page with 36 tiles takes of the machine that shows it. */
    public void page(Duration duration) throws IOException, InterruptedException {
        try (ReplayedCameras cameras = new ReplayedCameras(deployment, pictures, MOST_TILES, MOST_TILES_FPS);
                MeasuredPage page = new MeasuredPage(chromium, address(), "wall")) {
            page.awaitTiles(cameras.count());
            page.pass(WARM_UP);
            MeasuredPage.Use before = page.use();
            page.pass(duration);
            MeasuredPage.Use after = page.use();
            String of = MOST_TILES + " tiles at " + MOST_TILES_FPS + " fps: ";
            double seconds = (after.atNanos() - before.atNanos()) / 1e9;
            row(
                    of + "share of a core, the page's process",
                    (after.rendererSeconds() - before.rendererSeconds()) / seconds,
                    MOST_OF_A_CORE);
            row(of + "share of a core, all of the browser", (after.allSeconds() - before.allSeconds()) / seconds, 0);
            row(of + "heap, MB", after.heapBytes() / 1e6, MOST_MB);
            row(of + "growth of the heap, MB", (after.heapBytes() - before.heapBytes()) / 1e6, MOST_MB);
        }
    }

    /** How much older a frame is when it reaches one of many viewers than when it reaches the only one. */
    public void viewers(int many, Duration duration) throws IOException, InterruptedException {
        try (ReplayedCameras cameras = new ReplayedCameras(deployment, pictures, 1, VIEWED_FPS);
                Viewers viewers = new Viewers(address(), cameras.first())) {
            viewers.open(1);
            Thread.sleep(WARM_UP.toMillis());
            Viewers.Ages one = viewers.watch(duration);
            viewers.open(many - 1);
            Thread.sleep(WARM_UP.toMillis());
            Viewers.Ages all = viewers.watch(duration);
            row("1 viewer: p95 age, ms", one.p95Ms(), 0);
            row(many + " viewers: p95 age, ms", all.p95Ms(), 0);
            row(many + " viewers: frames a second, each", all.frames() / (double) many / duration.toSeconds(), 0);
            row(
                    "p95 age beside that of one viewer, times",
                    all.p95Ms() / Math.max(1.0, one.p95Ms()),
                    MOST_TIMES_AS_OLD);
        }
    }

    private URI address() {
        return URI.create(deployment.page() + "/");
    }

    /** @param most what is wanted; 0 for anything */
    private void row(String what, double value, double most) {
        boolean good = most == 0 || value <= most;
        holds &= good;
        out.printf(
                Locale.ROOT,
                "%-52s %10.2f  %s  (load %.1f)%n",
                what,
                value,
                most == 0 ? "" : String.format(Locale.ROOT, "%s %.1f", good ? "<=" : "more than", most),
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
        out.flush();
    }

    /** Whether all that was measured is as wanted. */
    public boolean holds() {
        return holds;
    }

    @Override
    public void close() {
        deployment.close();
    }
}
