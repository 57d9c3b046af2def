package io.segwatch.kafka;

import com.google.protobuf.MessageLite;
import io.segwatch.config.Configuration;
import io.segwatch.contracts.Topic;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Utils;

/**
 * Where Kafka is, and how the roles speak to it.
 *
 * @param bootstrapServers host:port pairs, comma-separated
 * @param partitions of topics keyed by camera, 1 to 1,000; used when they are created and never grown
 * @param replicationFactor of every topic
 * @param client further client settings, for example {@code security.protocol} and {@code sasl.jaas.config}
 */
public record Kafka(String bootstrapServers, int partitions, short replicationFactor, Map<String, String> client) {

    public Kafka {
        client = Map.copyOf(client);
    }

    /**
     * One broker, as the embedded one is.
     *
     * @param client by which it lets clients in
     */
    public static Kafka local(String bootstrapServers, Map<String, String> client, int partitions) {
        return new Kafka(bootstrapServers, partitions, (short) 1, client);
    }

    /**
     * The embedded broker of another process of this user.
     *
     * @param clientFile the {@code client.properties} in the broker's folder
     * @throws IOException when it cannot be read
     */
    public static Kafka local(Path clientFile, int partitions) throws IOException {
        Map<String, String> settings = new HashMap<>(Configuration.read(clientFile));
        String address = settings.remove("bootstrap.servers");
        if (address == null) {
            throw new IOException(clientFile + " names no bootstrap.servers");
        }
        return local(address, settings, partitions);
    }

    /** Settings that every client shares. */
    public Properties clientProperties() {
        Properties properties = new Properties();
        properties.putAll(client);
        properties.put("bootstrap.servers", bootstrapServers);
        return properties;
    }

    /** An idempotent producer that waits for all replicas. Threadsafe; {@code send} blocks for at most 10 s. */
    public Producer<String, byte[]> producer(String clientId) {
        return producer(clientId, Map.of());
    }

    /** As {@link #producer(String)}, for a role that would rather lose a record than wait. */
    public Producer<String, byte[]> producer(String clientId, Map<String, String> overrides) {
        Properties properties = clientProperties();
        properties.put(ProducerConfig.CLIENT_ID_CONFIG, clientId);
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
        properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Integer.toString(Topic.MAX_RECORD_BYTES));
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, "10000");
        properties.put(ProducerConfig.LINGER_MS_CONFIG, "0");
        properties.putAll(overrides);
        return new KafkaProducer<>(properties, new StringSerializer(), new ByteArraySerializer());
    }

    /**
     * A consumer of committed records as bytes, so that a malformed one is the caller's to dead-letter. For one thread.
     *
     * @param group the consumer group; null for a reader that assigns its partitions itself
     */
    public KafkaConsumer<String, byte[]> consumer(String clientId, String group, Map<String, ?> overrides) {
        Properties properties = clientProperties();
        properties.put(ConsumerConfig.CLIENT_ID_CONFIG, clientId);
        if (group != null) {
            properties.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        }
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, Integer.toString(Topic.MAX_RECORD_BYTES));
        properties.putAll(overrides);
        return new KafkaConsumer<>(properties, new StringDeserializer(), new ByteArrayDeserializer());
    }

    /**
     * Creates the topics that are not there yet; leaves those that are as they are.
     *
     * @throws UnusableKafka when there is no answer within a minute, or a refusal
     */
    public void createTopics() throws InterruptedException {
        new TopicSetup(this, Map.of()).create();
    }

    /**
     * Asks Kafka something small.
     *
     * @throws UnusableKafka when there is no answer within 10 s, or a refusal
     */
    public void check() throws InterruptedException {
        Properties impatient = clientProperties();
        impatient.put("request.timeout.ms", "5000");
        impatient.put("default.api.timeout.ms", "10000");
        try (Admin admin = Admin.create(impatient)) {
            admin.listTopics().names().get();
        } catch (ExecutionException | KafkaException e) {
            throw UnusableKafka.of(this, e);
        }
    }

    /** Every partition of the topics; blocks until the broker has said how many there are. */
    public static List<TopicPartition> partitions(KafkaConsumer<?, ?> consumer, Topic<?>... topics) {
        return Stream.of(topics)
                .flatMap(topic -> consumer.partitionsFor(topic.topicName()).stream())
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
    }

    /**
     * The partition that a producer with Kafka's default partitioner puts {@code key} on, 0 to {@code partitions} - 1.
     */
    public static int partitionOf(String key, int partitions) {
        return Utils.toPositive(Utils.murmur2(key.getBytes(StandardCharsets.UTF_8))) % partitions;
    }

    /** A typed sender over a {@link #producer}. */
    public static <T extends MessageLite> Sender<T> sender(
            Topic<T> topic, Producer<String, byte[]> producer, String source) {
        return new Sender<>(topic, producer, source);
    }
}
