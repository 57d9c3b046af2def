package io.segwatch.launcher;

import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** `./segwatch demo` as a person starts it: the script, in a process of its own. */
public final class DemoProcess implements AutoCloseable {
    private static final Duration STARTS_WITHIN = Duration.ofMinutes(6);

    private final Process process;
    private final List<String> output = new CopyOnWriteArrayList<>();

    private DemoProcess(Process process) {
        this.process = process;
    }

    public static DemoProcess start(Path dataDir, String... options) throws IOException {
        List<String> command =
                new ArrayList<>(List.of("../segwatch", "demo", "--port", "0", "--data-dir", dataDir.toString()));
        command.addAll(List.of(options));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("SEGWATCH_ADMIN_PORT", "0");
        builder.environment().put("SEGWATCH_BUILD", "no");
        DemoProcess demo = new DemoProcess(builder.start());
        Thread reader = new Thread(demo::read, "demo-output");
        reader.setDaemon(true);
        reader.start();
        return demo;
    }

    private void read() {
        try (BufferedReader lines = process.inputReader()) {
            lines.lines().forEach(line -> {
                System.out.println("demo: " + line);
                output.add(line);
            });
        } catch (UncheckedIOException | IOException e) {
            // The process has ended.
        }
    }

    public List<String> output() {
        return output;
    }

    /** The page's address, once the overlay is live. */
    public String awaitLivePage() {
        awaitLine("Live after");
        return awaitLine("Page: ").substring("Page: ".length());
    }

    String awaitLine(String start) {
        await("a line that starts with '" + start + "'")
                .atMost(STARTS_WITHIN)
                .failFast("the demo ended: " + output, () -> !process.isAlive() && line(start) == null)
                .until(() -> line(start) != null);
        return line(start);
    }

    private String line(String start) {
        return output.stream()
                .filter(line -> line.startsWith(start))
                .findFirst()
                .orElse(null);
    }

    /** As Ctrl-C does; the exit status. */
    public int interrupt() throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
        return awaitExit();
    }

    public int awaitExit() throws InterruptedException {
        if (!process.waitFor(2, TimeUnit.MINUTES)) {
            throw new AssertionError("The demo did not stop: " + output);
        }
        return process.exitValue();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
