package io.segwatch.topology;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A main class in a process of its own, which is ready once it has made the file that is its last argument. */
final class ForkedProcess implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofMinutes(3);

    private final Class<?> main;
    private final Path folder;
    private final List<String> arguments;
    private Process process;

    /** @param folder for its log and the file that says it is ready */
    ForkedProcess(Class<?> main, Path folder, String... arguments) {
        this.main = main;
        this.folder = folder;
        this.arguments = List.of(arguments);
    }

    /** Starts it, unless it runs, and waits until it is ready. */
    void start() throws IOException {
        if (process != null) {
            return;
        }
        Path ready = folder.resolve(main.getSimpleName() + ".ready");
        Files.deleteIfExists(ready);
        Path log = folder.resolve(main.getSimpleName() + ".log");
        process = new ProcessBuilder(command(ready))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        await().atMost(TIMEOUT).until(() -> {
            if (!process.isAlive()) {
                throw new AssertionError(main.getSimpleName() + " ended before it was ready:\n" + tail(log));
            }
            return Files.exists(ready);
        });
    }

    private List<String> command(Path ready) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                main.getName()));
        command.addAll(arguments);
        command.add(ready.toString());
        return command;
    }

    /** As the kernel would: nothing is flushed or closed. */
    void kill() {
        process.destroyForcibly().onExit().join();
        process = null;
    }

    private static String tail(Path log) throws IOException {
        List<String> lines = Files.readAllLines(log);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 40), lines.size()));
    }

    @Override
    public void close() {
        if (process != null) {
            kill();
        }
    }
}
