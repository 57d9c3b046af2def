package io.segwatch.bench.faults;

import io.segwatch.bench.demo.HeadlessPage;
import io.segwatch.contracts.Topic;
import io.segwatch.v1.Camera;
import io.segwatch.v1.Query;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Lets all roles work for long, and looks whether memory grows and every camera gets its share. */
@Command(
        name = "soak",
        description = "Run many cameras at a fixed budget for long; exit code 1 when memory grows, a camera is served"
                + " less than others, or an alert is lost.",
        mixinStandardHelpOptions = true)
final class SoakCommand implements Callable<Integer> {
    /** Touched at the start, so that what grows is no heap that was always allowed. */
    private static final List<String> JAVA =
            List.of("-Xms256m", "-Xmx256m", "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC", "-XX:MaxDirectMemorySize=256m");

    private static final int CAMERA_FPS = 2;
    private static final int SAMPLE_SECONDS = 10;

    @Option(names = "--cameras", defaultValue = "16", description = "Cameras (${DEFAULT-VALUE}).")
    private int cameras;

    @Option(names = "--minutes", defaultValue = "60", description = "Measured time (${DEFAULT-VALUE}).")
    private int minutes;

    @Option(names = "--warm-up", paramLabel = "MINUTES", description = "Before that; a sixth of it by default.")
    private Integer warmUp;

    @Option(names = "--fps", defaultValue = "0.25", description = "Frames a second of each camera (${DEFAULT-VALUE}).")
    private double fps;

    @Option(names = "--folder", paramLabel = "DIR", description = "For data, logs, memory.csv and soak.md.")
    private Path folder;

    @Spec
    private CommandSpec spec;

    private PrintWriter out;

    @Override
    public Integer call() throws Exception {
        if (cameras < 1 || cameras > 64 || minutes < 1 || minutes > 20_000 || fps < 0.1 || fps > CAMERA_FPS) {
            throw new ParameterException(
                    spec.commandLine(), "--cameras must be 1..64, --minutes 1..20000, --fps 0.1.." + CAMERA_FPS);
        }
        out = spec.commandLine().getOut();
        Path home = (folder == null ? Files.createTempDirectory("segwatch-soak") : Files.createDirectories(folder))
                .toAbsolutePath();
        say("Data and logs: " + home);
        int warm = warmUp == null ? Math.max(1, minutes / 6) : warmUp;
        Clip clip = Clip.draw(home.resolve("clip.mp4"), "h264", 320, 192, CAMERA_FPS, 60 * (minutes + warm + 30));
        Map<String, String> settings = Map.of(
                "segwatch.inference.threads", "1",
                "segwatch.ingest.pixels", "61440",
                "segwatch.ingest.max-cameras", Integer.toString(cameras));
        try (TestBed bed = new TestBed(home, home.resolve("data"), JAVA, settings, clip, this::say);
                CameraServer server = new CameraServer(home)) {
            server.start(clip);
            List<String> ids = define(bed, server);
            say("Warming up for " + warm + " minutes");
            HeadlessPage page = HeadlessPage.open(URI.create(bed.deployment.page), ids.get(0), (at, observed) -> {});
            try {
                TimeUnit.MINUTES.sleep(warm);
                return report(bed, ids, home);
            } finally {
                page.close();
            }
        }
    }

    private List<String> define(TestBed bed, CameraServer server) throws Exception {
        bed.deployment.start("inference", "dashboard");
        bed.deployment.define(
                Topic.QUERIES,
                "bar",
                Query.newBuilder().setId("bar").setText("white bar").build());
        bed.deployment.start("ingest");
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < cameras; i++) {
            String id = "camera-" + i;
            ids.add(id);
            bed.deployment.define(
                    Topic.CAMERAS,
                    id,
                    Camera.newBuilder()
                            .setId(id)
                            .setUrl(server.url())
                            .setTargetFps(fps)
                            .build());
        }
        for (String id : ids) {
            Waiting.until(
                    "camera " + id + " is served",
                    Duration.ofMinutes(5),
                    () -> !bed.watch.observations(id).isEmpty());
        }
        return ids;
    }

    private int report(TestBed bed, List<String> ids, Path home) throws Exception {
        SoakRecord record = new SoakRecord(home.resolve("memory.csv"), bed.deployment.processes());
        Measured measured = bed.measure(
                new Fault("soak", "", 1, (same, rounds, result) -> {
                    long start = System.nanoTime();
                    for (int i = 1; i <= minutes * 60 / SAMPLE_SECONDS; i++) {
                        record.sample();
                        if (i % (60 / SAMPLE_SECONDS) == 0) {
                            say(record.line());
                        }
                        TimeUnit.NANOSECONDS.sleep(
                                start + TimeUnit.SECONDS.toNanos((long) i * SAMPLE_SECONDS) - System.nanoTime());
                    }
                    ids.forEach(id -> record.served(bed.watch.observations(id).stream()
                            .filter(observation -> observation.nanos() > start)
                            .count()));
                }),
                1);
        String text = record.markdown(minutes, fps, measured);
        Files.writeString(home.resolve("soak.md"), text);
        out.println(text);
        out.flush();
        return record.holds() && measured.broken.isEmpty() ? 0 : 1;
    }

    private void say(String line) {
        out.println(line);
        out.flush();
    }
}
