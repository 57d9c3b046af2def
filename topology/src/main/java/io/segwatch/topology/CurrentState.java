package io.segwatch.topology;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.segwatch.role.Role;
import io.segwatch.topology.camera.CameraProcessor;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyQueryMetadata;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.HostInfo;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/**
 * What is open on a camera now, read from the store of the process that has the camera's partition. For any thread.
 *
 * <p>The store holds what was written before the last commit: a reader sees here all that the topics' readers see.
 */
final class CurrentState {
    private static final JsonFormat.Printer json =
            JsonFormat.printer().omittingInsignificantWhitespace().alwaysPrintFieldsWithNoPresence();

    private final KafkaStreams streams;
    private final CameraProcessor.Options options;
    private final HostInfo self;

    /** @param self as the streams' {@code application.server} says */
    public CurrentState(KafkaStreams streams, CameraProcessor.Options options, HostInfo self) {
        this.streams = streams;
        this.options = options;
        this.self = self;
    }

    /** The camera's {@link io.segwatch.v1.CameraNow} as JSON, the address of the process that has it, or why not. */
    public Role.Response of(String camera) {
        try {
            KeyQueryMetadata owner = streams.queryMetadataForKey(StreamTopology.STORE, camera, new StringSerializer());
            if (owner.equals(KeyQueryMetadata.NOT_AVAILABLE)) {
                return notYet();
            }
            if (!owner.activeHost().equals(self)) {
                return Role.Response.redirect("http://" + owner.activeHost().host() + ":"
                        + owner.activeHost().port() + "/topology/cameras/" + camera);
            }
            return read(camera);
        } catch (InvalidStateStoreException e) {
            return notYet();
        }
    }

    private Role.Response read(String camera) {
        ReadOnlyKeyValueStore<String, byte[]> store = streams.store(
                StoreQueryParameters.fromNameAndType(StreamTopology.STORE, QueryableStoreTypes.keyValueStore()));
        CameraProcessor processor = new CameraProcessor(camera, options, 0);
        if (!CameraStore.load(store, camera, processor)) {
            return Role.Response.error(
                    404,
                    "Nothing is known of camera " + camera + ": it has sent no observation, or is gone for an hour");
        }
        try {
            return Role.Response.json(json.print(processor.now()) + "\n");
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Role.Response notYet() {
        return Role.Response.error(503, "The state is on its way to another process; ask again in some seconds");
    }
}
