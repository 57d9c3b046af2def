package io.segwatch.inference.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.segwatch.kafka.ForkedProcess;
import io.segwatch.kafka.TestKafka;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class KilledWorkerIT {
    /** Less than Kafka waits for a process that died when nobody tells it otherwise. */
    private static final Duration SOON = Duration.ofSeconds(35);

    @RegisterExtension
    static final TestKafka KAFKA = new TestKafka(2);

    @TempDir
    Path folder;

    @Test
    void theCamerasOfAWorkerThatWasKilledGoOnWithAnotherSoon() throws Exception {
        try (ForkedProcess worker = new ForkedProcess(
                WorkerProcess.class, folder, KAFKA.clientFile().toString())) {
            worker.startAndWait();
            worker.kill();
            try (InferenceRole other = WorkerProcess.start(KAFKA.kafka())) {
                await().atMost(SOON).until(() -> other.notReady().isEmpty());
                assertThat(other.alive()).isTrue();
            }
        }
    }
}
