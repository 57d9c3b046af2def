package io.segwatch.inference.worker;

import static org.awaitility.Awaitility.await;

import io.segwatch.config.Configuration;
import io.segwatch.inference.TinyModel;
import io.segwatch.kafka.Kafka;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** A worker as the main class of a process. Arguments: client file of the broker, file to make when it has cameras. */
final class WorkerProcess {
    private WorkerProcess() {}

    public static void main(String[] args) throws Exception {
        InferenceRole role = start(Kafka.local(Path.of(args[0]), 2));
        await().atMost(Duration.ofMinutes(1)).until(() -> role.notReady().isEmpty());
        Files.createFile(Path.of(args[1]));
        new CountDownLatch(1).await();
    }

    static InferenceRole start(Kafka kafka) throws InterruptedException {
        return InferenceRole.start(
                kafka,
                Configuration.of(Map.of("segwatch.inference.model", TinyModel.FOLDER.toString()))
                        .get(InferenceConfig.class));
    }
}
