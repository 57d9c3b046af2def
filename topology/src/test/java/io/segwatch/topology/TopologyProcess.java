package io.segwatch.topology;

import io.segwatch.config.Configuration;
import io.segwatch.kafka.Kafka;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * The role in a process of its own, to be killed. Arguments: broker's folder, partitions, state folder, file to make
 * when ready.
 */
final class TopologyProcess {
    private TopologyProcess() {}

    public static void main(String[] args) throws InterruptedException, IOException {
        Kafka kafka = Kafka.local(Path.of(args[0], "client.properties"), Integer.parseInt(args[1]));
        // Only event time may close anything: how long the test takes must not show.
        TopologyConfig config = Configuration.of(Map.of(
                        "segwatch.topology.state-dir",
                        args[2],
                        "segwatch.topology.silence",
                        "1h",
                        "segwatch.topology.cloudevents",
                        "alerts,areas",
                        "segwatch.topology.cloudevents-window",
                        "1s"))
                .get(TopologyConfig.class);
        TopologyRole role = TopologyRole.start(kafka, config);
        while (role.notReady().isPresent()) {
            Thread.sleep(20);
        }
        Files.createFile(Path.of(args[3]));
        new CountDownLatch(1).await();
    }
}
