package io.segwatch.bench.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.segwatch.bench.results.BenchMeasure.Conditions;
import io.segwatch.bench.results.ChildRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** One run of the whole service as {@code ./segwatch demo} starts it, on new data. */
record ServiceRun(JsonNode report) {
    /** Most of all on a busy machine; a free one takes some seconds. */
    private static final Duration STARTING = Duration.ofMinutes(8);

    /** Frames are counted over three spans of this length: cold, profiled, warm. */
    static ServiceRun of(Conditions conditions, Path video, int wantedFps, Duration span, int number)
            throws IOException, InterruptedException {
        Path config = conditions.work().resolve("service.properties");
        Files.write(
                config,
                List.of(
                        "segwatch.ingest.target-fps=" + wantedFps,
                        // The loops that it is compared with run ONNX Runtime too.
                        "segwatch.inference.provider=cpu",
                        "segwatch.admin.port=0"));
        Path report = conditions.work().resolve("service-" + number + ".json");
        // A little longer, so that the third span is over.
        long seconds = 3 * span.toSeconds() + 3;
        ChildRun.output(
                Duration.ofSeconds(seconds).plus(STARTING),
                conditions.home(),
                List.of(
                        "env",
                        "SEGWATCH_BUILD=no",
                        conditions.home().resolve("segwatch").toString(),
                        "demo",
                        "--headless",
                        "--profile",
                        "--port",
                        "0",
                        "--video",
                        video.toString(),
                        "--config",
                        config.toString(),
                        "--model",
                        conditions.model().toString(),
                        "--data-dir",
                        conditions.work().resolve("data-" + number).toString(),
                        "--span",
                        span.toSeconds() + "s",
                        "--duration",
                        seconds + "s",
                        "--report",
                        report.toString()));
        ServiceRun run = new ServiceRun(new ObjectMapper().readTree(report.toFile()));
        if (run.report.path("framesEachSpan").size() < 3) {
            throw new IOException("The service was not observed over three spans: " + run.report);
        }
        return run;
    }

    /** Frames observed a second, in a span. */
    double fps(int span) {
        return report.path("framesEachSpan").get(span).asDouble()
                / report.path("spanSeconds").asDouble();
    }

    JsonNode profile() {
        return report.path("profile");
    }

    int inputWidth() {
        return report.path("inputWidth").asInt();
    }

    int inputHeight() {
        return report.path("inputHeight").asInt();
    }
}
