package io.segwatch.launcher;

import io.segwatch.config.Allowed;
import io.segwatch.config.Configuration;
import io.segwatch.config.MemorySize;
import io.segwatch.kafka.Kafka;
import io.smallrye.config.ConfigMapping;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Configuration of a process, whatever it runs; {@code segwatch.properties} says what each key means. */
@ConfigMapping(prefix = "segwatch")
interface NodeConfig {
    Path dataDir();

    Path credentialsFile();

    Clients kafka();

    Broker broker();

    Admin admin();

    /** The Kafka that this process works with. */
    interface Clients {
        Optional<String> bootstrapServers();

        @Allowed(min = "1", max = "1000")
        int partitions();

        @Allowed(min = "1", max = "9")
        short replicationFactor();

        Optional<Path> clientFile();

        /**
         * The Kafka that the configuration names.
         *
         * @throws IOException when the file of client settings cannot be read
         */
        default Kafka connect() throws IOException {
            return new Kafka(
                    bootstrapServers()
                            .orElseThrow(() -> new IllegalArgumentException(
                                    "segwatch.kafka.bootstrap-servers is empty, and this process runs no broker."
                                            + " Give host:port, or add broker to --roles.")),
                    partitions(),
                    replicationFactor(),
                    clientFile().isPresent() ? Configuration.read(clientFile().get()) : Map.of());
        }
    }

    /** The embedded broker. */
    interface Broker {
        @Allowed(min = "0", max = "65535")
        int port();

        @Allowed(min = "0B", max = "1TiB")
        MemorySize minFree();
    }

    /** The management server. */
    interface Admin {
        String host();

        @Allowed(min = "0", max = "65535")
        int port();

        Optional<List<String>> names();
    }
}
