package io.segwatch.bench.faults;

import io.segwatch.contracts.Topic;
import io.segwatch.kafka.Kafka;
import io.segwatch.kafka.Sender;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.producer.Producer;

/** Segwatch as a process for each role, with a data folder and a broker of its own. For one thread. */
final class Deployment implements AutoCloseable {
    private static final int PARTITIONS = 4;

    final Path folder;
    final String page;
    private final Path config;
    private final List<String> java;
    private final String bootstrap;
    private final Map<String, RoleProcess> processes = new LinkedHashMap<>();
    private Producer<String, byte[]> producer;

    /**
     * Starts nothing yet.
     *
     * @param folder for logs and data
     * @param data the data folder
     * @param java options of the JVMs
     * @param settings over those that every process gets
     */
    Deployment(Path folder, Path data, List<String> java, Map<String, String> settings) throws IOException {
        this.folder = Files.createDirectories(folder);
        this.java = java;
        int broker = Ports.free();
        int dashboard = Ports.free();
        bootstrap = "127.0.0.1:" + broker;
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
    void start(String... roles) throws IOException, InterruptedException {
        process("broker").start();
        for (String role : roles) {
            process(role).launch();
        }
        for (String role : roles) {
            process(role).start();
        }
    }

    RoleProcess process(String role) throws IOException {
        RoleProcess process = processes.get(role);
        if (process == null) {
            process = new RoleProcess(role, config, folder.resolve(role + ".log"), java);
            processes.put(role, process);
        }
        return process;
    }

    /** Those that were started once, by role. */
    Map<String, RoleProcess> processes() {
        return processes;
    }

    Kafka kafka() {
        return Kafka.local(bootstrap, PARTITIONS);
    }

    /** Writes a definition, as the API would, and waits until Kafka has it. */
    <T extends com.google.protobuf.MessageLite> void define(Topic<T> topic, String id, T definition) {
        if (producer == null) {
            producer = kafka().producer("faults");
        }
        Sender<T> sender = Kafka.sender(topic, producer, "faults");
        if (definition == null) {
            sender.delete(id);
        } else {
            sender.send(id, definition);
        }
        producer.flush();
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
