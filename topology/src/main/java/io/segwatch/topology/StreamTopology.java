package io.segwatch.topology;

import io.segwatch.contracts.Topic;
import io.segwatch.kafka.ProtoSerde;
import io.segwatch.topology.camera.CameraProcessor;
import io.segwatch.topology.camera.DefinitionSnapshot;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** Observations in, areas, alerts and calibrations out: one processor, one store. */
final class StreamTopology {
    static final String STORE = "cameras";
    static final String AREAS = "areas";
    static final String ALERTS = "alerts";
    static final String CALIBRATIONS = "calibrations";
    private static final String OBSERVATIONS = "observations";
    private static final String PROCESSOR = "camera-processor";

    private StreamTopology() {}

    /** @param definitions what is defined now; asked for each record */
    public static Topology build(CameraProcessor.Options options, Supplier<DefinitionSnapshot> definitions) {
        Topology topology = new Topology();
        topology.addSource(
                AutoOffsetReset.earliest(),
                OBSERVATIONS,
                Serdes.String().deserializer(),
                new ProtoSerde<>(Topic.OBSERVATIONS).deserializer(),
                Topic.OBSERVATIONS.topicName());
        topology.addProcessor(PROCESSOR, () -> new ObservationProcessor(options, definitions), OBSERVATIONS);
        topology.addStateStore(store(), PROCESSOR);
        topology.addSink(
                AREAS,
                Topic.AREAS.topicName(),
                Serdes.String().serializer(),
                new ProtoSerde<>(Topic.AREAS).serializer(),
                PROCESSOR);
        topology.addSink(
                ALERTS,
                Topic.ALERTS.topicName(),
                Serdes.String().serializer(),
                new ProtoSerde<>(Topic.ALERTS).serializer(),
                PROCESSOR);
        topology.addSink(
                CALIBRATIONS,
                Topic.CALIBRATIONS.topicName(),
                Serdes.String().serializer(),
                new ProtoSerde<>(Topic.CALIBRATIONS).serializer(),
                PROCESSOR);
        return topology;
    }

    private static StoreBuilder<KeyValueStore<String, byte[]>> store() {
        return Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(STORE), Serdes.String(), Serdes.ByteArray())
                // Many records change the same parts between two commits; the cache writes each part once.
                .withCachingEnabled()
                .withLoggingEnabled(Map.of("segment.bytes", Integer.toString(16 << 20)));
    }
}
