package io.segwatch.delivery;

import io.segwatch.kafka.Kafka;
import io.segwatch.secrets.Secrets;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** The role in a process of its own, to be killed. */
final class DeliveryProcess implements AutoCloseable {
    private final Process process;

    private DeliveryProcess(Process process) {
        this.process = process;
    }

    static DeliveryProcess start(Path clientFile, Path secrets) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return new DeliveryProcess(new ProcessBuilder(
                        java,
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        DeliveryProcess.class.getName(),
                        clientFile.toString(),
                        secrets.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .redirectOutput(new File("target/delivery-process.log"))
                .start());
    }

    public static void main(String[] args) throws InterruptedException, IOException {
        DeliveryRole.start(Kafka.local(Path.of(args[0]), 3), DeliverySetup.config(), new Secrets(Path.of(args[1])));
        new CountDownLatch(1).await();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
