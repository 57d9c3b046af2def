package io.segwatch.inference.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.segwatch.contracts.Topic;
import io.segwatch.kafka.ForkedProcess;
import io.segwatch.kafka.Kafka;
import io.segwatch.kafka.TestKafka;
import io.segwatch.kafka.TopicReader;
import io.segwatch.v1.Observation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class KilledWorkerIT {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    /** Less than Kafka waits for a process that died when nobody tells it otherwise. */
    private static final Duration SOON = Duration.ofSeconds(35);
    /** On both partitions. */
    private static final List<String> CAMERAS = List.of("a", "b", "c", "d", "e", "f");

    @RegisterExtension
    static final TestKafka KAFKA = new TestKafka(2);

    @TempDir
    Path folder;

    @Test
    void theCamerasOfAWorkerThatWasKilledGoOnWithAnotherSoon() throws Exception {
        try (InferenceRole other = WorkerProcess.start(KAFKA.kafka());
                TopicReader<Observation> observations = new TopicReader<>(KAFKA.kafka(), Topic.OBSERVATIONS);
                ForkedProcess worker = new ForkedProcess(
                        WorkerProcess.class, folder, KAFKA.clientFile().toString())) {
            await().atMost(PATIENCE).until(() -> other.notReady().isEmpty());
            worker.startAndWait();
            worker.kill();
            AtomicLong sequence = new AtomicLong();
            await().atMost(SOON).pollInterval(Duration.ofSeconds(1)).untilAsserted(() -> {
                send(sequence.incrementAndGet());
                assertThat(CAMERAS)
                        .allSatisfy(
                                camera -> assertThat(observations.of(camera)).isNotEmpty());
            });
        }
    }

    private static void send(long sequence) throws Exception {
        for (String camera : CAMERAS) {
            Kafka.sender(Topic.FRAMES, KAFKA.producer(), "test")
                    .send(camera, Pictures.frame(camera, 1, sequence, 256, 192))
                    .get();
        }
    }
}
