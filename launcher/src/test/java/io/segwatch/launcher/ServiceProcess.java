package io.segwatch.launcher;

import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** `./segwatch run` as a person starts it: the script, in a process of its own, on free ports. */
final class ServiceProcess implements AutoCloseable {
    private static final Duration STARTS_WITHIN = Duration.ofMinutes(4);

    private final Process process;
    private final List<String> output = new CopyOnWriteArrayList<>();

    private ServiceProcess(Process process) {
        this.process = process;
    }

    /**
     * Starts it.
     *
     * @param around what the script is started with, for example another root; empty for nothing
     * @param environment over that of this process
     */
    static ServiceProcess start(Path dataDir, List<String> around, Map<String, String> environment, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(around);
        command.add("../segwatch");
        command.addAll(List.of(arguments));
        return start(dataDir, command, environment);
    }

    /** Starts a command line of its own in place of the script. */
    static ServiceProcess start(Path dataDir, List<String> command, Map<String, String> environment)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment()
                .putAll(Map.of(
                        "SEGWATCH_BUILD", "no",
                        "SEGWATCH_DATA_DIR", dataDir.toAbsolutePath().toString(),
                        "SEGWATCH_ADMIN_PORT", "0",
                        "SEGWATCH_DASHBOARD_PORT", "0"));
        builder.environment().putAll(environment);
        ServiceProcess service = new ServiceProcess(builder.start());
        Thread reader = new Thread(service::read, "service-output");
        reader.setDaemon(true);
        reader.start();
        return service;
    }

    private void read() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            lines.lines().forEach(line -> {
                System.out.println("service: " + line);
                output.add(line);
            });
        } catch (UncheckedIOException | IOException e) {
            // The process has ended.
        }
    }

    List<String> output() {
        return output;
    }

    /** The first line with this text. */
    String awaitLine(String text) {
        await("a line with '" + text + "'")
                .atMost(STARTS_WITHIN)
                .failFast("the process ended: " + output, () -> !process.isAlive() && line(text) == null)
                .until(() -> line(text) != null);
        return line(text);
    }

    private String line(String text) {
        return output.stream().filter(line -> line.contains(text)).findFirst().orElse(null);
    }

    /** As Kubernetes does; the exit status. */
    int terminate() throws InterruptedException {
        process.destroy();
        return awaitExit();
    }

    int awaitExit() throws InterruptedException {
        if (!process.waitFor(4, TimeUnit.MINUTES)) {
            throw new AssertionError("The process did not end: " + output);
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
