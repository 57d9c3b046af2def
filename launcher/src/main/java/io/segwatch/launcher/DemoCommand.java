package io.segwatch.launcher;

import io.segwatch.config.Configuration;
import io.segwatch.ingest.IngestConfig;
import io.segwatch.kafka.Kafka;
import io.segwatch.launcher.log.ProcessOutput;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The first thing that a newcomer runs: everything in one process, on real footage, with queries and a rule set up.
 * Public for the benchmarks, which measure it.
 */
@Command(
        name = "demo",
        description = "Everything in one process, on real street footage or a video of yours, with queries and a rule.",
        footer = "%nIn a checkout, --headless and --report FILE measure the demo.",
        mixinStandardHelpOptions = true)
public class DemoCommand implements Callable<Integer> {
    private static final int WAITS_BETWEEN_REMINDERS = 40;

    @Spec
    private CommandSpec spec;

    @Option(names = "--video", paramLabel = "FILE|URL", description = "Watch this rather than the street.")
    private String video;

    @Option(
            names = "--webcam",
            arity = "0..1",
            fallbackValue = "/dev/video0",
            paramLabel = "DEVICE",
            description = "Watch a V4L2 device, default ${FALLBACK-VALUE}.")
    private String webcam;

    @Option(names = "--port", description = "Of the page; 0 takes any free one. Default 8844.")
    private Integer port;

    @Option(names = "--config", paramLabel = "FILE", description = "Properties over the defaults.")
    private Path config;

    @Option(names = "--data-dir", paramLabel = "DIR", description = "Kept from run to run. Default: data/demo.")
    private Path dataDir;

    @Option(names = "--model", paramLabel = "DIR", description = "Model directory. Default: models/default.")
    private Path model;

    @Option(
            names = "--duration",
            converter = DurationText.class,
            description = "Stop by itself after so long, for example 60s, 10m.")
    private Duration duration;

    @Override
    public Integer call() throws Exception {
        ProcessOutput.begin(spec.commandLine());
        PrintWriter out = spec.commandLine().getOut();
        long started = System.nanoTime();
        String url = cameraUrl(out);
        CountDownLatch stop = new CountDownLatch(1);
        Shutdown.onSignal(stop::countDown);
        try {
            try (Node node = Node.start(
                            configuration(url), EnumSet.allOf(Node.RoleName.class), line -> print(out, line));
                    FirstObservation first = new FirstObservation(node.kafka())) {
                new DemoDefinitions(node.kafka()).define(url);
                print(out, "Page: " + node.pageUrl());
                started(node.kafka(), URI.create(node.pageUrl()), DemoDefinitions.CAMERA);
                run(node, first, stop, started, out);
                stopping(out);
            }
            print(out, "Stopped; the data is kept and the next start continues with it.");
        } finally {
            Shutdown.done();
        }
        return CommandLine.ExitCode.OK;
    }

    /** The demo runs and its camera is defined; does nothing here. */
    protected void started(Kafka kafka, URI page, String camera) {}

    /** The demo is about to stop, and all its roles still run; does nothing here. */
    protected void stopping(PrintWriter out) throws IOException {}

    private void run(Node node, FirstObservation first, CountDownLatch stop, long started, PrintWriter out)
            throws InterruptedException {
        awaitOverlay(node, first, stop, started, out);
        if (duration == null) {
            stop.await();
        } else {
            stop.await(duration.toMillis(), TimeUnit.MILLISECONDS);
        }
        print(out, "Stopping");
    }

    private static void awaitOverlay(
            Node node, FirstObservation first, CountDownLatch stop, long started, PrintWriter out)
            throws InterruptedException {
        print(out, "Waiting for the first overlay");
        for (long waits = 1; stop.getCount() > 0 && !first.await(Duration.ofMillis(250)); waits++) {
            if (waits % WAITS_BETWEEN_REMINDERS == 0) {
                print(out, "Still no overlay: " + String.join("; ", node.notReady()));
            }
        }
        if (stop.getCount() > 0) {
            print(
                    out,
                    String.format(
                            Locale.ROOT,
                            "Live after %.1f s. Open the page and type what you look for; stop with Ctrl-C.",
                            (System.nanoTime() - started) / 1e9));
        }
    }

    /** The folders that are configured, and that of the demo's own video. */
    private String fileRoots(Path video) throws IOException {
        List<Path> configured = Configuration.inspect(config, Map.of())
                .get(IngestConfig.class)
                .fileRoots()
                .orElse(List.of());
        return Stream.concat(configured.stream(), Stream.of(video.getParent()))
                .distinct()
                .map(Path::toString)
                .collect(Collectors.joining(","));
    }

    Configuration configuration(String url) throws IOException {
        Map<String, String> overrides = new HashMap<>();
        overrides.put(
                "segwatch.data-dir",
                dataDir == null ? "data/demo" : dataDir.toAbsolutePath().toString());
        overrides.put("segwatch.ingest.v4l2", Boolean.toString(webcam != null));
        if (url.startsWith("file:")) {
            overrides.put("segwatch.ingest.file-roots", fileRoots(Path.of(URI.create(url))));
        }
        if (port != null) {
            overrides.put("segwatch.dashboard.port", port.toString());
        }
        if (model != null) {
            overrides.put("segwatch.inference.model", model.toAbsolutePath().toString());
        }
        return Configuration.load(config, overrides);
    }

    private String cameraUrl(PrintWriter out) throws IOException, InterruptedException {
        if (video != null && webcam != null) {
            throw new ParameterException(spec.commandLine(), "Give --video or --webcam, not both.");
        }
        if (webcam != null) {
            return "v4l2:" + webcam;
        }
        if (video == null) {
            return new DemoFootage(DemoFootage.defaultCache(), line -> print(out, line))
                    .fetch()
                    .toUri()
                    .toString();
        }
        if (video.contains("://")) {
            return video;
        }
        Path file = Path.of(video).toAbsolutePath().normalize();
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw new ParameterException(spec.commandLine(), "--video " + video + " is no file that can be read.");
        }
        return file.toUri().toString();
    }

    private static void print(PrintWriter out, String line) {
        out.println(line);
        out.flush();
    }

    /** A duration on the command line: 60s, 10m. */
    public static final class DurationText implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            return Configuration.duration(text);
        }
    }
}
