package io.segwatch.topology;

import io.segwatch.contracts.Topic;
import io.segwatch.kafka.Kafka;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/** How Kafka Streams runs the topology. */
final class StreamSettings {
    /** Also the consumer group and the prefix of the changelog topic. */
    static final String APPLICATION_ID = "segwatch.topology";

    /** Where Kafka keeps the store. */
    static final String CHANGELOG = APPLICATION_ID + "-" + StreamTopology.STORE + "-changelog";

    private static final int SESSION_TIMEOUT_MS = 10_000;

    private StreamSettings() {}

    static Properties of(Kafka kafka, TopologyConfig config) {
        Properties properties = kafka.clientProperties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, APPLICATION_ID);
        properties.put(StreamsConfig.APPLICATION_SERVER_CONFIG, config.applicationServer());
        properties.put(StreamsConfig.STATE_DIR_CONFIG, config.stateDir().toString());
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        properties.put(
                StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, config.commitInterval().toMillis());
        properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, config.threads());
        properties.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, config.standbyReplicas());
        properties.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, (int) kafka.replicationFactor());
        properties.put(StreamsConfig.GROUP_PROTOCOL_CONFIG, config.groupProtocol());
        if (config.groupProtocol().equals("classic")) {
            properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), SESSION_TIMEOUT_MS);
        }
        properties.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, BoundedRocksDb.class.getName());
        properties.put(BoundedRocksDb.CACHE_BYTES, config.rocksdbCache().bytes());
        properties.put(
                BoundedRocksDb.WRITE_BUFFER_BYTES, config.rocksdbWriteBuffer().bytes());
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), Topic.MAX_RECORD_BYTES);
        // A process that dies holds its open transaction, and so all readers of committed records, for this long.
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG), SESSION_TIMEOUT_MS);
        properties.put(
                StreamsConfig.consumerPrefix(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG), Topic.MAX_RECORD_BYTES);
        return properties;
    }
}
