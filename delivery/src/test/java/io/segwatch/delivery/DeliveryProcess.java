package io.segwatch.delivery;

import io.segwatch.kafka.Kafka;
import io.segwatch.secrets.Secrets;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** The role as the main class of a process. Arguments: client file of the broker, file of secrets. */
final class DeliveryProcess {
    private DeliveryProcess() {}

    public static void main(String[] args) throws InterruptedException, IOException {
        DeliveryRole.start(Kafka.local(Path.of(args[0]), 3), DeliverySetup.config(), new Secrets(Path.of(args[1])));
        new CountDownLatch(1).await();
    }
}
