package io.segwatch.topology;

import com.google.protobuf.MessageLite;
import io.segwatch.contracts.Topic;
import io.segwatch.kafka.ProtoSerde;
import io.segwatch.kafka.RecordLag;
import io.segwatch.topology.camera.CameraProcessor;
import io.segwatch.topology.camera.DefinitionSnapshot;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** Observations in; areas, alerts, calibrations and dead letters out: one processor, one store. */
final class StreamTopology {
    static final String STORE = "cameras";
    static final String AREAS = "areas";
    static final String AREA_MINUTES = "area-minutes";
    static final String AREA_HOURS = "area-hours";
    static final String ALERTS = "alerts";
    static final String ALERT_EVENTS = "alert-events";
    static final String AREA_EVENTS = "area-events";
    static final String CALIBRATIONS = "calibrations";
    static final String DEAD_LETTERS = "dead-letters";
    /** Half of what a broker takes by default. */
    private static final long MAX_RECORD_AHEAD_MS = 1_800_000;

    private static final String OBSERVATIONS = "observations";
    private static final String PROCESSOR = "camera-processor";

    private StreamTopology() {}

    /** As {@link #build(CameraProcessor.Options, Supplier, RecordLag)}, where nobody asks for the lag. */
    static Topology build(CameraProcessor.Options options, Supplier<DefinitionSnapshot> definitions) {
        RecordLag nobodys = new RecordLag(Duration.ofDays(1));
        return build(options, definitions, nobodys, EventKinds.NONE, new ShareGauges(0));
    }

    /**
     * What Kafka Streams is to run.
     *
     * @param definitions what is defined now; asked for each record
     * @param lag is told of each observation
     * @param events which facts are also written as JSON
     * @param shares is told of each closed window
     */
    static Topology build(
            CameraProcessor.Options options,
            Supplier<DefinitionSnapshot> definitions,
            RecordLag lag,
            EventKinds events,
            ShareGauges shares) {
        Topology topology = new Topology();
        topology.addSource(
                AutoOffsetReset.earliest(),
                OBSERVATIONS,
                (record, partitionMs) -> acceptableMs(record.timestamp(), System.currentTimeMillis()),
                Serdes.ByteArray().deserializer(),
                Serdes.ByteArray().deserializer(),
                Topic.OBSERVATIONS.topicName());
        topology.addProcessor(
                PROCESSOR, () -> new ObservationProcessor(options, definitions, lag, events, shares), OBSERVATIONS);
        topology.addStateStore(store(), PROCESSOR);
        topology.addStateStore(BeforeCommit.builder(), PROCESSOR);
        addSink(topology, AREAS, Topic.AREAS);
        addSink(topology, AREA_MINUTES, Topic.AREA_MINUTES);
        addSink(topology, AREA_HOURS, Topic.AREA_HOURS);
        addSink(topology, ALERTS, Topic.ALERTS);
        addSink(topology, ALERT_EVENTS, Topic.ALERT_EVENTS, JsonEvents::of);
        addSink(topology, AREA_EVENTS, Topic.AREA_EVENTS, JsonEvents::of);
        addSink(topology, CALIBRATIONS, Topic.CALIBRATIONS);
        addSink(topology, DEAD_LETTERS, Topic.DEAD_LETTER);
        return topology;
    }

    /**
     * The store's changelog gets its times from the observations, and its broker must not refuse them either. A record
     * without a time, or from far ahead, has the time at which it is read.
     */
    private static long acceptableMs(long recordMs, long nowMs) {
        return recordMs < 0 || recordMs > nowMs + MAX_RECORD_AHEAD_MS ? nowMs : recordMs;
    }

    private static <T extends MessageLite> void addSink(Topology topology, String name, Topic<T> topic) {
        Serializer<T> protobuf = new ProtoSerde<>(topic).serializer();
        addSink(topology, name, topic, message -> protobuf.serialize(topic.topicName(), message));
    }

    private static <T extends MessageLite> void addSink(
            Topology topology, String name, Topic<T> topic, Function<T, byte[]> bytes) {
        Serializer<T> value = (anyTopic, message) -> bytes.apply(message);
        topology.addSink(name, topic.topicName(), Serdes.String().serializer(), value, PROCESSOR);
    }

    private static StoreBuilder<KeyValueStore<String, byte[]>> store() {
        return Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(STORE), Serdes.String(), Serdes.ByteArray())
                // The processor caches what many records change between two commits, and writes each part once.
                .withCachingDisabled()
                .withLoggingEnabled(Map.of("segment.bytes", Integer.toString(16 << 20)));
    }
}
