package io.segwatch.dashboard;

import io.segwatch.kafka.Kafka;
import io.segwatch.secrets.Credentials;
import io.segwatch.secrets.Secrets;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** The role in a process of its own, to be killed. */
final class DashboardProcess implements AutoCloseable {
    private final Process process;

    private DashboardProcess(Process process) {
        this.process = process;
    }

    static DashboardProcess start(Path clientFile, Path folder) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return new DashboardProcess(new ProcessBuilder(
                        java,
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        DashboardProcess.class.getName(),
                        clientFile.toString(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .redirectOutput(new File("target/dashboard-process.log"))
                .start());
    }

    public static void main(String[] args) throws InterruptedException, IOException {
        Path folder = Path.of(args[1]);
        DashboardRole.start(
                Kafka.local(Path.of(args[0]), 4),
                RunningDashboard.config(),
                Optional.empty(),
                new Credentials(folder.resolve("killed")),
                new Secrets(folder.resolve("killed-secrets")),
                RunningDashboard.countsFrames,
                Optional.empty(),
                RunningDashboard.WEBHOOK_TESTS,
                RunningDashboard.CAMERA_TESTS);
        new CountDownLatch(1).await();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** As {@code kill -9} does. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    @Override
    public void close() {
        kill();
    }
}
