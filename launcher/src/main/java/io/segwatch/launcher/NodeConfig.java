package io.segwatch.launcher;

import io.segwatch.config.Allowed;
import io.segwatch.config.Configuration;
import io.segwatch.config.MemorySize;
import io.segwatch.contracts.Topic;
import io.segwatch.kafka.Kafka;
import io.smallrye.config.ConfigMapping;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Configuration of a process, whatever it runs; {@code segwatch.properties} says what each key means. */
@ConfigMapping(prefix = "segwatch")
interface NodeConfig extends Configuration.Checked {
    Path dataDir();

    Path credentialsFile();

    Path secretsKeyFile();

    Clients kafka();

    Broker broker();

    Retention retention();

    Admin admin();

    @Override
    default void check() {
        Duration alerts = retention().alerts().time();
        if (alerts.compareTo(Duration.ofHours(2)) < 0) {
            throw new IllegalArgumentException("segwatch.retention.alerts.time is " + Configuration.text(alerts)
                    + "; it must be 2h or more, for an alert waits there until its webhooks have it");
        }
    }

    /** Folder of the embedded broker, with the file that lets programs of the same user in. */
    default Path brokerFolder() {
        return dataDir().resolve("kafka");
    }

    /**
     * The Kafka that the configuration names; where it is the embedded broker of another process with the same data
     * folder, its password is found there.
     *
     * @throws IOException when the file of client settings cannot be read
     */
    default Kafka connect() throws IOException {
        String servers = kafka().bootstrapServers()
                .orElseThrow(() -> new IllegalArgumentException(
                        "segwatch.kafka.bootstrap-servers is empty, and this process runs no broker. Give host:port, or"
                                + " add broker to --roles."));
        Map<String, String> client = Map.of();
        Path embedded = brokerFolder().resolve("client.properties");
        if (kafka().clientFile().isPresent()) {
            client = Configuration.read(kafka().clientFile().get());
        } else if (Files.isReadable(embedded)) {
            Kafka local = Kafka.local(embedded, kafka().partitions());
            client = local.bootstrapServers().equals(servers) ? local.client() : client;
        }
        return new Kafka(servers, kafka().partitions(), kafka().replicationFactor(), client);
    }

    /** How long facts are kept, and how much of them; each key is one topic's. */
    interface Retention {
        @Allowed(min = "1GiB", max = "1024TiB")
        Optional<MemorySize> disk();

        Kept frames();

        Kept observations();

        Kept instanceMasks();

        Kept areas();

        Kept areaMinutes();

        Kept areaHours();

        Kept alerts();

        Kept alertEvents();

        Kept areaEvents();

        Kept evidence();

        Kept features();

        Kept thumbnails();

        Kept clips();

        Kept deadLetter();

        Kept audit();

        Kept looks();

        default Map<Topic<?>, io.segwatch.contracts.Retention> byTopic() {
            return Map.ofEntries(
                    Map.entry(Topic.FRAMES, frames().value()),
                    Map.entry(Topic.OBSERVATIONS, observations().value()),
                    Map.entry(Topic.INSTANCE_MASKS, instanceMasks().value()),
                    Map.entry(Topic.AREAS, areas().value()),
                    Map.entry(Topic.AREA_MINUTES, areaMinutes().value()),
                    Map.entry(Topic.AREA_HOURS, areaHours().value()),
                    Map.entry(Topic.ALERTS, alerts().value()),
                    Map.entry(Topic.ALERT_EVENTS, alertEvents().value()),
                    Map.entry(Topic.AREA_EVENTS, areaEvents().value()),
                    Map.entry(Topic.EVIDENCE, evidence().value()),
                    Map.entry(Topic.FEATURES, features().value()),
                    Map.entry(Topic.THUMBNAILS, thumbnails().value()),
                    Map.entry(Topic.CLIPS, clips().value()),
                    Map.entry(Topic.DEAD_LETTER, deadLetter().value()),
                    Map.entry(Topic.AUDIT, audit().value()),
                    Map.entry(Topic.LOOKS, looks().value()));
        }
    }

    /** What each partition of a topic keeps. */
    interface Kept {
        @Allowed(min = "1m", max = "3650d")
        Duration time();

        @Allowed(min = "32MiB", max = "64TiB")
        MemorySize size();

        default io.segwatch.contracts.Retention value() {
            return new io.segwatch.contracts.Retention(time(), size().bytes());
        }
    }

    /** The Kafka that this process works with. */
    interface Clients {
        Optional<String> bootstrapServers();

        @Allowed(min = "1", max = "1000")
        int partitions();

        @Allowed(min = "1", max = "9")
        short replicationFactor();

        Optional<Path> clientFile();

        Optional<Path> topicFile();
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
