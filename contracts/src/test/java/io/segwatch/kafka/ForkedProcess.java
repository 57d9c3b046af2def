package io.segwatch.kafka;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A main class in a process of its own, to be killed and started again, or made to stand still. Its last argument is
 * the file that it may make when it is ready.
 */
public final class ForkedProcess implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofMinutes(3);

    private final Class<?> main;
    private final Path folder;
    private final List<String> arguments;
    private Process process;

    /** @param folder for the file that says it is ready */
    public ForkedProcess(Class<?> main, Path folder, String... arguments) {
        this.main = main;
        this.folder = folder;
        this.arguments = List.of(arguments);
    }

    /** Starts it, unless it runs. */
    public ForkedProcess start() throws IOException {
        if (process == null) {
            Files.deleteIfExists(ready());
            process = new ProcessBuilder(command())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                    .start();
        }
        return this;
    }

    /** Starts it, unless it runs, and waits until it is ready. */
    public void startAndWait() throws IOException {
        start();
        await().atMost(TIMEOUT).until(() -> {
            if (!isAlive()) {
                throw new AssertionError(main.getSimpleName() + " ended before it was ready:\n" + tail());
            }
            return Files.exists(ready());
        });
    }

    private Path ready() {
        return folder.resolve(main.getSimpleName() + ".ready");
    }

    private Path log() {
        return Path.of("target", main.getSimpleName() + ".log");
    }

    private List<String> command() {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                main.getName()));
        command.addAll(arguments);
        command.add(ready().toString());
        return command;
    }

    public boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** It does not run until it is {@link #resume}d. */
    public void pause() throws IOException, InterruptedException {
        signal("STOP");
    }

    public void resume() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor(10, TimeUnit.SECONDS);
    }

    /** It ends by itself, as it does when Kubernetes asks it to; if it does not within 20 s, as by {@link #kill}. */
    public void stop() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            kill();
        }
        process = null;
    }

    /** As the kernel would: nothing is flushed or closed. */
    public void kill() {
        process.destroyForcibly().onExit().join();
        process = null;
    }

    private String tail() throws IOException {
        List<String> lines = Files.readAllLines(log());
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 40), lines.size()));
    }

    /** Kills it, if it runs. */
    @Override
    public void close() {
        if (process != null) {
            kill();
        }
    }
}
