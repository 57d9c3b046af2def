package io.segwatch.launcher;

import io.segwatch.dashboard.DashboardConfig;
import io.segwatch.delivery.DeliveryConfig;
import io.segwatch.inference.worker.InferenceConfig;
import io.segwatch.ingest.IngestConfig;
import io.segwatch.kafka.Kafka;
import io.segwatch.topology.TopologyConfig;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeSet;

/**
 * The configuration: the bundled segwatch.properties, over it a file of the user's, over it the environment, over it
 * what a command sets. A key that is not in the bundled file is refused.
 */
final class Settings {
    private static final String BUNDLED = "/segwatch.properties";

    private final SmallRyeConfig config;

    private Settings(SmallRyeConfig config) {
        this.config = config;
    }

    /**
     * Reads the configuration.
     *
     * @param file of the user's, or null
     * @param overrides of the command
     * @throws IllegalArgumentException when a key is unknown, naming it
     */
    static Settings load(Path file, Map<String, String> overrides) throws IOException {
        Map<String, String> defaults = bundled();
        Map<String, String> own = file == null ? Map.of() : read(file);
        TreeSet<String> unknown = new TreeSet<>(own.keySet());
        unknown.removeAll(defaults.keySet());
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(file + " has keys that Segwatch does not know: "
                    + String.join(", ", unknown) + ". segwatch.properties lists all keys.");
        }
        return new Settings(new SmallRyeConfigBuilder()
                .withSources(
                        new PropertiesConfigSource(defaults, "defaults", 100),
                        new PropertiesConfigSource(own, String.valueOf(file), 200),
                        new EnvConfigSource(System.getenv(), 300),
                        new PropertiesConfigSource(overrides, "command", 400))
                .withConverter(Duration.class, 200, new Durations())
                .build());
    }

    /** Segwatch's own folder. */
    static Path home() {
        return Path.of(System.getProperty("segwatch.home", "")).toAbsolutePath();
    }

    Path dataDir() {
        return path("segwatch.data-dir").orElseThrow();
    }

    Path credentialsFile() {
        return path("segwatch.credentials-file").orElseGet(() -> dataDir().resolve("credentials.properties"));
    }

    Path secretsFile() {
        return path("segwatch.delivery.secrets-file").orElseGet(() -> dataDir().resolve("webhook-secrets.properties"));
    }

    Optional<String> bootstrapServers() {
        return optional("segwatch.kafka.bootstrap-servers", String.class);
    }

    int brokerPort() {
        return required("segwatch.broker.port", Integer.class);
    }

    long brokerMinFreeBytes() {
        return required("segwatch.broker.min-free-bytes", Long.class);
    }

    int partitions() {
        return required("segwatch.kafka.partitions", Integer.class);
    }

    String adminHost() {
        return required("segwatch.admin.host", String.class);
    }

    int adminPort() {
        return required("segwatch.admin.port", Integer.class);
    }

    /** The Kafka that the configuration names. */
    Kafka kafka() throws IOException {
        Optional<Path> clientFile = path("segwatch.kafka.client-file");
        return new Kafka(
                bootstrapServers()
                        .orElseThrow(
                                () -> new IllegalArgumentException("segwatch.kafka.bootstrap-servers is empty, and this"
                                        + " process runs no broker. Give host:port, or add broker to --roles.")),
                partitions(),
                required("segwatch.kafka.replication-factor", Short.class),
                clientFile.isPresent() ? read(clientFile.get()) : Map.of());
    }

    IngestConfig ingest() {
        String prefix = "segwatch.ingest.";
        return new IngestConfig(
                required(prefix + "target-fps", Double.class),
                required(prefix + "pixels", Integer.class),
                required(prefix + "multiple", Integer.class),
                required(prefix + "min-side", Integer.class),
                required(prefix + "max-side", Integer.class),
                required(prefix + "jpeg-quality", Integer.class),
                required(prefix + "max-cameras", Integer.class),
                required(prefix + "shard", Integer.class),
                required(prefix + "shards", Integer.class),
                required(prefix + "connect-timeout", Duration.class),
                required(prefix + "read-timeout", Duration.class),
                required(prefix + "stall-after", Duration.class),
                required(prefix + "retry-first", Duration.class),
                required(prefix + "retry-most", Duration.class),
                required(prefix + "in-flight", Integer.class),
                paths(prefix + "file-roots"),
                required(prefix + "v4l2", Boolean.class));
    }

    InferenceConfig inference() {
        String prefix = "segwatch.inference.";
        return new InferenceConfig(
                path(prefix + "model").orElseThrow(() -> new IllegalArgumentException(prefix + "model is empty")),
                required(prefix + "provider", String.class),
                required(prefix + "threads", Integer.class),
                required(prefix + "max-batch", Integer.class),
                required(prefix + "smoothing-ms", Integer.class),
                required(prefix + "ring-seconds", Integer.class),
                required(prefix + "ring-bytes", Long.class),
                required(prefix + "prompt-frames", Integer.class),
                required(prefix + "max-tracks", Integer.class),
                required(prefix + "max-queries", Integer.class),
                required(prefix + "refine-components", Integer.class),
                required(prefix + "max-frame-pixels", Integer.class));
    }

    TopologyConfig topology() {
        String prefix = "segwatch.topology.";
        return new TopologyConfig(
                path(prefix + "state-dir").orElseGet(() -> dataDir().resolve("topology")),
                required(prefix + "threads", Integer.class),
                required(prefix + "commit-interval-ms", Integer.class),
                required(prefix + "grace-ms", Integer.class),
                required(prefix + "silence-ms", Integer.class),
                required(prefix + "alert-silence-ms", Integer.class),
                required(prefix + "update-every-ms", Integer.class),
                required(prefix + "standby-replicas", Integer.class),
                required(prefix + "rocksdb-cache-bytes", Long.class),
                required(prefix + "rocksdb-write-buffer-bytes", Long.class),
                required(prefix + "drift-span-ms", Long.class),
                required(prefix + "calibrations-per-camera", Integer.class),
                required(prefix + "drift-enter", Double.class),
                required(prefix + "drift-exit", Double.class),
                optional(prefix + "application-server", String.class).orElseGet(() -> adminHost() + ":" + adminPort()),
                required(prefix + "group-protocol", String.class));
    }

    DeliveryConfig delivery() {
        String prefix = "segwatch.delivery.";
        return new DeliveryConfig(
                optional(prefix + "instance", String.class).orElseGet(Settings::hostName),
                required(prefix + "max-webhooks", Integer.class),
                required(prefix + "in-flight", Integer.class),
                required(prefix + "max-waiting", Integer.class),
                required(prefix + "attempts", Integer.class),
                required(prefix + "timeout", Duration.class),
                required(prefix + "retry-first", Duration.class),
                required(prefix + "retry-most", Duration.class),
                texts(prefix + "private-targets"));
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    DashboardConfig dashboard() {
        String prefix = "segwatch.dashboard.";
        return new DashboardConfig(
                required(prefix + "host", String.class),
                required(prefix + "port", Integer.class),
                optional(prefix + "token", String.class).orElse(""),
                required(prefix + "max-viewers", Integer.class),
                required(prefix + "max-cameras", Integer.class),
                required(prefix + "max-queries", Integer.class),
                required(prefix + "max-rules", Integer.class),
                required(prefix + "max-webhooks", Integer.class),
                required(prefix + "area-records", Integer.class),
                required(prefix + "alert-records", Integer.class));
    }

    private Optional<Path> path(String key) {
        return optional(key, String.class).map(home()::resolve);
    }

    private List<Path> paths(String key) {
        return texts(key).stream().map(home()::resolve).toList();
    }

    private List<String> texts(String key) {
        return optional(key, String.class)
                .map(text ->
                        List.of(text.split(",")).stream().map(String::strip).toList())
                .orElse(List.of());
    }

    private <T> T required(String key, Class<T> type) {
        return optional(key, type)
                .orElseThrow(
                        () -> new IllegalArgumentException(key + " is empty; segwatch.properties says what it takes"));
    }

    private <T> Optional<T> optional(String key, Class<T> type) {
        try {
            return config.getOptionalValue(key, type);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    key + " cannot be " + config.getConfigValue(key).getRawValue() + ": " + Failures.describe(e), e);
        }
    }

    private static Map<String, String> bundled() throws IOException {
        try (InputStream in = Settings.class.getResourceAsStream(BUNDLED)) {
            Properties properties = new Properties();
            properties.load(in);
            return strings(properties);
        }
    }

    private static Map<String, String> read(Path file) throws IOException {
        Properties properties = new Properties();
        try (Reader in = Files.newBufferedReader(file)) {
            properties.load(in);
        } catch (NoSuchFileException e) {
            throw new IOException("There is no file " + file, e);
        }
        return strings(properties);
    }

    private static Map<String, String> strings(Properties properties) {
        Map<String, String> strings = new HashMap<>();
        properties.stringPropertyNames().forEach(name -> strings.put(name, properties.getProperty(name)));
        return strings;
    }
}
