package io.segwatch.bench.faults;

import com.google.protobuf.MessageLite;
import io.segwatch.contracts.Topic;
import io.segwatch.kafka.Kafka;
import io.segwatch.kafka.Sender;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.Producer;

/** Segwatch as a process for each role, with a data folder and a broker of its own. For one thread. */
public final class Deployment implements AutoCloseable {
    /** Options of a JVM for a role without a model. */
    public static final List<String> SMALL_JVM =
            List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:MaxDirectMemorySize=256m");

    private static final int PARTITIONS = 4;

    final Path folder;
    final String page;
    private final Path config;
    private final List<String> java;
    private final Path data;
    private final Map<String, RoleProcess> processes = Collections.synchronizedMap(new LinkedHashMap<>());
    private Producer<String, byte[]> producer;

    /**
     * Starts nothing yet.
     *
     * @param folder for logs and data
     * @param data the data folder
     * @param java options of the JVMs
     * @param settings over those that every process gets
     */
    public Deployment(Path folder, Path data, List<String> java, Map<String, String> settings) throws IOException {
        this.folder = Files.createDirectories(folder);
        this.java = java;
        int broker = Ports.free();
        int dashboard = Ports.free();
        this.data = data;
        String bootstrap = "127.0.0.1:" + broker;
        page = "http://127.0.0.1:" + dashboard;
        Properties properties = new Properties();
        properties.putAll(Map.of(
                "segwatch.data-dir", data.toString(),
                "segwatch.kafka.bootstrap-servers", bootstrap,
                "segwatch.kafka.partitions", Integer.toString(PARTITIONS),
                "segwatch.broker.port", Integer.toString(broker),
                "segwatch.dashboard.port", Integer.toString(dashboard),
                "segwatch.delivery.private-targets", "127.0.0.0/8"));
        properties.putAll(settings);
        config = folder.resolve("segwatch.properties");
        try (Writer writer = Files.newBufferedWriter(config)) {
            properties.store(writer, null);
        }
    }

    /** Starts what of these does not run, the broker first, and waits until all are ready. */
    public void start(String... roles) throws IOException, InterruptedException {
        process("broker").start();
        for (String role : roles) {
            process(role).launch();
        }
        for (String role : roles) {
            process(role).start();
        }
    }

    /** Address of the dashboard, without a slash. */
    public String page() {
        return page;
    }

    RoleProcess process(String role) throws IOException {
        RoleProcess process = processes.get(role);
        if (process == null) {
            process = new RoleProcess(role, config, folder.resolve(role + ".log"), java);
            processes.put(role, process);
        }
        return process;
    }

    /** Stops a process that is not needed any more. */
    void stop(String role) throws InterruptedException {
        RoleProcess process = processes.remove(role);
        if (process != null) {
            process.stop();
        }
    }

    /** Those that should run, by role. */
    Map<String, RoleProcess> processes() {
        synchronized (processes) {
            return new LinkedHashMap<>(processes);
        }
    }

    /** Once the broker has started. */
    public Kafka kafka() throws IOException {
        return Kafka.local(data.resolve("kafka/client.properties"), PARTITIONS);
    }

    /** Writes a definition, as the API would, or deletes it where it is null; waits until Kafka has it. */
    public <T extends MessageLite> void define(Topic<T> topic, String id, T definition)
            throws IOException, InterruptedException {
        if (producer == null) {
            producer = kafka().producer("faults", Map.of("max.block.ms", "120000"));
        }
        Sender<T> sender = Kafka.sender(topic, producer, "faults");
        try {
            (definition == null ? sender.delete(id) : sender.send(id, definition)).get();
        } catch (ExecutionException e) {
            throw new IOException("The definition of " + id + " could not be written", e.getCause());
        }
    }

    /** Stops all in order, the broker last. */
    @Override
    public void close() {
        if (producer != null) {
            producer.close();
        }
        try {
            for (RoleProcess process : processes.values()) {
                if (!process.name.equals("broker")) {
                    process.stop();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        processes.values().forEach(RoleProcess::kill);
    }
}
