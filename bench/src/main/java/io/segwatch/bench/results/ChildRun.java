package io.segwatch.bench.results;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Another program, run to its end. */
public final class ChildRun {
    private static final int SHOWN = 2_000;

    private ChildRun() {}

    /**
     * What it wrote to standard output; the rest is thrown away unless it fails.
     *
     * @throws IOException when it is not there, fails or takes longer; with the end of what it said
     */
    public static String output(Duration longest, Path folder, List<String> command)
            throws IOException, InterruptedException {
        Path out = Files.createTempFile("segwatch-bench", ".out");
        Path err = Files.createTempFile("segwatch-bench", ".err");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        try {
            process.getOutputStream().close();
            boolean ended = process.waitFor(longest.toMillis(), TimeUnit.MILLISECONDS);
            if (!ended || process.exitValue() != 0) {
                String why = ended ? "ended with status " + process.exitValue() : "took longer than " + longest;
                throw new IOException(command.get(0) + " " + why + ": " + end(err) + end(out));
            }
            return Files.readString(out);
        } finally {
            end(process);
            Files.deleteIfExists(out);
            Files.deleteIfExists(err);
        }
    }

    private static void end(Process process) throws InterruptedException {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
    }

    private static String end(Path file) throws IOException {
        String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        return text.substring(Math.max(0, text.length() - SHOWN)).trim();
    }
}
