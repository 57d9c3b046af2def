package io.segwatch.topology;

import io.segwatch.contracts.KafkaAddress;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** The role in a process of its own, to be killed. Arguments: bootstrap servers, partitions, state folder. */
final class TopologyProcess {
    static final String READY = "ready";

    private TopologyProcess() {}

    public static void main(String[] args) throws InterruptedException {
        KafkaAddress kafka = KafkaAddress.local(args[0], Integer.parseInt(args[1]));
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
                defaults.groupProtocol());
        TopologyRole role = TopologyRole.start(kafka, config);
        while (role.notReady().isPresent()) {
            Thread.sleep(20);
        }
        System.out.println(READY);
        new CountDownLatch(1).await();
    }
}
