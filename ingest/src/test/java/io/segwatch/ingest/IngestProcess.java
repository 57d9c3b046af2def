package io.segwatch.ingest;

import io.segwatch.config.Configuration;
import io.segwatch.kafka.Kafka;
import io.segwatch.secrets.Credentials;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The role in a process of its own, which can be killed and made to stand still. */
final class IngestProcess implements AutoCloseable {
    private final Process process;

    private IngestProcess(Process process) {
        this.process = process;
    }

    /** @param clientFile of the broker */
    static IngestProcess start(Path clientFile, Path folder) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return new IngestProcess(new ProcessBuilder(
                        java,
                        "-Xmx160m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        IngestProcess.class.getName(),
                        clientFile.toString(),
                        folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(Redirect.INHERIT)
                .start());
    }

    public static void main(String[] args) throws Exception {
        IngestConfig config = Configuration.of(Map.of(
                        "segwatch.ingest.pixels", "65536",
                        "segwatch.ingest.share", "true",
                        "segwatch.ingest.retry-first", "100ms",
                        "segwatch.ingest.retry-most", "400ms"))
                .get(IngestConfig.class);
        IngestRole role = IngestRole.start(
                Kafka.local(Path.of(args[0]), 3), config, new Credentials(Path.of(args[1], "credentials.properties")));
        Runtime.getRuntime().addShutdownHook(new Thread(role::close));
        new CountDownLatch(1).await();
    }

    /** Without a word. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** It does not run until it is {@link #resume}d. */
    void pause() throws Exception {
        signal("STOP");
    }

    void resume() throws Exception {
        signal("CONT");
    }

    private void signal(String name) throws Exception {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor(10, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
