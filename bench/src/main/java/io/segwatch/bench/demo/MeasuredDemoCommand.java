package io.segwatch.bench.demo;

import io.segwatch.kafka.Kafka;
import io.segwatch.launcher.DemoCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code segwatch demo}, measured: frames, latencies, alerts and memory. */
@Command(name = "demo", footer = "", mixinStandardHelpOptions = true)
public final class MeasuredDemoCommand extends DemoCommand {
    @Option(names = "--headless", description = "Watch the page's own stream without a browser, and measure it.")
    private boolean headless;

    @Option(names = "--report", paramLabel = "FILE", description = "Write what was measured, as JSON, at the end.")
    private Path file;

    @Option(
            names = "--span",
            defaultValue = "60s",
            converter = DurationText.class,
            description = "Count frames over spans of this length, from the first observation on (${DEFAULT-VALUE}).")
    private Duration span;

    @Option(names = "--profile", description = "Report what the CPU does in the second span, by step.")
    private boolean profile;

    private DemoReport report;
    private HeadlessPage viewer;

    @Override
    protected void started(Kafka kafka, URI page, String camera) {
        report = new DemoReport(kafka, span, profile);
        if (headless) {
            DemoReport measured = report;
            viewer = HeadlessPage.open(page, camera, (capturedAtMs, observed) -> {
                if (observed) {
                    measured.shown(capturedAtMs);
                }
            });
        }
    }

    @Override
    protected void stopping(PrintWriter out) throws IOException {
        if (viewer != null) {
            viewer.close();
        }
        try (DemoReport measured = report) {
            if (file != null) {
                measured.write(file);
                out.println("Report: " + file);
                out.flush();
            }
        }
    }
}
