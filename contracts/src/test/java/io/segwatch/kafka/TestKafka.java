package io.segwatch.kafka;

import io.segwatch.broker.EmbeddedBroker;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.Producer;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A broker for one test class, with every topic of Segwatch. Register it as a static field: it starts before the
 * class's {@code @BeforeAll} methods and stops after its {@code @AfterAll} methods.
 */
public final class TestKafka implements BeforeAllCallback, AfterAllCallback, Closeable {
    private final int partitions;
    private Path folder;
    private EmbeddedBroker broker;
    private Kafka kafka;
    private Producer<String, byte[]> producer;

    /** @param partitions of each topic that is divided by camera */
    public TestKafka(int partitions) {
        this.partitions = partitions;
    }

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        start();
    }

    /** For who keeps a broker longer than a class; then {@link #close} ends it. */
    public void start() throws Exception {
        folder = Files.createTempDirectory("segwatch-test-kafka");
        broker = EmbeddedBroker.start(folder, 0, 0);
        kafka = Kafka.local(clientFile(), partitions);
        kafka.createTopics();
        producer = kafka.producer("test");
    }

    /** Makes clients of the broker; usable from {@code @BeforeAll} methods on. */
    public Kafka kafka() {
        return kafka;
    }

    /** By which other processes reach the broker. */
    public Path clientFile() {
        return folder.resolve("client.properties");
    }

    /** A producer that all tests of the class share; the extension closes it. */
    public Producer<String, byte[]> producer() {
        return producer;
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        close();
    }

    @Override
    public void close() throws IOException {
        // A broker that did not start has already failed the class.
        if (producer != null) {
            producer.close();
        }
        if (broker != null) {
            broker.close();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
