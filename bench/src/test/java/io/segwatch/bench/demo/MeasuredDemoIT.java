package io.segwatch.bench.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.segwatch.launcher.DemoProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MeasuredDemoIT {
    @TempDir
    Path folder;

    @Test
    void reportsWhatItMeasuredAndResumesWithItsData() throws Exception {
        Path report = folder.resolve("report.json");
        try (DemoProcess demo = DemoProcess.start(
                folder.resolve("data"),
                "--headless",
                "--duration",
                "15s",
                "--span",
                "5s",
                "--profile",
                "--report",
                report.toString())) {
            assertThat(demo.awaitExit()).isZero();
        }
        JsonNode first = new ObjectMapper().readTree(report.toFile());
        assertThat(first.at("/frames/observed").asLong()).isPositive();
        assertThat(first.at("/frames/shown").asLong()).isPositive();
        assertThat(first.at("/frames/encoded").asLong())
                .isLessThanOrEqualTo(first.at("/frames/published").asLong());
        assertThat(first.at("/captureToObservationMs/p95").asLong()).isPositive();
        assertThat(first.at("/windows").asLong()).isPositive();
        assertThat(first.at("/memory/peakRssMiB").asLong()).isPositive();
        assertThat(first.at("/provider").asText()).isNotEmpty();
        assertThat(first.at("/framesEachSpan").size()).isPositive();
        assertThat(first.at("/profile/steps/encode").asDouble()).isPositive();
        assertThat(first.at("/profile/cpuMsOfFrame").asDouble())
                .isGreaterThan(first.at("/profile/steps/encode").asDouble());

        Files.delete(report);
        try (DemoProcess demo =
                DemoProcess.start(folder.resolve("data"), "--headless", "--report", report.toString())) {
            demo.awaitLivePage();
            // 128 + SIGINT, as shells expect of a program that Ctrl-C ended.
            assertThat(demo.interrupt()).isEqualTo(130);
            assertThat(demo.output()).anyMatch(line -> line.startsWith("Stopped"));
        }
        assertThat(new ObjectMapper()
                        .readTree(report.toFile())
                        .at("/frames/observed")
                        .asLong())
                .isPositive();
    }
}
