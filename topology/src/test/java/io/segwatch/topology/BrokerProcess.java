package io.segwatch.topology;

import io.segwatch.broker.EmbeddedBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** The broker in a process of its own, to be killed. Arguments: port, data folder, file to make when ready. */
final class BrokerProcess {
    private BrokerProcess() {}

    public static void main(String[] args) throws InterruptedException, IOException {
        try (EmbeddedBroker broker = EmbeddedBroker.start(Path.of(args[1]), Integer.parseInt(args[0]), 0)) {
            Files.writeString(Path.of(args[2]), broker.bootstrapServers());
            new CountDownLatch(1).await();
        }
    }
}
