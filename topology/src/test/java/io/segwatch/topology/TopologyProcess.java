package io.segwatch.topology;

import io.segwatch.kafka.Kafka;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/**
 * The role in a process of its own, to be killed. Arguments: port, partitions, state folder, file to make when ready.
 */
final class TopologyProcess {
    private TopologyProcess() {}

    public static void main(String[] args) throws InterruptedException, IOException {
        Kafka kafka = Kafka.local("127.0.0.1:" + args[0], Integer.parseInt(args[1]));
        TopologyConfig defaults = TopologyConfig.defaults();
        // Only event time may close anything: how long the test takes must not show.
        TopologyConfig config = new TopologyConfig(
                Path.of(args[2]),
                1,
                100,
                2_000,
                3_600_000,
                30_000,
                5_000,
                0,
                16 << 20,
                8 << 20,
                defaults.driftSpanMs(),
                defaults.calibrationsPerCamera(),
                defaults.driftEnter(),
                defaults.driftExit(),
                defaults.applicationServer(),
                defaults.groupProtocol());
        TopologyRole role = TopologyRole.start(kafka, config);
        while (role.notReady().isPresent()) {
            Thread.sleep(20);
        }
        Files.createFile(Path.of(args[3]));
        new CountDownLatch(1).await();
    }
}
