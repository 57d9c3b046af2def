package io.segwatch.ingest;

import io.segwatch.config.Configuration;
import io.segwatch.kafka.Kafka;
import io.segwatch.secrets.Credentials;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** The role as the main class of a process. Arguments: client file of the broker, folder. */
final class IngestProcess {
    private IngestProcess() {}

    public static void main(String[] args) throws Exception {
        IngestConfig config = Configuration.of(Map.of(
                        "segwatch.ingest.pixels", "65536",
                        "segwatch.ingest.share", "true",
                        "segwatch.ingest.retry-first", "100ms",
                        "segwatch.ingest.retry-most", "400ms"))
                .get(IngestConfig.class);
        IngestRole role = IngestRole.start(
                Kafka.local(Path.of(args[0]), 3), config, new Credentials(Path.of(args[1], "credentials.properties")));
        Runtime.getRuntime().addShutdownHook(new Thread(role::close));
        new CountDownLatch(1).await();
    }
}
