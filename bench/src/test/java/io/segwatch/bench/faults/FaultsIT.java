package io.segwatch.bench.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command as a person starts it, with one fault of many. */
class FaultsIT {
    private static final String ALERTS_DUE_AND_NONE_LOST_OR_DOUBLED =
            "\\| topology-killed \\|.*\\| [1-9]\\d* / 0 / 0 \\|.*";

    @TempDir
    Path folder;

    @Test
    void bringsAFaultAboutAndPutsWhatItMeasuredIntoTheTable() throws Exception {
        Path table = folder.resolve("table.md");
        Files.writeString(table, "before\n<!-- measured by bench/faults -->\n<!-- end -->\nafter\n");
        Path output = folder.resolve("output");
        ProcessBuilder command = new ProcessBuilder(
                        "../bench/faults",
                        "--only",
                        "topology-killed",
                        "--rounds",
                        "1",
                        "--folder",
                        folder.resolve("run").toString(),
                        "--write",
                        table.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        command.environment().put("SEGWATCH_BUILD", "no");
        Process process = command.start();
        try {
            assertThat(process.waitFor(6, TimeUnit.MINUTES)).isTrue();
        } finally {
            process.destroy();
        }
        assertThat(process.exitValue()).as(Files.readString(output)).isZero();
        assertThat(Files.readAllLines(table))
                .startsWith("before")
                .endsWith("after")
                .anyMatch(line -> line.matches(ALERTS_DUE_AND_NONE_LOST_OR_DOUBLED));
    }
}
